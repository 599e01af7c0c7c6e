package dev.lockstep.cli.profile;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Rule;
import dev.lockstep.server.yaml.YamlValue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads profiles. What cannot be meant is refused, with the place where it stands. */
final class ProfileReader {
    private static final String NAME = "name";
    private static final String REASON = "reason";
    private static final String REGISTERS = "registers";
    private static final String MEMORY = "memory";
    private static final String PC = "pc";
    private static final String INSTRUCTION = "instruction";
    private static final String NEXT_PC = "next_pc";
    private static final List<String> RULE_KEYS =
            List.of(NAME, REASON, REGISTERS, MEMORY, PC, INSTRUCTION, NEXT_PC);

    private final List<Rule> rules = new ArrayList<>();

    /** Where each stands, by its name. */
    private final Map<String, String> places = new HashMap<>();

    private ProfileReader() {}

    /**
     * Returns the profile in a file.
     *
     * @throws ConfigException if there is none
     */
    static Profile read(String file, String text, String sha256) {
        YamlValue root = YamlValue.parse(file, text);
        Map<String, YamlValue> keys = root.map(List.of("profile", "rules"));
        YamlValue name = root.required(keys, "profile");
        ProfileReader reader = new ProfileReader();
        reader.readRules(root.required(keys, "rules"));
        try {
            return Profile.ofRules(name.text(), sha256, reader.rules);
        } catch (IllegalArgumentException e) {
            throw wrong(name, e);
        }
    }

    private void readRules(YamlValue list) {
        List<YamlValue> entries = list.list();
        if (entries.size() > Profile.MAX_RULES) {
            throw list.error(
                    "%d rules (expected: at most %d)".formatted(entries.size(), Profile.MAX_RULES));
        }
        for (int i = 0; i < entries.size(); i++) {
            readRule(entries.get(i).named("rule " + (i + 1)));
        }
    }

    private void readRule(YamlValue value) {
        Map<String, YamlValue> keys = value.map(RULE_KEYS);
        String name = value.required(keys, NAME).text();
        YamlValue named = value.named("rule " + name);
        Rule rule = rule(named, name, keys);
        String earlier = places.putIfAbsent(name, value.place());
        if (earlier != null) {
            throw named.error(
                    "this name has the rule at %s too (expected: another)".formatted(earlier));
        }
        checkCounts(named, rule);
        rules.add(rule);
    }

    private void checkCounts(YamlValue value, Rule rule) {
        for (Rule earlier : rules) {
            if (earlier.covers(rule)) {
                throw value.error(
                        "never counts, since rule %s at %s covers all that it does (expected:"
                                        .formatted(earlier.name(), places.get(earlier.name()))
                                + " before it, or not at all)");
            }
        }
    }

    private static Rule rule(YamlValue value, String name, Map<String, YamlValue> keys) {
        String reason = value.required(keys, REASON).text().strip();
        Optional<YamlValue> nextPc = Optional.ofNullable(keys.get(NEXT_PC));
        try {
            return new Rule(
                    name,
                    reason,
                    optional(keys, REGISTERS).map(Conditions::registers).orElse(List.of()),
                    optional(keys, MEMORY).map(Conditions::spans).orElse(List.of()),
                    optional(keys, PC).map(Conditions::places).orElse(List.of()),
                    optional(keys, INSTRUCTION).map(Conditions::instructions).orElse(List.of()),
                    nextPc.map(YamlValue::isTrue).orElse(false));
        } catch (IllegalArgumentException e) {
            throw wrong(value, e);
        }
    }

    private static Optional<YamlValue> optional(Map<String, YamlValue> keys, String key) {
        return Optional.ofNullable(keys.get(key));
    }

    private static ConfigException wrong(YamlValue value, IllegalArgumentException e) {
        return value.error(String.valueOf(e.getMessage()));
    }
}
