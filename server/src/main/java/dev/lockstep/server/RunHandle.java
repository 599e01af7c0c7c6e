package dev.lockstep.server;

import dev.lockstep.server.run.RunReport;

import java.util.concurrent.CompletableFuture;

/** A run in progress, for the one who created it. Thread-safe. */
public interface RunHandle {
    /** Returns the name engines give to join. */
    String name();

    /**
     * Returns the future account. It completes after the verdict is committed to the log; where the
     * log cannot take it, a note says so.
     */
    CompletableFuture<RunReport> report();

    /**
     * Ends the run INCOMPLETE, with {@code reason} among its notes; does nothing after its verdict.
     */
    void abandon(String reason);

    /**
     * Ends the run as {@link #abandon} does if {@code engine} has not joined: it never will. Of an
     * engine that has joined, the connection tells when it is gone.
     */
    void absent(String engine, String reason);
}
