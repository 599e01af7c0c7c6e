package dev.lockstep.server;

import dev.lockstep.server.log.RunLog;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.transport.EngineListener;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A coordinator in this process: the one place that puts transport, runs and log together.
 * Thread-safe.
 */
public final class LockstepServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockstepServer.class);
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final RunRegistry registry;
    private final RunLog log;
    private final EngineListener listener;
    private final Set<StartedRun> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private LockstepServer(RunRegistry registry, RunLog log, EngineListener listener) {
        this.registry = registry;
        this.log = log;
        this.listener = listener;
    }

    /**
     * Starts a coordinator.
     *
     * @throws ConfigException if a directory cannot be used, the path of the socket is too long, or
     *     another coordinator lives there
     */
    public static LockstepServer start(ServerConfig config) {
        RunRegistry registry = new RunRegistry(System::nanoTime);
        EngineListener listener = EngineListener.open(config.runtimeDirectory(), registry);
        try {
            RunLog log =
                    RunLog.open(
                            config.stateDirectory(),
                            config.runtimeDirectory(),
                            config.clock(),
                            EngineListener::removeLeftovers);
            return new LockstepServer(registry, log, listener);
        } catch (ConfigException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Opens the log of runs for reading, without a coordinator.
     *
     * @throws ConfigException if the directory cannot be used
     */
    public static RunStore openStore(Path stateDirectory) {
        return RunStore.open(stateDirectory, EngineListener::removeLeftovers);
    }

    /** Returns the path of the socket engines connect to. */
    public Path engineSocket() {
        return listener.socket();
    }

    /**
     * Creates a run, which waits for its engines.
     *
     * @param observer called on the coordinator's thread
     * @throws ConfigException if a run of this name is in progress
     */
    public RunHandle createRun(RunSpec spec, RunListener observer) {
        StartedRun run = new StartedRun(spec, log.run(spec), observer, registry, listener);
        pending.add(run);
        var _ = run.report().whenComplete((report, failure) -> pending.remove(run));
        run.begin();
        return run;
    }

    /**
     * Abandons the runs in progress, waits until their verdicts are committed, removes the socket.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        listener.execute(() -> registry.abandonAll("the coordinator was closed"));
        awaitReports();
        listener.close();
        log.close();
    }

    private void awaitReports() {
        var reports = pending.stream().map(StartedRun::report).toArray(CompletableFuture[]::new);
        var all = CompletableFuture.allOf(reports);
        try {
            all.get(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("closed before every verdict was committed: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
