package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import org.jspecify.annotations.Nullable;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What two events differ in, by its values.
 *
 * @param tag the field by which it is sorted, as {@code status} or {@code args.buffer}; empty for a
 *     difference without a tag
 * @param what of what: {@code kind}, {@code payload.FIELD}, or the event
 * @param missing whether the reference has no such field; then {@code reference} is null
 * @param reference the value; null for none
 * @param subject the value; null for none
 */
record Mismatch(
        String tag,
        String what,
        boolean missing,
        @Nullable JsonValue reference,
        @Nullable JsonValue subject) {
    /** Returns the same difference, in the smallest part of both values that has it. */
    Mismatch innermost() {
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

    private Mismatch within(String step, @Nullable JsonValue left, @Nullable JsonValue right) {
        String newTag = tag.isEmpty() ? tag : tag + step;
        String newPlace = tag.isEmpty() ? what + step : what;
        return new Mismatch(newTag, newPlace, left == null, left, right).innermost();
    }

    /** Returns what of it is kept to be told. */
    Difference told() {
        return Difference.of(
                tag,
                tag.isEmpty() ? what : "[%s mismatch] %s".formatted(tag, what),
                missing ? "<missing>" : shown(reference),
                shown(subject));
    }

    private static String shown(@Nullable JsonValue value) {
        return PythonText.repr(value == null ? JsonValue.Null.VALUE : value);
    }
}
