package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.JsonValue;

import java.util.Map;

/** Brings events into the form in which those of two engines can be compared. */
final class Canonicaliser {
    private final KindRules.Book book;

    Canonicaliser(KindRules.Book book) {
        this.book = book;
    }

    /** Numbers what is renamed. */
    interface Ordinals {
        /**
         * Returns the number for a renaming.
         *
         * @param rule the rule
         * @param counted what it counts
         */
        long next(Renaming rule, String counted);
    }

    /** Returns the event with its values renamed; asks for a number for each renaming, in order. */
    LoggedEvent renamed(LoggedEvent event, Ordinals ordinals) {
        JsonValue.Struct payload = event.payload();
        for (Renaming renaming : book.of(event.kind()).renamings()) {
            if (renaming.appliesTo(payload)) {
                long ordinal = ordinals.next(renaming, renaming.counted(payload));
                payload = renaming.renamed(payload, ordinal);
            }
        }
        return payload.equals(event.payload()) ? event : event.with(payload);
    }

    /**
     * Returns the fingerprint of what is compared of a renamed event: that of equal events is
     * equal.
     *
     * @param unique a number that no other event of either log has, for one with NaN: it equals
     *     nothing
     */
    long fingerprint(LoggedEvent event, long unique) {
        KindRules rules = book.of(event.kind());
        long sum = 0;
        int count = 0;
        for (Map.Entry<String, JsonValue> member :
                rules.compared(event.payload()).members().entrySet()) {
            JsonValue value = member.getValue();
            if (rules.compares(member.getKey()) && !(value instanceof JsonValue.Null)) {
                if (value.hasNaN()) {
                    return Fingerprint.ofMember(unique, unique);
                }
                sum +=
                        Fingerprint.ofMember(
                                Fingerprint.ofText(member.getKey()), Fingerprint.of(value));
                count++;
            }
        }
        return Fingerprint.ofMember(
                Fingerprint.ofText(event.kind()), Fingerprint.ofObject(sum, count));
    }
}
