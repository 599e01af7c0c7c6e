package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Ignored;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.yaml.YamlValue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds rules that contradict each other, and rules that can never count. */
final class ProfileCheck {
    private final EventProfile profile;
    private final YamlValue root;

    private ProfileCheck(EventProfile profile, YamlValue root) {
        this.profile = profile;
        this.root = root;
    }

    /**
     * Checks a profile.
     *
     * @throws ConfigException if it has such a rule
     */
    static void check(EventProfile profile, YamlValue root) {
        var check = new ProfileCheck(profile, root);
        check.number();
        check.names();
        check.local();
        check.ignored();
        check.priorities();
        check.renamings();
        check.identities();
        check.absorbers();
    }

    private ConfigException wrong(String key, String problem) {
        Map<String, YamlValue> keys = root.map("keys");
        return keys.getOrDefault(key, root).error(problem);
    }

    private void number() {
        int count =
                profile.local().size()
                        + profile.counted().size()
                        + profile.ignored().size()
                        + profile.priorities().size()
                        + profile.identities().size()
                        + profile.namedRules().size();
        if (count > EventProfile.MAX_RULES) {
            throw root.error(
                    "%d rules (expected: at most %d)".formatted(count, EventProfile.MAX_RULES));
        }
        int fields =
                profile.ignored().stream().mapToInt(it -> it.fields().size()).sum()
                        + profile.renamings().stream().mapToInt(it -> it.fields().size()).sum();
        if (fields > EventProfile.MAX_FIELDS) {
            throw root.error(
                    "%d fields in rules (expected: at most %d, counted for each kind)"
                            .formatted(fields, EventProfile.MAX_FIELDS));
        }
    }

    private void names() {
        Set<String> names = new HashSet<>();
        for (NamedRule rule : profile.namedRules()) {
            if (!names.add(rule.name())) {
                throw wrong(
                        rule instanceof Renaming ? "rename" : "absorb",
                        "two rules are called %s (expected: a name of its own for each)"
                                .formatted(rule.name()));
            }
        }
    }

    private void local() {
        for (int i = 0; i < profile.local().size(); i++) {
            checkCovered("local", profile.local().get(i), profile.local().subList(0, i));
        }
        for (int i = 0; i < profile.counted().size(); i++) {
            checkCovered("counted", profile.counted().get(i), profile.counted().subList(0, i));
        }
    }

    private void checkCovered(String key, KindPattern kind, List<KindPattern> earlier) {
        for (KindPattern other : earlier) {
            if (other.covers(kind)) {
                throw wrong(
                        key,
                        "%s never counts, since %s before it covers it (expected: one of them)"
                                .formatted(kind.text(), other.text()));
            }
        }
    }

    private void ignored() {
        for (int i = 0; i < profile.ignored().size(); i++) {
            Ignored rule = profile.ignored().get(i);
            checkCompared("ignore", rule.kind(), "ignore fields of " + rule.kind().text());
            for (FieldPath field : rule.fields()) {
                checkNotIgnored("ignore", rule.kind(), field, profile.ignored().subList(0, i));
            }
            if (new HashSet<>(rule.fields()).size() < rule.fields().size()) {
                throw wrong(
                        "ignore",
                        "a field of %s appears twice (expected: once)"
                                .formatted(rule.kind().text()));
            }
        }
    }

    /** A rule about events that are not compared contradicts that they are not. */
    private void checkCompared(String key, KindPattern kind, String what) {
        for (KindPattern local : profile.local()) {
            if (local.covers(kind)) {
                throw wrong(
                        key,
                        "%s: never counts, since events of kind %s are local, so not compared (expected: one or the other)"
                                .formatted(what, local.text()));
            }
        }
    }

    private void checkNotIgnored(
            String key, KindPattern kind, FieldPath field, List<Ignored> rules) {
        for (Ignored rule : rules) {
            if (rule.kind().covers(kind)
                    && rule.fields().stream().anyMatch(it -> contains(it, field))) {
                throw wrong(
                        key,
                        "%s of %s never counts, since that field is ignored already (expected: one or the other)"
                                .formatted(field.text(), kind.text()));
            }
        }
    }

    private static boolean contains(FieldPath outer, FieldPath inner) {
        return outer.steps().size() <= inner.steps().size()
                && outer.steps().equals(inner.steps().subList(0, outer.steps().size()));
    }

    private void priorities() {
        Set<EventProfile.Priority> known = new HashSet<>();
        for (EventProfile.Priority rule : profile.priorities()) {
            checkCompared("priorities", rule.kind(), "priority of " + rule.kind().text());
            checkNotIgnored(
                    "priorities",
                    rule.kind(),
                    new FieldPath(List.of(rule.field())),
                    profile.ignored());
            if (!known.add(rule)) {
                throw wrong(
                        "priorities",
                        "%s of %s appears twice (expected: once)"
                                .formatted(rule.field(), rule.kind().text()));
            }
        }
    }

