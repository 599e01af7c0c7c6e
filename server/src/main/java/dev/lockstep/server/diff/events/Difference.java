package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import org.jspecify.annotations.Nullable;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What two events differ in.
 *
 * @param tag the field by which it is sorted, as {@code status} or {@code args.buffer}; empty for a
 *     difference without a tag
 * @param what of what: {@code kind}, {@code payload.FIELD}, or the event
 * @param missing whether the reference has no such field; then {@code reference} is null
 * @param reference the value; null for none
 * @param subject the value; null for none
 */
public record Difference(
        String tag,
        String what,
        boolean missing,
        @Nullable JsonValue reference,
        @Nullable JsonValue subject) {
    private static final int MAX_VALUE_CHARACTERS = 4096;

    /** Returns the same difference, in the smallest part of both values that has it. */
    Difference innermost() {
        if (reference instanceof JsonValue.Struct(var left)
                && subject instanceof JsonValue.Struct(var right)) {
            return Stream.concat(left.keySet().stream(), right.keySet().stream())
                    .filter(key -> differ(left.get(key), right.get(key)))
                    .findFirst()
                    .map(key -> within("." + key, left.get(key), right.get(key)))
                    .orElse(this);
        }
        if (reference instanceof JsonValue.Array(var left)
                && subject instanceof JsonValue.Array(var right)
                && left.size() == right.size()) {
            return IntStream.range(0, left.size())
                    .filter(i -> differ(left.get(i), right.get(i)))
                    .mapToObj(i -> within("[" + i + "]", left.get(i), right.get(i)))
                    .findFirst()
                    .orElse(this);
        }
        return this;
    }

    private static boolean differ(@Nullable JsonValue left, @Nullable JsonValue right) {
        return left == null || right == null || !left.sameAs(right);
    }

    private Difference within(String step, @Nullable JsonValue left, @Nullable JsonValue right) {
        String newTag = tag.isEmpty() ? tag : tag + step;
        String newPlace = tag.isEmpty() ? what + step : what;
        return new Difference(newTag, newPlace, left == null, left, right).innermost();
    }

    /** Returns where the difference is, without the values. */
    public String place() {
        return tag.isEmpty() ? what : "[%s mismatch] %s".formatted(tag, what);
    }

    /** Returns where and what it is, the sides called as given. */
    public String text(String referenceName, String subjectName) {
        return "%s: %s=%s %s=%s"
                .formatted(place(), referenceName, referenceText(), subjectName, subjectText());
    }

    /** Returns the reference's value as people read it. */
    public String referenceText() {
        return missing ? "<missing>" : shown(reference);
    }

    /** Returns the subject's value as people read it. */
    public String subjectText() {
        return shown(subject);
    }

    private static String shown(@Nullable JsonValue value) {
        String text = PythonText.repr(value == null ? JsonValue.Null.VALUE : value);
        return text.length() <= MAX_VALUE_CHARACTERS
                ? text
                : "%s... (%d characters)"
                        .formatted(text.substring(0, MAX_VALUE_CHARACTERS), text.length());
    }
}
