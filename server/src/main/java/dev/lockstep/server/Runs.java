package dev.lockstep.server;

import dev.lockstep.server.capture.CaptureRuns;
import dev.lockstep.server.control.Coordinator;
import dev.lockstep.server.events.EventStore;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.log.RunLog;
import dev.lockstep.server.run.CaptureListener;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.RunStatus;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The runs of a coordinator: creates them for whoever asks, and knows those in progress and the
 * last that ended. Thread-safe.
 */
final class Runs implements Coordinator, CaptureRuns, RunOpener {
    /** Ended runs known by name. At it, the one created first is forgotten; the log keeps it. */
    private static final int ENDED_CAPACITY = 256;

    private final Executor thread;
    private final RunLog log;
    private final EventStore events;
    private final Feed feed;
    private final InstantSource clock;
    private final Optional<RunDefaults> standing;
    private final RunRegistry registry;
    private final Set<StartedRun> pending = ConcurrentHashMap.newKeySet();

    /** In the order of creation. Of the thread of the runs alone. */
    private final Map<String, KnownRun> known = new LinkedHashMap<>();

    /**
     * Creates a coordinator's runs.
     *
     * @param thread the thread of the runs
     */
    Runs(Executor thread, RunLog log, EventStore events, Feed feed, ServerConfig config) {
        this.thread = thread;
        this.log = log;
        this.events = events;
        this.feed = feed;
        clock = config.clock();
        standing = config.standing();
        registry = new RunRegistry(System::nanoTime, this);
    }

    /** Returns where engines join; of the thread of the runs alone. */
    RunRegistry registry() {
        return registry;
    }

    /**
     * Creates a run.
     *
     * @param observer called on the thread of the runs
     * @return completes once the run is in the log
     */
    CompletableFuture<StartedRun> create(RunSpec spec, RunListener observer) {
        return onThread(
                        () -> {
                            StartedRun run = prepare(spec, observer);
                            registry.create(spec, run);
                            remember(run);
                            return run;
                        })
                .thenCompose(run -> run.logged().thenApply(_ -> run));
    }

    /** Takes no more runs; completes when those in progress have ended and are in the log. */
    CompletableFuture<Void> close() {
        return onThread(
                        () -> {
                            registry.close();
                            return pending.stream().map(StartedRun::report).toList();
                        })
                .thenCompose(reports ->
                        CompletableFuture.allOf(reports.toArray(CompletableFuture[]::new)));
    }

    /** Ends all runs without a verdict INCOMPLETE. */
    void abandonAll(String reason) {
        thread.execute(() -> registry.abandonAll(reason));
    }

    @Override
    public RunListener listen(RunSpec spec) {
        StartedRun run = prepare(spec, new RunListener() {});
        remember(run);
        return run;
    }

    @Override
    public boolean knows(String run) {
        return known.containsKey(run);
    }

    @Override
    public Optional<RunDefaults> defaults() {
        return standing;
    }

    @Override
    public CompletableFuture<RunStatus> create(RunSpec spec) {
        return create(spec, new RunListener() {}).thenCompose(run -> onThread(run.known()::status));
    }

    @Override
    public CompletableFuture<List<RunStatus>> list() {
        return onThread(() -> {
            List<RunStatus> newestFirst =
                    new ArrayList<>(known.values().stream().map(KnownRun::status).toList());
            Collections.reverse(newestFirst);
            return newestFirst;
        });
    }

    @Override
    public CompletableFuture<Optional<RunStatus>> find(String run) {
        return onThread(() -> Optional.ofNullable(known.get(run)).map(KnownRun::status));
    }

    @Override
    public CompletableFuture<Optional<RunStatus>> abandon(String run, String reason) {
        return onThread(() -> {
            registry.abandon(run, reason);
            return Optional.ofNullable(known.get(run)).map(KnownRun::status);
        });
    }

    @Override
    public CompletableFuture<Optional<List<Divergence>>> divergences(
            String run, long first, int count) {
        return onThread(() -> Optional.ofNullable(known.get(run)))
                .thenCompose(found ->
                        found.isEmpty()
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : found.get()
                                        .log()
                                        .divergences(first, count)
                                        .thenApply(Optional::of));
    }

    @Override
    public Executor thread() {
        return thread;
    }

    @Override
    public CompletableFuture<Optional<CapturedRun>> capture(
            String run, CaptureOrder order, CaptureListener listener) {
        return onThread(() ->
                        registry.capture(run, order, listener)
                                .map(_ -> Objects.requireNonNull(known.get(run))))
                .thenCompose(found ->
                        found.isEmpty()
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : captured(found.get()).thenApply(Optional::of));
    }

    /** A run that the log refuses has no number. */
    private static CompletableFuture<CapturedRun> captured(KnownRun run) {
        return run.logged()
                .exceptionally(_ -> 0L)
                .thenApply(id -> new CapturedRun(run.name(), id, run.launch()));
    }

    private StartedRun prepare(RunSpec spec, RunListener observer) {
        KnownRun run = new KnownRun(spec, clock.instant(), log.run(spec), registry);
        return new StartedRun(run, events, feed, observer, registry, thread);
    }

    private void remember(StartedRun run) {
        pending.add(run);
        var _ = run.report().whenComplete((report, failure) -> pending.remove(run));
        known.remove(run.name());
        known.put(run.name(), run.known());
        forgetOldest();
    }

    private void forgetOldest() {
        long surplus = known.values().stream().filter(KnownRun::ended).count() - ENDED_CAPACITY;
        for (Iterator<KnownRun> it = known.values().iterator(); surplus > 0; ) {
            if (it.next().ended()) {
                it.remove();
                surplus--;
            }
        }
    }

    private <T> CompletableFuture<T> onThread(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, thread);
    }
}
