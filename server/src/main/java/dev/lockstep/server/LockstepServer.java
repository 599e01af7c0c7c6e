package dev.lockstep.server;

import dev.lockstep.server.capture.SnapshotTaking;
import dev.lockstep.server.control.LogsService;
import dev.lockstep.server.control.Plugins;
import dev.lockstep.server.control.Services;
import dev.lockstep.server.control.SnapshotsService;
import dev.lockstep.server.control.StatesService;
import dev.lockstep.server.events.EventLimits;
import dev.lockstep.server.events.EventStore;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.log.RunLog;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.transport.Arrival;
import dev.lockstep.server.transport.ControlListener;
import dev.lockstep.server.transport.EngineListener;
import dev.lockstep.server.transport.EngineReception;
import dev.lockstep.server.transport.EventThread;
import dev.lockstep.server.transport.PluginListener;
import dev.lockstep.server.transport.PortListener;
import dev.lockstep.server.transport.SocketDirectory;
import dev.lockstep.server.transport.TcpEndpoint;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A coordinator in this process: the one place that puts transport, runs, log, feed and services
 * together. Thread-safe.
 */
public final class LockstepServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LockstepServer.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final long TICK_MS = 200;

    private final SocketDirectory directory;
    private final EventThread thread;
    private final RunLog log;
    private final ServerConfig config;
    private final EventStore events;
    private final Feed feed;
    private final Runs runs;
    private final SnapshotStore snapshots;
    private final EngineReception reception;
    private final EngineListener engines;
    private final AtomicBoolean closed = new AtomicBoolean();

    // Guarded by this.
    private @Nullable EventThread controlThread;
    private @Nullable ControlListener control;
    private final List<PortListener> ports = new ArrayList<>();

    private LockstepServer(
            SocketDirectory directory, EventThread thread, RunLog log, ServerConfig config) {
        this.directory = directory;
        this.thread = thread;
        this.log = log;
        this.config = config;
        feed = new Feed(config.clock(), System::nanoTime);
        events = new EventStore(config.stateDirectory(), EventLimits.DEFAULT);
        snapshots = SnapshotStore.open(config.stateDirectory());
        runs = new Runs(thread, log, events, feed, config);
        reception = new EngineReception(runs.registry(), config.reconnectGrace());
        engines = EngineListener.open(directory, thread, reception);
        thread.repeat(runs.registry()::tick, TICK_MS);
    }

    /**
     * Starts a coordinator, for engines; its services start with {@link #openControl}.
     *
     * @throws ConfigException if a directory cannot be used, the path of the socket is too long, or
     *     another coordinator lives there
     */
    public static LockstepServer start(ServerConfig config) {
        SocketDirectory directory = SocketDirectory.claim(config.runtimeDirectory());
        EventThread thread = EventThread.start("lockstep-coordinator");
        try {
            RunLog log = openLog(config);
            try {
                return new LockstepServer(directory, thread, log, config);
            } catch (ConfigException e) {
                log.close();
                throw e;
            }
        } catch (ConfigException e) {
            thread.close();
            directory.close();
            throw e;
        }
    }

    /**
     * Opens the log of runs for reading, without a coordinator.
     *
     * @throws ConfigException if the directory cannot be used
     */
    public static RunStore openStore(Path stateDirectory) {
        return RunStore.open(stateDirectory, SocketDirectory::removeLeftovers);
    }

    /** Returns the path of the socket engines connect to. */
    public Path engineSocket() {
        return engines.socket();
    }

    /**
     * Listens for engines at a port, too.
     *
     * @return where it listens
     * @throws ConfigException if it cannot, or the files for TLS cannot be used
     */
    public synchronized InetSocketAddress listen(TcpEndpoint endpoint) {
        PortListener port = PortListener.open(endpoint, thread, reception);
        ports.add(port);
        return port.address();
    }

    /**
     * Starts the services, unless they are. It takes a moment, for which a short run need not wait.
     *
     * @return the path of their socket
     * @throws ConfigException if the socket cannot be created
     */
    public synchronized Path openControl() {
        if (control == null) {
            controlThread = EventThread.start("lockstep-control");
            Path temporary = TemporaryFiles.directory(config.stateDirectory());
            control =
                    ControlListener.open(
                            directory,
                            controlThread,
                            Services.of(
                                    runs,
                                    this::awaitPlugin,
                                    feed,
                                    eventLogs(temporary),
                                    new SnapshotsService(snapshots, runs, runs, config.clock()),
                                    new StatesService(temporary),
                                    controlThread));
        }
        return control.socket();
    }

    private LogsService eventLogs(Path temporaryDirectory) {
        return new LogsService(
                new LoggedEventRuns(log, config.runtimeDirectory()), events, temporaryDirectory);
    }

    /**
     * Creates a run, which waits for its engines.
     *
     * @param observer called on the coordinator's thread
     * @throws ConfigException if a run of this name is in progress, or it cannot be logged
     */
    public RunHandle createRun(RunSpec spec, RunListener observer) {
        try {
            return runs.create(spec, observer).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ConfigException refusal ? refusal : e;
        }
    }

    /**
     * Waits for a lockstep plugin of QEMU that is to be an engine of a run. Whoever opens this
     * closes it.
     *
     * @throws ConfigException if the socket cannot be created
     */
    public PluginListener openPlugin(String run, Role role, String name, Arrival arrival) {
        return PluginListener.open(
                directory, thread, runs.registry(), PluginHello.of(run, role, name), arrival);
    }

    private Plugins.Awaited awaitPlugin(String run, Role role, String name, Plugins.News news) {
        PluginListener plugin =
                openPlugin(
                        run,
                        role,
                        name,
                        new Arrival() {
                            @Override
                            public void joined() {
                                news.joined();
                            }

                            @Override
                            public void refused(String why) {
                                news.refused(why);
                            }
                        });
        return new Plugins.Awaited() {
            @Override
            public Path socket() {
                return plugin.socket();
            }

            @Override
            public void close() {
                plugin.close();
            }
        };
    }

    /**
     * Prepares to take snapshots of a run.
     *
     * @param label what to call them
     */
    public SnapshotTaking snapshots(String run, CaptureOrder order, String label) {
        return new SnapshotTaking(snapshots, runs, config.clock(), run, order, label);
    }

    /**
     * Takes no more runs and waits for those in progress.
     *
     * @return whether all of them have ended in time
     */
    public boolean drain(Duration timeout) throws InterruptedException {
        return await(runs.close(), timeout);
    }

    /**
     * Abandons the runs in progress, waits until their verdicts are committed and told, removes the
     * sockets.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        CompletableFuture<Void> ends = runs.close();
        runs.abandonAll("the coordinator was closed");
        try {
            if (!await(ends, CLOSE_TIMEOUT)) {
                LOG.warn("closed before every verdict was committed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        feed.close();
        closeControl();
        closePorts();
        engines.close();
        thread.close();
        directory.close();
        events.close();
        log.close();
    }

    private static RunLog openLog(ServerConfig config) {
        return RunLog.open(
                config.stateDirectory(),
                config.runtimeDirectory(),
                config.clock(),
                SocketDirectory::removeLeftovers);
    }

    private static boolean await(CompletableFuture<Void> ends, Duration timeout)
            throws InterruptedException {
        try {
            ends.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("reports never fail", e);
        }
    }

    private synchronized void closePorts() {
        ports.forEach(PortListener::close);
    }

    private synchronized void closeControl() {
        if (control != null) {
            control.close();
        }
        if (controlThread != null) {
            controlThread.close();
        }
    }
}
