package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;

import java.util.Arrays;
import java.util.BitSet;

/**
 * All blobs of the store, by the places they have in the order of their ids, and what is known of
 * them: some 20 bytes for each. Not thread-safe.
 */
final class Census {
    private static final int FIRST_CAPACITY = 1024;

    private long[] ids = new long[FIRST_CAPACITY];
    private long[] refs = new long[FIRST_CAPACITY];
    private int size;

    private final BitSet nodes = new BitSet();
    private final BitSet reached = new BitSet();
    private final int[] named;

    Census(Database database) {
        database.forEach(
                "SELECT id, refs, is_node FROM blob ORDER BY id",
                row -> add(row.getLong(1), row.getLong(2), row.getBoolean(3)));
        named = new int[size];
    }

    private void add(long id, long stored, boolean isNode) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
            refs = Arrays.copyOf(refs, 2 * size);
        }
        ids[size] = id;
        refs[size] = stored;
        nodes.set(size, isNode);
        size++;
    }

    int size() {
        return size;
    }

    long id(int place) {
        return ids[place];
    }

    /** Returns the place of a blob, negative if there is none of that id. */
    int place(long id) {
        return Arrays.binarySearch(ids, 0, size, id);
    }

    boolean isNode(int place) {
        return nodes.get(place);
    }

    /** Notes that one more object names a blob. */
    void name(int place) {
        named[place]++;
    }

    /** Notes that a snapshot needs a blob; returns whether that was not known. */
    boolean reach(int place) {
        boolean isNew = !reached.get(place);
        reached.set(place);
        return isNew;
    }

    boolean isReached(int place) {
        return reached.get(place);
    }

    int reachedCount() {
        return reached.cardinality();
    }

    /** Returns how often a blob is named less what the store has counted. */
    long excess(int place) {
        return named[place] - refs[place];
    }
}
