package dev.lockstep.server.control;

import dev.lockstep.proto.v1.EngineLog;
import dev.lockstep.server.control.EventRuns.EventRun;
import dev.lockstep.server.events.EventStore;
import dev.lockstep.server.events.EventText;
import dev.lockstep.server.events.KeptLog;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Opens event logs of runs, for calls that may wait. Thread-safe. */
final class RunLogs {
    private static final long PAUSE_MS = 50;

    /** More than any number or name has. */
    private static final int MAX_RUN_CHARACTERS = 64;

    /** How long a run may be in the log of runs before its events are kept. */
    private static final long BEGINNING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventRuns runs;
    private final EventStore store;

    RunLogs(EventRuns runs, EventStore store) {
        this.runs = runs;
        this.store = store;
    }

    /** Returns the run of this number, or the newest of this name. */
    EventRun run(String numberOrName) throws InterruptedException {
        if (numberOrName.isEmpty()) {
            throw new IllegalArgumentException("run: \"\" (expected: a number or a name)");
        }
        Requests.text("run", numberOrName, MAX_RUN_CHARACTERS);
        try {
            return runs.find(numberOrName)
                    .get()
                    .orElseThrow(() ->
                            Status.NOT_FOUND
                                    .withDescription(
                                            "no run \"%s\" in the log of runs"
                                                    .formatted(numberOrName))
                                    .asRuntimeException());
        } catch (ExecutionException e) {
            throw Reply.status(e.getCause() == null ? e : e.getCause());
        }
    }

    /** Opens the log of a run that has ended. */
    LogText ended(EngineLog log) throws IOException, InterruptedException {
        EngineSpec.checkName("engine", log.getEngine());
        EventRun run = run(log.getRun());
        if (!run.ended()) {
            throw refused("run \"%s\" has not ended; WatchDiff compares it".formatted(run.name()));
        }
        return kept(run, log.getEngine());
    }

    /** Opens a log as it is, or as it is being written. */
    LogText kept(EventRun run, String engine) throws IOException {
        return KeptLog.of(run.number(), engine, text(run, engine));
    }

    /** Opens the text of a log as it is, or as it is being written. */
    EventText text(EventRun run, String engine) throws IOException {
        Optional<EventText> text = store.open(run.number(), engine);
        return text.isPresent() ? text.get() : refuse(run, engine);
    }

    /**
     * Waits until a log has begun.
     *
     * @return the run as it then is
     * @throws StatusRuntimeException FAILED_PRECONDITION if there will be none, or somebody else
     *     writes it
     */
    EventRun await(EventRun found, String engine) throws IOException, InterruptedException {
        EventRun run = found;
        long start = System.nanoTime();
        while (!run.ended()) {
            checkOwn(run);
            if (hasBegun(run, engine)) {
                return run;
            }
            checkExpected(run, engine, System.nanoTime() - start);
            Thread.sleep(PAUSE_MS);
            run = run(Long.toString(run.number()));
        }
        return run;
    }

    /** Waits until the engines of a run are known, which may have open places. */
    EventRun awaitEngines(EventRun found) throws InterruptedException {
        EventRun run = found;
        while (!run.ended() && !(has(run, Role.REFERENCE) && has(run, Role.SUBJECT))) {
            checkOwn(run);
            Thread.sleep(PAUSE_MS);
            run = run(Long.toString(run.number()));
        }
        return run;
    }

    private static boolean has(EventRun run, Role role) {
        return run.engines().stream().anyMatch(engine -> engine.role() == role);
    }

    private boolean hasBegun(EventRun run, String engine) throws IOException {
        Optional<EventText> text = store.open(run.number(), engine);
        if (text.isPresent()) {
            text.get().close();
        }
        return text.isPresent();
    }

    private static void checkOwn(EventRun run) {
        if (!run.isOwn()) {
            throw refused(
                    "run \"%s\" goes on in another coordinator; ask that one"
                            .formatted(run.name()));
        }
    }

    private void checkExpected(EventRun run, String engine, long waitedNanos) {
        if (!store.isKeeping(run.number()) && waitedNanos > BEGINNING_NANOS) {
            throw refused(
                    "run \"%s\" keeps no event logs (expected: a run with events)"
                            .formatted(run.name()));
        }
        Optional<Set<String>> tellers = store.tellers(run.number());
        if (tellers.isPresent() && !tellers.get().contains(engine)) {
            throw noLog(run, engine, tellers.get());
        }
    }

    private EventText refuse(EventRun run, String engine) throws IOException {
        throw noLog(run, engine, store.engines(run.number()));
    }

    private static StatusRuntimeException noLog(
            EventRun run, String engine, Collection<String> engines) {
        return refused(
                "run \"%s\" has no event log of \"%s\" (expected: %s)"
                        .formatted(
                                run.name(),
                                engine,
                                engines.isEmpty()
                                        ? "a run with engines that tell events"
                                        : String.join(" or ", engines)));
    }

    private static StatusRuntimeException refused(String text) {
        return Status.FAILED_PRECONDITION.withDescription(text).asRuntimeException();
    }
}
