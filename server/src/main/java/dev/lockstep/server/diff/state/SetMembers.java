package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The members of an array whose order says nothing, found by what tells them apart: the value of
 * their key, or they themselves. A member is its index in the array. Costs 18 bytes a member, for
 * there may be millions, and 8 more where keys repeat.
 */
final class SetMembers {
    /** The occurrence of what does not count. */
    private static final int NONE = -1;

    private static final Comparator<Named> BY_NAME =
            Comparator.comparing(Named::key, JsonText.BY_CODE_POINT)
                    .thenComparingInt(Named::occurrence);

    /** Odd and irregular, so that members of one key lie apart. */
    private static final int SPREAD = 0x9E3779B9;

    private final JsonTape tape;
    private final String keyName;
    private final boolean all;

    /** The items of the array. */
    private final int[] items;

    /**
     * What tells each apart; {@link JsonTape#NONE} for an object without a key: its key is null.
     */
    private final int[] keys;

    private final int[] hashes;

    /**
     * How many members before one have the same key; {@link #NONE} of those that do not count.
     * Empty as long as all are 0.
     */
    private int[] occurrences = {};

    /** The last member with the key of one that is the first with it. Empty together with these. */
    private int[] last = {};

    /** Members by their hashes, one more each, and 0 for a free place. */
    private final int[] table;

    /** A member and what it is sorted by. */
    private record Named(String key, int occurrence, int member) {}

    private SetMembers(JsonTape tape, int array, String keyName, boolean all) {
        this.tape = tape;
        this.keyName = keyName;
        this.all = all;
        int size = tape.size(array);
        items = new int[size];
        keys = new int[size];
        hashes = new int[size];
        table = new int[size + size / 2 + 1];
    }

    /**
     * Returns the members of an array.
     *
     * @param all whether those that are no objects, and each of several with one key, count:
     *     otherwise the last object with a key stands for all of them
     */
    static SetMembers of(JsonTape tape, int array, String keyName, boolean all) {
        SetMembers members = new SetMembers(tape, array, keyName, all);
        int member = 0;
        for (int item = tape.first(array); item != JsonTape.NONE; item = tape.next(item)) {
            members.add(member++, item);
        }
        return members;
    }

    private void add(int member, int item) {
        boolean isObject = tape.kind(item) == Kind.OBJECT;
        items[member] = item;
        keys[member] = isObject ? tape.member(item, keyName) : item;
        hashes[member] = Long.hashCode(fingerprint(keys[member]));
        if (!isObject && !all) {
            setOccurrence(member, NONE);
        } else if (hasSameKey(member, this, member)) {
            insert(member);
        } // Else it holds NaN, and nobody will ever find it.
    }

    private void insert(int member) {
        int place = place(this, member, 0);
        if (table[place] == 0) {
            table[place] = member + 1;
            return;
        }
        int first = table[place] - 1;
        if (all) {
            setOccurrence(member, occurrence(last(first)) + 1);
            table[place(this, member, occurrence(member))] = member + 1;
        } else {
            setOccurrence(member, NONE);
        }
        last[first] = member;
    }

    private int occurrence(int member) {
        return occurrences.length == 0 ? 0 : occurrences[member];
    }

    private int last(int member) {
        return last.length == 0 ? member : last[member];
    }

    private void setOccurrence(int member, int occurrence) {
        if (occurrences.length == 0) {
            occurrences = new int[items.length];
            last = new int[items.length];
            Arrays.setAll(last, it -> it);
        }
        occurrences[member] = occurrence;
    }

    private long fingerprint(int key) {
        return key == JsonTape.NONE ? Fingerprint.ofNull() : tape.fingerprint(key);
    }

    /** Returns where the n-th member with the key of another is in the table, or would be. */
    private int place(SetMembers others, int other, int occurrence) {
        int hash = others.hashes[other];
        long spread = Integer.toUnsignedLong(hash + (occurrence * SPREAD));
        int place = (int) ((spread * table.length) >>> Integer.SIZE);
        while (table[place] != 0) {
            int member = table[place] - 1;
            if (hashes[member] == hash
                    && occurrence(member) == occurrence
                    && hasSameKey(member, others, other)) {
                return place;
            }
            place = place + 1 == table.length ? 0 : place + 1;
        }
        return place;
    }

    private boolean hasSameKey(int member, SetMembers others, int other) {
        int key = keys[member];
        int otherKey = others.keys[other];
        return isKeyed(member) == others.isKeyed(other)
                && ((key == JsonTape.NONE || otherKey == JsonTape.NONE)
                        ? isNull(key) && others.isNull(otherKey)
                        : tape.isSame(key, others.tape, otherKey));
    }

    private boolean isKeyed(int member) {
        return keys[member] != items[member];
    }

    private boolean isNull(int key) {
        return key == JsonTape.NONE || tape.kind(key) == Kind.NULL;
    }

    /** Returns the members that count, in the order of the array. */
    IntStream members() {
        return IntStream.range(0, items.length).filter(it -> occurrence(it) != NONE);
    }

    /** Goes through members in the order of their keys' texts. */
    void forEachSorted(IntStream members, IntConsumer consumer) {
        members.mapToObj(it -> new Named(text(it), occurrence(it), it))
                .sorted(BY_NAME)
                .forEach(it -> consumer.accept(it.member));
    }

    /** Returns the token of what is compared of a member. */
    int item(int member) {
        return items[all ? member : last(member)];
    }

    /**
     * Returns the token of what another set's member is compared with, or {@link JsonTape#NONE}.
     */
    int item(SetMembers others, int other) {
        int found = table[place(others, other, others.occurrence(other))];
        return found == 0 ? JsonTape.NONE : item(found - 1);
    }

    /**
     * Returns for each member the token of what it is compared with of another set, or {@link
     * JsonTape#NONE}.
     */
    int[] partners(SetMembers others) {
        int[] partners = new int[items.length];
        Arrays.fill(partners, JsonTape.NONE);
        members().forEach(it -> partners[it] = others.item(this, it));
        return partners;
    }

    private JsonValue key(int member) {
        int key = keys[member];
        return key == JsonTape.NONE ? JsonValue.Null.VALUE : tape.read(key);
    }

    private String text(int member) {
        JsonValue key = key(member);
        return key instanceof JsonValue.Text(String text) ? text : PythonText.repr(key);
    }

    /** Returns how paths call a member. */
    String label(int member) {
        String label = isKeyed(member) ? keyName + "=" + text(member) : text(member);
        int occurrence = occurrence(member);
        return occurrence == 0 ? label : "%s #%d".formatted(label, occurrence + 1);
    }

    /** Returns what tells a member apart. */
    Shown shown(int member) {
        int key = keys[member];
        return key == JsonTape.NONE ? Shown.nothing() : new Shown.OfDocument(tape, key);
    }
}
