package dev.lockstep.server.diff.events;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many events of a kind a log has, and its threads; of the first so many threads each. */
public final class Tally {
    private static final int MAX_THREADS = 1024;

    private final SortedMap<Long, Long> byThread = new TreeMap<>();
    private long total;

    Tally() {}

    void add(long tid) {
        total++;
        if (byThread.size() < MAX_THREADS || byThread.containsKey(tid)) {
            byThread.merge(tid, 1L, Long::sum);
        }
    }

    /** Returns the number in all threads. */
    public long total() {
        return total;
    }

    /** Returns the numbers by thread. */
    public SortedMap<Long, Long> byThread() {
        return Collections.unmodifiableSortedMap(byThread);
    }
}
