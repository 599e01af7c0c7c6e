package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.LineScanner;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What has to be known of a kind of events to take them up without making values of them. */
final class PlainKind {
    private final KindRules rules;
    private final boolean needsValues;
    private final long[] ignored;
    private final List<Filter> filters;

    PlainKind(KindRules rules) {
        this.rules = rules;
        this.needsValues = !rules.ignoredWithin().isEmpty() || !rules.identities().isEmpty();
        this.ignored = fingerprints(rules.ignored());
        this.filters = rules.renamings().stream().map(Filter::of).toList();
    }

    KindRules rules() {
        return rules;
    }

    private static long[] fingerprints(Set<String> texts) {
        return texts.stream().mapToLong(Fingerprint::ofText).sorted().toArray();
    }

    /** Returns whether a field is compared, by the fingerprint of its name. */
    boolean compares(long name) {
        return ignored.length == 0 || Arrays.binarySearch(ignored, name) < 0;
    }

    /** Returns whether an event may be one of those whose values have to be looked at. */
    boolean needsValues(LineScanner scanner, int payload) {
        if (needsValues) {
            return true;
        }
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).passes(scanner, payload)) {
                return true;
            }
        }
        return false;
    }

    /** Tells the events that a renaming cannot apply to: those without the text of one field. */
    private static final class Filter {
        private final byte[] field;
        private final long[] texts;

        private Filter(byte[] field, long[] texts) {
            this.field = field;
            this.texts = texts;
        }

        static Filter of(Renaming renaming) {
            var texts = renaming.where().texts();
            return texts.keySet().stream()
                    .filter(it -> StandardCharsets.US_ASCII.newEncoder().canEncode(it))
                    .findFirst()
                    .map(it ->
                            new Filter(
                                    it.getBytes(StandardCharsets.US_ASCII),
                                    fingerprints(texts.get(it))))
                    .orElse(new Filter(new byte[0], new long[0]));
        }

        boolean passes(LineScanner scanner, int payload) {
            if (texts.length == 0) {
                return true;
            }
            int value = scanner.member(payload, field);
            return value != LineScanner.NONE
                    && scanner.kind(value) == LineScanner.Kind.TEXT
                    && Arrays.binarySearch(texts, scanner.fingerprint(value)) >= 0;
        }
    }
}
