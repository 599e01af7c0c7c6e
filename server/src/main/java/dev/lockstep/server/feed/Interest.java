package dev.lockstep.server.feed;

/**
 * What a watcher wants to hear.
 *
 * @param run name of the run, empty for all runs
 * @param progress whether progress is wanted besides events
 */
public record Interest(String run, boolean progress) {
    boolean covers(String name) {
        return run.isEmpty() || run.equals(name);
    }
}