    private void renamings() {
        int count = profile.renamings().size();
        if (count > EventProfile.MAX_RENAMINGS) {
            throw wrong(
                    "rename",
                    "%d renamings (expected: at most %d)"
                            .formatted(count, EventProfile.MAX_RENAMINGS));
        }
        for (int i = 0; i < profile.renamings().size(); i++) {
            Renaming rule = profile.renamings().get(i);
            checkCompared("rename", rule.kind(), "rule " + rule.name());
            for (Renaming.Field field : rule.fields()) {
                checkNotIgnored(
                        "rename",
                        rule.kind(),
                        new FieldPath(List.of(field.name())),
                        profile.ignored());
            }
            checkLabel(rule);
            profile.renamings().subList(0, i).forEach(earlier -> checkNotRenamed(rule, earlier));
        }
    }

    private void checkLabel(Renaming rule) {
        String rest = rule.label().replace("{n}", "");
        for (String field : rule.where().fields()) {
            rest = rest.replace("{" + field + "}", "");
        }
        if (rest.contains("{") || rest.contains("}")) {
            throw wrong(
                    "rename",
                    "rule %s: as '%s' (expected: {n} and fields that 'where' asks for in braces)"
                            .formatted(rule.name(), rule.label()));
        }
    }

    private void checkNotRenamed(Renaming rule, Renaming earlier) {
        boolean sameFields =
                earlier.fields().stream()
                        .map(Renaming.Field::name)
                        .toList()
                        .containsAll(rule.fields().stream().map(Renaming.Field::name).toList());
        if (earlier.kind().covers(rule.kind())
                && earlier.where().covers(rule.where())
                && sameFields) {
            throw wrong(
                    "rename",
                    "rule %s never counts, since rule %s before it renames the same (expected: one of them)"
                            .formatted(rule.name(), earlier.name()));
        }
    }

    private void identities() {
        Set<String> used = new HashSet<>();
        profile.absorbers()
                .forEach(rule -> {
                    if (rule instanceof Absorber.Extra extra) {
                        extra.identity().ifPresent(used::add);
                    }
                });
        Set<String> names = new HashSet<>();
        for (Identity identity : profile.identities()) {
            if (!names.add(identity.name())) {
                throw wrong(
                        "identities",
                        "two are called %s (expected: one)".formatted(identity.name()));
            }
            if (!used.contains(identity.name())) {
                throw wrong(
                        "identities",
                        "%s never counts, since no absorber asks for it (expected: an absorber with identity: %s)"
                                .formatted(identity.name(), identity.name()));
            }
        }
        used.stream()
                .filter(it -> !names.contains(it))
                .findFirst()
                .ifPresent(it -> {
                    throw wrong(
                            "absorb",
                            "identity %s is unknown (expected: one of those under identities: %s)"
                                    .formatted(
                                            it,
                                            names.isEmpty() ? "none" : String.join(", ", names)));
                });
    }

    private void absorbers() {
        for (int i = 0; i < profile.absorbers().size(); i++) {
            Absorber rule = profile.absorbers().get(i);
            switch (rule) {
                case Absorber.Extra extra -> {
                    checkCompared("absorb", extra.kind(), "rule " + rule.name());
                    checkIdentityStandsThere(extra);
                    profile.absorbers()
                            .subList(0, i)
                            .forEach(earlier -> checkNotAbsorbed(extra, earlier));
                }
                case Absorber.Fold fold -> {
                    checkCompared("absorb", fold.other().kind(), "rule " + rule.name());
                    fold.sequence()
                            .forEach(it ->
                                    checkCompared("absorb", it.kind(), "rule " + rule.name()));
                }
            }
        }
    }

    private void checkIdentityStandsThere(Absorber.Extra rule) {
        for (Identity identity : profile.identities()) {
            boolean stands =
                    identity.uses().stream()
                            .anyMatch(it ->
                                    it.kind().covers(rule.kind()) || rule.kind().covers(it.kind()));
            if (rule.identity().filter(identity.name()::equals).isPresent() && !stands) {
                throw wrong(
                        "absorb",
                        "rule %s never counts, since no id of class %s stands in events of kind %s (expected: a use there)"
                                .formatted(rule.name(), identity.name(), rule.kind().text()));
            }
        }
    }

    private void checkNotAbsorbed(Absorber.Extra rule, Absorber earlier) {
        if (earlier instanceof Absorber.Extra other
                && other.kind().covers(rule.kind())
                && other.where().covers(rule.where())
                && (other.identity().isEmpty() || other.identity().equals(rule.identity()))
                && (other.sides() == Absorber.Sides.EITHER || other.sides() == rule.sides())) {
            throw wrong(
                    "absorb",
                    "rule %s never counts, since rule %s before it absorbs the same (expected: one of them)"
                            .formatted(rule.name(), other.name()));
        }
    }
}
