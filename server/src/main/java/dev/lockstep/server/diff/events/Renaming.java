package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Gives values that no two engines share, like addresses on the host's heap, names that they do
 * share: what they are and the how many-th of those in its thread.
 *
 * @param name of the rule
 * @param reason for people
 * @param kind of the events
 * @param where which of these events
 * @param fields of the payload that are renamed
 * @param label the new value; in it stand {@code {n}} for the number, from 0, and {@code {FIELD}}
 *     for the text of a field that {@code where} asks for; every such text counts on its own
 * @param except values that stay as they are
 * @param budget how many events it may concern; more of them are a difference
 */
public record Renaming(
        String name,
        String reason,
        KindPattern kind,
        Condition where,
        List<Field> fields,
        String label,
        List<Literal> except,
        OptionalLong budget)
        implements NamedRule {
    private static final String NUMBER = "{n}";

    /** When a field is renamed. */
    public enum When {
        /** Even if it is absent: then it is created. */
        ALWAYS,
        /** If it is there. */
        PRESENT,
        /** If its value is a text. */
        TEXT;

        private boolean holds(@Nullable JsonValue value) {
            return switch (this) {
                case ALWAYS -> true;
                case PRESENT -> value != null;
                case TEXT -> value instanceof JsonValue.Text;
            };
        }
    }

    /**
     * A field of the payload.
     *
     * @param name its name
     * @param when it is renamed
     */
    public record Field(String name, When when) {}

    /** Copies, and checks that something gets a number. */
    public Renaming {
        fields = List.copyOf(fields);
        except = List.copyOf(except);
        if (fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "no fields (expected: one, and when it is renamed, as in {status: present})");
        }
        if (!label.contains(NUMBER)) {
            throw new IllegalArgumentException(
                    "label '%s' (expected: one with {n}, the number)".formatted(label));
        }
    }

    /** Returns whether an event of its kind is counted, and renamed but for the exceptions. */
    boolean appliesTo(JsonValue.Struct payload) {
        return where.holds(payload) && fields.stream().anyMatch(it -> isThere(it, payload));
    }

    /** Returns what its numbers count in a payload. */
    String counted(JsonValue.Struct payload) {
        String text = label;
        for (String field : where.fields()) {
            if (payload.members().get(field) instanceof JsonValue.Text value) {
                text = text.replace("{" + field + "}", value.value());
            }
        }
        return text;
    }

    /** Returns the payload of an event it applies to, renamed. */
    JsonValue.Struct renamed(JsonValue.Struct payload, long number) {
        JsonValue newValue =
                new JsonValue.Text(counted(payload).replace(NUMBER, Long.toString(number)));
        JsonValue.Struct result = payload;
        for (Field field : renamedFields(payload).toList()) {
            result = result.with(field.name(), newValue);
        }
        return result;
    }

    private Stream<Field> renamedFields(JsonValue.Struct payload) {
        return fields.stream()
                .filter(it -> isThere(it, payload))
                .filter(it ->
                        except.stream()
                                .noneMatch(literal ->
                                        literal.matches(payload.members().get(it.name()))));
    }

    private static boolean isThere(Field field, JsonValue.Struct payload) {
        return field.when().holds(payload.members().get(field.name()));
    }
}
