package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Ignored;
import dev.lockstep.server.diff.events.EventProfile.Pairing;
import dev.lockstep.server.diff.events.EventProfile.Priority;
import dev.lockstep.server.diff.events.EventProfile.Threads;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.yaml.RuleFile;
import dev.lockstep.server.yaml.YamlKeys;
import dev.lockstep.server.yaml.YamlValue;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads profiles of event logs. What cannot be meant is refused, with the place where it stands.
 */
final class EventProfileReader {
    private static final Pairing.FirstEvent FIRST_CALL =
            new Pairing.FirstEvent(new KindPattern("*.call"), LoggedEvent.NAME);
    private static final Threads STRICT =
            new Threads(new Pairing.Automatic(FIRST_CALL), false, false, false);

    private EventProfileReader() {}

    /**
     * Returns the profile in a file.
     *
     * @throws ConfigException if there is none
     */
    static EventProfile read(RuleFile file) {
        YamlValue root = YamlValue.parse(file.name(), file.text());
        YamlKeys keys =
                new YamlKeys(
                        root,
                        "event_profile",
                        "description",
                        "threads",
                        "names_first",
                        "whole_fields",
                        "local",
                        "counted",
                        "ignore",
                        "priorities",
                        "rename",
                        "identities",
                        "absorb");
        keys.find("description").ifPresent(YamlValue::text);
        EventProfile profile =
                new EventProfile(
                        keys.required("event_profile").identifier(),
                        file.sha256(),
                        List.of(),
                        keys.find("threads").map(EventProfileReader::threads).orElse(STRICT),
                        keys.find("names_first").map(YamlValue::isTrue).orElse(true),
                        keys.find("whole_fields").map(YamlValue::isTrue).orElse(false),
                        keys.each("local", EventProfileReader::kind),
                        keys.each("counted", EventProfileReader::kind),
                        keys.all("ignore", EventProfileReader::ignored),
                        keys.all("priorities", EventProfileReader::priorities),
                        keys.each("rename", RuleReader::renaming),
                        keys.each("identities", RuleReader::identity),
                        keys.each("absorb", RuleReader::absorber));
        ProfileCheck.check(profile, root);
        return profile;
    }

    static KindPattern kind(YamlValue value) {
        return value.as(it -> new KindPattern(it.text()));
    }

    private static Threads threads(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "pair", "unpaired", "trailing", "order");
        return new Threads(
                keys.find("pair").map(EventProfileReader::pairing).orElse(STRICT.pairing()),
                keys.find("unpaired").map(it -> it.choice("different", "allowed")).orElse(false),
                keys.find("trailing").map(it -> it.choice("different", "allowed")).orElse(false),
                keys.find("order").map(it -> it.choice("strict", "lenient")).orElse(false));
    }

    private static Pairing pairing(YamlValue value) {
        if (value.isMapping()) {
            YamlKeys keys = new YamlKeys(value, "first", "field");
            return new Pairing.FirstEvent(
                    kind(keys.required("first")), keys.required("field").text());
        }
        return value.choice("automatic", "same_number")
                ? new Pairing.SameNumber()
                : STRICT.pairing();
    }

    private static List<Ignored> ignored(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "kind", "fields");
        List<FieldPath> fields =
                keys.required("fields").list().stream()
                        .map(it -> it.as(field -> FieldPath.parse(field.text())))
                        .toList();
        return keys.required("kind").list().stream()
                .map(kind -> new Ignored(kind(kind), fields))
                .toList();
    }

    private static List<Priority> priorities(YamlValue value) {
        YamlKeys keys = new YamlKeys(value, "kind", "fields", "members");
        KindPattern kind = kind(keys.required("kind"));
        List<Priority> priorities = new ArrayList<>();
        priorities.addAll(keys.each("fields", it -> new Priority(kind, it.text(), false)));
        priorities.addAll(keys.each("members", it -> new Priority(kind, it.text(), true)));
        if (priorities.isEmpty()) {
            throw value.error("no fields (expected: fields, or members, or both)");
        }
        return priorities;
    }
}
