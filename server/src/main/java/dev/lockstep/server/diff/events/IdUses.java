package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.run.ConfigException;

/**
 * Which thread of a log uses an id of one class, and which ids are floating. Ids are told apart by
 * their 64-bit fingerprints, so that millions of them fit.
 */
final class IdUses {
    private static final int FIRST_SLOTS = 64;
    private static final int FLOATING = -1;

    private final Identity identity;
    private final Room room;

    /** Open addressing; a slot is empty where the user is 0, else a thread's number from 1. */
    private long[] ids = new long[FIRST_SLOTS];

    private int[] users = new int[FIRST_SLOTS];
    private int size;

    IdUses(Identity identity, Room room) {
        this.identity = identity;
        this.room = room;
    }

    /** What the classes of a log may remember together: up to 96 MiB. */
    static final class Room {
        private static final int MAX_IDS = 1 << 21;

        private int ids;

        private void take(Identity identity) {
            if (ids == MAX_IDS) {
                throw new ConfigException(
                        "more than %,d ids, the last of class %s (expected: at most that of all classes in one log; a profile without the class compares the logs all the same)"
                                .formatted(MAX_IDS, identity.name()));
            }
            ids++;
        }
    }

    Identity identity() {
        return identity;
    }

    /** Notes that a thread uses the ids of an event; threads are numbered from 1. */
    void add(LoggedEvent event, int thread) {
        if (identity.severalThreads()) {
            identity.ids(event.kind(), event.payload()).forEach(id -> put(id, thread));
        }
        identity.recipe()
                .flatMap(recipe -> recipe.made(event.kind(), event.payload()))
                .ifPresent(id -> put(id, FLOATING));
    }

    boolean isFloating(String id) {
        return users[slot(Fingerprint.ofText(id), ids, users)] == FLOATING;
    }

    private void put(String id, int thread) {
        long fingerprint = Fingerprint.ofText(id);
        int slot = slot(fingerprint, ids, users);
        int before = users[slot];
        if (before == 0) {
            room.take(identity);
        }
        ids[slot] = fingerprint;
        users[slot] = before == 0 || before == thread ? thread : FLOATING;
        if (before == 0 && 2 * ++size > ids.length) {
            grow();
        }
    }

    private static int slot(long fingerprint, long[] ids, int[] users) {
        int slot = (int) fingerprint & ids.length - 1;
        while (users[slot] != 0 && ids[slot] != fingerprint) {
            slot = slot + 1 & ids.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] moreIds = new long[2 * ids.length];
        int[] moreUsers = new int[moreIds.length];
        for (int i = 0; i < ids.length; i++) {
            if (users[i] != 0) {
                int slot = slot(ids[i], moreIds, moreUsers);
                moreIds[slot] = ids[i];
                moreUsers[slot] = users[i];
            }
        }
        ids = moreIds;
        users = moreUsers;
    }
}
