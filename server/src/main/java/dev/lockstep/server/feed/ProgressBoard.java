package dev.lockstep.server.feed;

import dev.lockstep.server.run.Progress;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The last progress of every run in progress, oldest first. Not thread-safe. */
final class ProgressBoard {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long serial;

    /** Progress of a run, with a number that rises from entry to entry. */
    record Entry(long serial, long nanos, News.Progressed news) {}

    /** Takes note, at most once a second for each run. Returns whether it did. */
    boolean post(String run, Progress progress, long nowNanos) {
        Entry last = entries.get(run);
        if (last != null && nowNanos - last.nanos() < INTERVAL_NANOS) {
            return false;
        }
        entries.remove(run);
        entries.put(run, new Entry(++serial, nowNanos, new News.Progressed(run, progress)));
        return true;
    }

    /** Forgets a run that has ended. */
    void remove(String run) {
        entries.remove(run);
    }

    /** Returns the oldest entry after {@code seen} of a run that is wanted. */
    @Nullable Entry after(long seen, Predicate<String> wanted) {
        for (Entry entry : entries.values()) {
            if (entry.serial() > seen && wanted.test(entry.news().run())) {
                return entry;
            }
        }
        return null;
    }
}
