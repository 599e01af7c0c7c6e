package dev.lockstep.server.diff.events;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The threads of a log, by their numbers and in the order in which they appeared. */
final class ThreadTable {
    private static final int FIRST_SLOTS = 64;
    private static final long IRREGULAR = 0x9E3779B97F4A7C15L;

    private final Spool spool;
    private final List<ThreadLog> threads = new ArrayList<>();

    /** Open addressing by the number. */
    private @Nullable ThreadLog[] slots = new ThreadLog[FIRST_SLOTS];

    ThreadTable(Spool spool) {
        this.spool = spool;
    }

    /** Returns the thread of this number, which may be new. */
    ThreadLog get(long tid) {
        int slot = slot(tid, slots);
        ThreadLog known = slots[slot];
        return known == null ? add(tid, slot) : known;
    }

    Optional<ThreadLog> find(long tid) {
        return Optional.ofNullable(slots[slot(tid, slots)]);
    }

    List<ThreadLog> all() {
        return Collections.unmodifiableList(threads);
    }

    private ThreadLog add(long tid, int slot) {
        ThreadLog thread = new ThreadLog(tid, threads.size() + 1, spool);
        threads.add(thread);
        slots[slot] = thread;
        if (2 * threads.size() > slots.length) {
            grow();
        }
        return thread;
    }

    private static int slot(long tid, @Nullable ThreadLog[] slots) {
        int slot = (int) ((tid * IRREGULAR) >>> Integer.SIZE) & (slots.length - 1);
        for (ThreadLog at = slots[slot]; at != null && at.tid() != tid; at = slots[slot]) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        @Nullable ThreadLog[] more = new ThreadLog[2 * slots.length];
        for (ThreadLog thread : threads) {
            more[slot(thread.tid(), more)] = thread;
        }
        slots = more;
    }
}
