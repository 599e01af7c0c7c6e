package dev.lockstep.server.sqlite;

/**
 * Who holds an {@link OwnerLock}, as a database remembers it.
 *
 * @param lock name of the lock
 * @param processId number of the process, which another may have after it
 * @param startMs when the process started, in milliseconds since 1970; 0 when unknown
 */
public record Owner(String lock, long processId, long startMs) {
    /** Returns this process as the holder of a lock. */
    public static Owner of(OwnerLock lock) {
        return new Owner(lock.name(), ProcessHandle.current().pid(), startOfThisProcessMs());
    }

    /** Returns whether the lock is, or was, of this process, and so must not be asked about. */
    public boolean isThisProcess() {
        return processId == ProcessHandle.current().pid() && startMs == startOfThisProcessMs();
    }

    private static long startOfThisProcessMs() {
        return ProcessHandle.current().info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    }
}
