package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A field of a payload, or of an object within: {@code status}, {@code args.buffer}. A step {@code
 * *} is any field, and every item of an array.
 *
 * @param steps from the outside, at least one
 */
public record FieldPath(List<String> steps) {
    private static final int MAX_STEPS = 16;
    private static final String ANY = "*";

    /** Copies. */
    public FieldPath {
        steps = List.copyOf(steps);
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @throws IllegalArgumentException if a step is empty or there are too many
     */
    public static FieldPath parse(String text) {
        List<String> steps = List.of(text.split("\\.", -1));
        if (steps.contains("") || steps.size() > MAX_STEPS) {
            throw new IllegalArgumentException(
                    "field '%s' (expected: up to %d names with a dot between them)"
                            .formatted(text, MAX_STEPS));
        }
        return new FieldPath(steps);
    }

    /** Returns it as it was written. */
    public String text() {
        return String.join(".", steps);
    }

    /** Returns whether it is a whole field of a payload, by its name. */
    boolean isField() {
        return steps.size() == 1 && !first().equals(ANY);
    }

    /** Returns the name of the outermost field. */
    String first() {
        return steps.getFirst();
    }

    /** Returns a payload without what this path leads to. */
    JsonValue.Struct removedFrom(JsonValue.Struct payload) {
        return new JsonValue.Struct(members(payload, steps));
    }

    private static JsonValue removed(JsonValue value, List<String> steps) {
        return switch (value) {
            case JsonValue.Struct struct -> new JsonValue.Struct(members(struct, steps));
            case JsonValue.Array array when steps.getFirst().equals(ANY) && steps.size() > 1 ->
                    new JsonValue.Array(
                            array.items().stream()
                                    .map(item -> removed(item, inner(steps)))
                                    .toList());
            default -> value;
        };
    }

    private static LinkedHashMap<String, JsonValue> members(
            JsonValue.Struct struct, List<String> steps) {
        var kept = new LinkedHashMap<String, JsonValue>();
        for (Map.Entry<String, JsonValue> member : struct.members().entrySet()) {
            boolean meant =
                    steps.getFirst().equals(ANY) || steps.getFirst().equals(member.getKey());
            if (!meant) {
                kept.put(member.getKey(), member.getValue());
            } else if (steps.size() > 1) {
                kept.put(member.getKey(), removed(member.getValue(), inner(steps)));
            }
        }
        return kept;
    }

    private static List<String> inner(List<String> steps) {
        return steps.subList(1, steps.size());
    }
}
