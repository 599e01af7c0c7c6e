package dev.lockstep.server;

import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.server.events.EventStore;
import dev.lockstep.server.events.RunEvents;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.feed.RunEvent;
import dev.lockstep.server.log.LoggedRun;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.ProtocolException;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunStatus;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Connects one run with the log, its events, the feed and the one who created it. */
final class StartedRun implements RunHandle, RunListener {
    private final KnownRun known;
    private final LoggedRun log;
    private final Feed feed;
    private final RunListener observer;
    private final RunRegistry registry;
    private final Executor thread;

    /** The number of the run in the log, once it has one. */
    private final CompletableFuture<Long> logged;

    /** Where its events go, if there are to be any. */
    private final Optional<RunEvents> events;

    /** Divergences that are not in the log yet. Of the thread of the runs alone. */
    private final Deque<Divergence> untold = new ArrayDeque<>();

    /** Completes when all that was to be told up to now is. Of the thread of the runs alone. */
    private CompletableFuture<?> told;

    private final CompletableFuture<RunReport> report = new CompletableFuture<>();

    /**
     * Connects a run that is about to be created.
     *
     * @param thread the thread of the runs
     */
    StartedRun(
            KnownRun known,
            EventStore eventStore,
            Feed feed,
            RunListener observer,
            RunRegistry registry,
            Executor thread) {
        this.known = known;
        this.log = known.log();
        logged = known.logged();
        told = logged;
        events = known.wantsEvents() ? Optional.of(eventStore.run(logged)) : Optional.empty();
        this.feed = feed;
        this.observer = observer;
        this.registry = registry;
        this.thread = thread;
    }

    /** Returns what completes once the run is in the log, or could not be entered. */
    CompletableFuture<Long> logged() {
        return logged;
    }

    KnownRun known() {
        return known;
    }

    @Override
    public String name() {
        return known.name();
    }

    @Override
    public CompletableFuture<RunReport> report() {
        return report;
    }

    @Override
    public void abandon(String reason) {
        if (!report.isDone()) {
            thread.execute(() -> registry.abandon(name(), reason));
        }
    }

    @Override
    public void absent(String engine, String reason) {
        if (!report.isDone()) {
            thread.execute(() -> registry.absent(name(), engine, reason));
        }
    }

    @Override
    public void runCreated() {
        RunStatus status = known.status();
        tell(() -> feed.publish(new RunEvent.Created(runId(), status)));
        var _ =
                log.created()
                        .whenComplete((id, failure) -> {
                            if (failure == null) {
                                logged.complete(id);
                            } else {
                                // It is refused while nothing is lost by it.
                                abandon("not logged: " + why(failure));
                                logged.completeExceptionally(failure);
                            }
                        });
        observer.runCreated();
    }

    @Override
    public void eventsAwaited(Set<String> engines) {
        events.ifPresent(logs -> logs.begin(engines));
    }

    @Override
    public void runStarted() {
        known.start();
        RunStatus status = known.status();
        tell(() -> feed.publish(new RunEvent.Started(runId(), status)));
        observer.runStarted();
    }

    @Override
    public void progressed(Progress progress) {
        log.progressed(progress);
        feed.progressed(name(), progress);
        observer.progressed(progress);
    }

    @Override
    public boolean keepsUp() {
        return log.keepsUp() && events.map(RunEvents::keepsUp).orElse(true) && observer.keepsUp();
    }

    @Override
    public void emitted(String engine, EventBatch batch) throws ProtocolException {
        if (events.isPresent()) {
            events.get().add(engine, batch);
        }
    }

    /** Tells what was found once it is in the log, so that no one is told what a crash undoes. */
    @Override
    public void diverged(Divergence divergence) {
        untold.add(divergence);
        var _ = log.diverged(divergence).thenRun(() -> thread.execute(this::tellDivergence));
    }

    /** A subject that is halted tells whoever started it, who is to find why in the log. */
    @Override
    public void dropped(Runnable halt) {
        var _ = log.settled().thenRun(() -> thread.execute(halt));
    }

    @Override
    public void said(String text) {
        observer.said(text);
    }

    @Override
    public void recorded(InputRecord inputs) {
        var _ = log.recorded(inputs); // In the log with the verdict, which comes next.
        observer.recorded(inputs);
    }

    @Override
    public void concluded(RunReport result, Runnable halt) {
        var _ = log.concluded(result).whenComplete((_, _) -> thread.execute(halt));
    }

    @Override
    public void ended(RunReport result) {
        known.conclude(result);
        var _ =
                events.map(logs -> logs.end(cut(result)))
                        .orElse(CompletableFuture.completedFuture(List.of()))
                        .thenAccept(losses -> thread.execute(() -> keep(result, losses)));
    }

    /** Engines that did not come to the end of their guest may have told unequally much of it. */
    private static Optional<String> cut(RunReport result) {
        return result.verdict() == Verdict.INCOMPLETE
                ? Optional.of("the run was ended before its engines came to their end")
                : Optional.empty();
    }

    /** Enters the report once whoever reads it can read the events, too. */
    private void keep(RunReport account, List<String> losses) {
        RunReport result = losses.stream().reduce(account, RunReport::withNote, (_, b) -> b);
        known.conclude(result);
        var _ = log.ended(result).whenComplete((committed, failure) -> announce(result, failure));
    }

    private void tellDivergence() {
        Divergence divergence = untold.remove();
        tell(() -> {
            feed.publish(new RunEvent.Diverged(runId(), name(), known.diverged(), divergence));
            observer.diverged(divergence);
        });
    }

    /** Tells first who watches, then who waits: the latter may close the coordinator at once. */
    private void announce(RunReport result, @Nullable Throwable failure) {
        // A verdict that took hours to reach is not withheld because a disk is full.
        RunReport account =
                failure == null ? result : result.withNote("not logged: " + why(failure));
        thread.execute(() -> {
            while (!untold.isEmpty()) {
                tellDivergence(); // Refused to the end, as the verdict, whose note says so.
            }
            tell(() -> tellEnd(account));
        });
    }

    private void tellEnd(RunReport account) {
        try {
            known.end(account);
            feed.publish(new RunEvent.Ended(runId(), known.status()));
            observer.ended(account);
        } finally {
            report.complete(account);
        }
    }

    /** Tells something after all else that was to be told, and after the log has the run. */
    private void tell(Runnable news) {
        told = told.handleAsync((_, _) -> true, thread).thenRun(news);
    }

    private long runId() {
        return logged.isCompletedExceptionally() ? 0 : logged.join();
    }

    static String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }
}
