package dev.lockstep.server.control;

import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.WatchDiffRequest;
import dev.lockstep.proto.v1.WatchDiffResponse;
import dev.lockstep.server.control.EventRuns.EventRun;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiff;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.LiveDiff;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Compares the logs of a run for a client while they grow. Belongs to one thread. */
final class LogWatch {
    private static final long PROGRESS_INTERVAL_MS = 1000;

    private final RunLogs logs;
    private final DiffRequest wish;
    private final BlockingCall<WatchDiffResponse> call;
    private final DiffProgress progress = new DiffProgress();

    LogWatch(RunLogs logs, DiffRequest wish, BlockingCall<WatchDiffResponse> call) {
        this.logs = logs;
        this.wish = wish;
        this.call = call;
    }

    /** Tells the client all there is to tell. */
    void follow(WatchDiffRequest request) throws IOException, InterruptedException {
        EventRun found = logs.awaitEngines(logs.run(request.getRun()));
        String reference = engine(found, Role.REFERENCE, request.getReference());
        String subject = engine(found, Role.SUBJECT, request.getSubject());
        EventRun run = logs.await(logs.await(found, reference), subject);
        try (LogText left = logs.kept(run, reference);
                LogText right = logs.kept(run, subject)) {
            call.send(LogDiffMessages.started(run, reference, subject, wish.profile()));
            LogDiff result = LogDiffMessages.of(compare(run, left, right));
            call.send(WatchDiffResponse.newBuilder().setResult(result).build());
        }
    }

    /** Returns the engine that is asked for, else the only one of its role. */
    private static String engine(EventRun run, Role role, String asked) {
        if (asked.isEmpty()) {
            return EngineSpec.only(role, run.engines());
        }
        EngineSpec.checkName(role.text(), asked);
        return asked;
    }

    private EventDiffResult compare(EventRun run, LogText reference, LogText subject)
            throws IOException, InterruptedException {
        try (ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("lockstep-logs-progress").factory())) {
            var _ =
                    timer.scheduleAtFixedRate(
                            () -> call.offer(LogDiffMessages.progress(progress)),
                            PROGRESS_INTERVAL_MS,
                            PROGRESS_INTERVAL_MS,
                            TimeUnit.MILLISECONDS);
            try {
                return run.ended()
                        ? new EventDiff(wish, progress).compare(reference, subject)
                        : new LiveDiff(wish, progress, this::tell).follow(reference, subject);
            } finally {
                timer.shutdownNow();
            }
        }
    }

    private void tell(PairResult pair) {
        try {
            call.send(
                    WatchDiffResponse.newBuilder()
                            .setDifference(ThreadDiffMessages.of(pair))
                            .build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Ends the comparison, which looks for it.
        }
    }
}
