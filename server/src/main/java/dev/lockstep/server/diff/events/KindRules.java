package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a profile says of one kind of events, looked up once.
 *
 * @param kind the kind
 * @param local whether its events are not compared
 * @param counted whether they are counted
 * @param ignored whole fields that are not compared
 * @param ignoredWithin parts of fields that are not compared
 * @param priorities fields that are compared first
 * @param renamings what is renamed
 * @param identities classes of ids that stand in such events
 */
record KindRules(
        String kind,
        boolean local,
        boolean counted,
        Set<String> ignored,
        List<FieldPath> ignoredWithin,
        List<EventProfile.Priority> priorities,
        List<Renaming> renamings,
        List<Identity> identities) {
    /** Returns whether a whole field is compared. */
    boolean compares(String field) {
        return !ignored.contains(field);
    }

    /** Returns a payload without the parts within its fields that are not compared. */
    JsonValue.Struct compared(JsonValue.Struct payload) {
        JsonValue.Struct result = payload;
        for (FieldPath path : ignoredWithin) {
            result = path.removedFrom(result);
        }
        return result;
    }

    /** Rules for the kinds met so far. For one thread. */
    static final class Book {
        /** Kinds without end are somebody's mistake, and no reason to fill the memory. */
        private static final int MAX_KINDS = 1 << 12;

        private final EventProfile profile;
        private final Map<String, KindRules> rules = new HashMap<>();

        Book(EventProfile profile) {
            this.profile = profile;
        }

        EventProfile profile() {
            return profile;
        }

        KindRules of(String kind) {
            KindRules known = rules.get(kind);
            if (known != null) {
                return known;
            }
            if (rules.size() == MAX_KINDS) {
                rules.clear();
            }
            KindRules found = KindRules.of(kind, profile);
            rules.put(kind, found);
            return found;
        }
    }

    private static KindRules of(String kind, EventProfile profile) {
        List<FieldPath> ignored =
                profile.ignored().stream()
                        .filter(it -> it.kind().matches(kind))
                        .flatMap(it -> it.fields().stream())
                        .toList();
        Set<String> whole = new HashSet<>();
        ignored.stream().filter(FieldPath::isField).map(FieldPath::first).forEach(whole::add);
        return new KindRules(
                kind,
                matches(profile.local(), kind),
                matches(profile.counted(), kind),
                whole,
                ignored.stream().filter(it -> !it.isField()).toList(),
                profile.priorities().stream().filter(it -> it.kind().matches(kind)).toList(),
                profile.renamings().stream().filter(it -> it.kind().matches(kind)).toList(),
                profile.identities().stream().filter(it -> concerns(it, kind)).toList());
    }

    private static boolean matches(List<KindPattern> patterns, String kind) {
        return patterns.stream().anyMatch(it -> it.matches(kind));
    }

    private static boolean concerns(Identity identity, String kind) {
        return identity.uses().stream().anyMatch(it -> it.kind().matches(kind))
                || identity.recipe().filter(it -> it.kind().matches(kind)).isPresent();
    }
}
