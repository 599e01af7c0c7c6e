package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.LineScanner;
import dev.lockstep.server.json.LineScanner.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Renames without making values: the fingerprint of a renamed field is that of its new text. For
 * one thread.
 */
// Hot path: runs for every event of a kind that is renamed.
final class PlainRenaming {
    private static final String NUMBER = "{n}";

    private final Renaming rule;

    /** The field that decides whether the rule applies, in ASCII; empty if none does. */
    private final byte[] decisive;

    private final long[] decisiveTexts;
    private final byte[][] fields;
    private final long[] fieldFingerprints;

    /** What is counted, by the fingerprint of the decisive text. */
    private final Map<Long, String> counted = new HashMap<>();

    private PlainRenaming(Renaming rule, String decisive, Set<String> texts) {
        this.rule = rule;
        this.decisive = ascii(decisive);
        this.decisiveTexts = PlainKind.fingerprints(texts);
        this.fields = rule.fields().stream().map(it -> ascii(it.name())).toArray(byte[][]::new);
        this.fieldFingerprints =
                rule.fields().stream().mapToLong(it -> Fingerprint.ofText(it.name())).toArray();
        texts.forEach(text ->
                counted.put(
                        Fingerprint.ofText(text),
                        rule.label().replace("{" + decisive + "}", text)));
    }

    /** Returns what applies a rule here; null if only values tell whether it applies. */
    static @Nullable PlainRenaming of(Renaming rule) {
        var texts = rule.where().texts();
        boolean isPlain =
                rule.except().isEmpty()
                        && texts.size() <= 1
                        && texts.keySet().stream().allMatch(PlainRenaming::isAscii)
                        && rule.fields().stream().allMatch(it -> isAscii(it.name()));
        if (!isPlain) {
            return null;
        }
        return texts.entrySet().stream()
                .findFirst()
                .map(it -> new PlainRenaming(rule, it.getKey(), it.getValue()))
                .orElseGet(() -> new PlainRenaming(rule, "", Set.of()));
    }

    private static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Renaming rule() {
        return rule;
    }

    /** Returns what is counted in an event, null if the rule does not apply to it. */
    @Nullable String counted(LineScanner scanner, int payload) {
        if (!isAnyFieldThere(scanner, payload)) {
            return null;
        }
        if (decisive.length == 0) {
            return rule.label();
        }
        int value = scanner.member(payload, decisive);
        if (value == LineScanner.NONE || scanner.kind(value) != Kind.TEXT) {
            return null;
        }
        long fingerprint = scanner.fingerprint(value);
        return Arrays.binarySearch(decisiveTexts, fingerprint) < 0
                ? null
                : counted.get(fingerprint);
    }

    private boolean isAnyFieldThere(LineScanner scanner, int payload) {
        for (int i = 0; i < fields.length; i++) {
            if (isThere(i, scanner, payload)) {
                return true;
            }
        }
        return false;
    }

    private boolean isThere(int field, LineScanner scanner, int payload) {
        int value = scanner.member(payload, fields[field]);
        return switch (rule.fields().get(field).when()) {
            case ALWAYS -> true;
            case PRESENT -> value != LineScanner.NONE;
            case TEXT -> value != LineScanner.NONE && scanner.kind(value) == Kind.TEXT;
        };
    }

    /** Returns whether a field of the payload has another value by this rule. */
    boolean renames(long nameFingerprint, LineScanner scanner, int payload) {
        for (int i = 0; i < fields.length; i++) {
            if (fieldFingerprints[i] == nameFingerprint) {
                return isThere(i, scanner, payload);
            }
        }
        return false;
    }

    /** Adds up what the renamed fields contribute to the fingerprint of an object. */
    long memberSum(String label, long ordinal, LineScanner scanner, int payload) {
        long text = Fingerprint.ofText(label.replace(NUMBER, Long.toString(ordinal)));
        long sum = 0;
        for (int i = 0; i < fields.length; i++) {
            if (isThere(i, scanner, payload)) {
                sum += Fingerprint.ofMember(fieldFingerprints[i], text);
            }
        }
        return sum;
    }

    /** Returns how many fields are renamed. */
    int memberCount(LineScanner scanner, int payload) {
        int count = 0;
        for (int i = 0; i < fields.length; i++) {
            count += isThere(i, scanner, payload) ? 1 : 0;
        }
        return count;
    }
}
