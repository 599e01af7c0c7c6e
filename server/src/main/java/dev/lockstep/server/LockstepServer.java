package dev.lockstep.server;

import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunSpec;
import java.nio.file.Path;

/** A coordinator in this process. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class LockstepServer implements AutoCloseable {
    private LockstepServer() {}

    /**
     * Starts a coordinator.
     *
     * @throws dev.lockstep.server.run.ConfigException if a directory cannot be used, the path of the socket is too long,
     *     or another coordinator lives there
     */
    public static LockstepServer start(ServerConfig config) {
        throw new UnsupportedOperationException("comes with the transport");
    }

    /** Returns the path of the socket engines connect to. */
    public Path engineSocket() {
        throw new UnsupportedOperationException("comes with the transport");
    }

    /**
     * Creates a run, which waits for its engines.
     *
     * @param listener called on the coordinator's thread
     * @throws dev.lockstep.server.run.ConfigException if a run of this name is in progress
     */
    public RunHandle createRun(RunSpec spec, RunListener listener) {
        throw new UnsupportedOperationException("comes with the transport");
    }

    /** Abandons the runs in progress, waits until their verdicts are committed, removes the sockets. */
    @Override
    public void close() {}
}
