package dev.lockstep.server.feed;

import dev.lockstep.server.run.Progress;

import java.time.Instant;

/** What a watcher is told. */
public sealed interface News {
    /**
     * An event.
     *
     * @param position rises by one from event to event, from 1
     */
    record Happened(long position, Instant time, RunEvent event) implements News {}

    /** So many events, of whatever run, are gone unseen. */
    record Dropped(long eventCount) implements News {}

    /** Where a run stands. */
    record Progressed(String run, Progress progress) implements News {}
}
