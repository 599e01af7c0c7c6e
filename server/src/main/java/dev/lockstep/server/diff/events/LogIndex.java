package dev.lockstep.server.diff.events;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is known of a log once it was read: its threads, in the order in which they appeared. */
final class LogIndex {
    /** So many kinds are counted, and so many threads of each: a few MiB. */
    private static final int MAX_TALLIES = 256;

    private final List<IdUses> idUses;
    private final ThreadTable threads;
    private final Map<String, Tally> tallies = new TreeMap<>();
    private final Map<String, Long> applied = new HashMap<>();
    private long eventCount;

    LogIndex(EventProfile profile, Spool spool) {
        this.threads = new ThreadTable(spool);
        var room = new IdUses.Room();
        this.idUses =
                profile.identities().stream().map(identity -> new IdUses(identity, room)).toList();
    }

    /** Returns the thread of this number, which may be new. */
    ThreadLog thread(long tid) {
        return threads.get(tid);
    }

    Optional<ThreadLog> find(long tid) {
        return threads.find(tid);
    }

    List<ThreadLog> threads() {
        return threads.all();
    }

    List<IdUses> idUses() {
        return idUses;
    }

    /** Returns the number of events. */
    long eventCount() {
        return eventCount;
    }

    /**
     * Returns how many events there are of the kinds that are counted; beyond a bound the first.
     */
    Map<String, Tally> tallies() {
        return tallies;
    }

    /** Returns how often each renaming was applied. */
    Map<String, Long> applied() {
        return applied;
    }

    void countEvent() {
        eventCount++;
    }

    void count(String kind, long tid) {
        if (tallies.size() < MAX_TALLIES || tallies.containsKey(kind)) {
            tallies.computeIfAbsent(kind, _ -> new Tally()).add(tid);
        }
    }

    void countApplied(String rule) {
        applied.merge(rule, 1L, Long::sum);
    }
}
