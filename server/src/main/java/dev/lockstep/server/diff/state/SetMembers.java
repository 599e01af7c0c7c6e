package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjIntConsumer;

/** The members of an array whose order says nothing, by what tells them apart. */
final class SetMembers {
    private static final Comparator<Key> BY_TEXT =
            Comparator.comparing(Key::text, JsonText.BY_CODE_POINT)
                    .thenComparingInt(Key::occurrence);

    private final Map<Key, Integer> values = new HashMap<>();

    /**
     * What tells a member apart.
     *
     * @param name of the field with the value; empty: it is the member itself
     * @param value null if there is none
     * @param occurrence how many members before it have the same
     */
    record Key(String name, JsonValue value, int occurrence) {
        String text() {
            return value instanceof JsonValue.Text(String text) ? text : PythonText.repr(value);
        }

        /** Returns how paths call the member. */
        String label() {
            String label = name.isEmpty() ? text() : name + "=" + text();
            return occurrence == 0 ? label : "%s #%d".formatted(label, occurrence + 1);
        }

        Shown shown() {
            return new Shown.Plain(value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && name.equals(key.name)
                    && occurrence == key.occurrence
                    && value.sameAs(key.value);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name, Fingerprint.of(value), occurrence);
        }
    }

    private SetMembers() {}

    /**
     * Returns the members of an array.
     *
     * @param all whether those that are no objects, and each of several with one key, count:
     *     otherwise the last object with a key stands for all of them
     */
    static SetMembers of(JsonTape tape, int array, String keyName, boolean all) {
        SetMembers members = new SetMembers();
        Map<Key, Integer> seen = new HashMap<>();
        for (int item = tape.first(array); item != JsonTape.NONE; item = tape.next(item)) {
            boolean isObject = tape.kind(item) == Kind.OBJECT;
            if (isObject || all) {
                Key key =
                        isObject
                                ? new Key(keyName, keyValue(tape, item, keyName), 0)
                                : new Key("", tape.read(item), 0);
                int before = all ? seen.merge(key, 1, Integer::sum) - 1 : 0;
                members.values.put(new Key(key.name, key.value, before), item);
            }
        }
        return members;
    }

    private static JsonValue keyValue(JsonTape tape, int object, String keyName) {
        int value = tape.member(object, keyName);
        return value == JsonTape.NONE ? JsonValue.Null.VALUE : tape.read(value);
    }

    /** Returns the member with a key, or {@link JsonTape#NONE}. */
    int find(Key key) {
        return values.getOrDefault(key, JsonTape.NONE);
    }

    /** Goes through keys and members in the order of the keys' texts. */
    void forEach(ObjIntConsumer<Key> consumer) {
        values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(BY_TEXT))
                .forEach(it -> consumer.accept(it.getKey(), it.getValue()));
    }
}
