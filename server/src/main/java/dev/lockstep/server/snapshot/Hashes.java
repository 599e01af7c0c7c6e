package dev.lockstep.server.snapshot;

import java.util.Arrays;

/**
 * A set of hashes in the order in which they came: some 50 bytes for each, since there are up to
 * millions. Not thread-safe.
 */
final class Hashes {
    private static final int WORDS = Hash.BYTES / Long.BYTES;
    private static final int FIRST_CAPACITY = 64;

    private long[] words = new long[FIRST_CAPACITY * WORDS];

    /** Where each is, plus one; 0 for an empty slot. Twice as many as there are hashes, or more. */
    private int[] slots = new int[2 * FIRST_CAPACITY];

    private int size;

    int size() {
        return size;
    }

    Hash get(int index) {
        int word = index * WORDS;
        return new Hash(words[word], words[word + 1], words[word + 2], words[word + 3]);
    }

    /** Returns which one it is, -1 if it is none of them. */
    int indexOf(Hash hash) {
        return slots[slotOf(hash)] - 1;
    }

    boolean contains(Hash hash) {
        return indexOf(hash) >= 0;
    }

    /** Returns whether it is new. */
    boolean add(Hash hash) {
        int slot = slotOf(hash);
        if (slots[slot] != 0) {
            return false;
        }
        if (2 * (size + 1) > slots.length) {
            grow();
            slot = slotOf(hash);
        }
        put(size, hash);
        size++;
        slots[slot] = size;
        return true;
    }

    private int slotOf(Hash hash) {
        int mask = slots.length - 1;
        int slot = hash.hashCode() & mask;
        while (slots[slot] != 0 && !hash.equals(get(slots[slot] - 1))) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void put(int index, Hash hash) {
        int word = index * WORDS;
        words[word] = hash.a();
        words[word + 1] = hash.b();
        words[word + 2] = hash.c();
        words[word + 3] = hash.d();
    }

    private void grow() {
        words = Arrays.copyOf(words, 2 * words.length);
        slots = new int[2 * slots.length];
        for (int i = 0; i < size; i++) {
            slots[slotOf(get(i))] = i + 1;
        }
    }
}
