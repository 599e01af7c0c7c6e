package dev.lockstep.cli;

import dev.lockstep.server.run.Role;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The engines of one run. None outlives {@link #close}. */
final class EngineProcesses implements AutoCloseable {
    /** How long the coordinator has to see for itself that an engine is gone. */
    private static final Duration NOTICE = Duration.ofMillis(300);

    /** How long engines may take to leave when told to, by the coordinator and then by a signal. */
    private static final Duration LEAVE = Duration.ofSeconds(3);

    private static final Duration DIE = Duration.ofSeconds(2);

    private final List<EngineProcess> engines = new ArrayList<>();
    private final ScratchCopies scratch = new ScratchCopies();

    private EngineProcesses() {}

    /**
     * Starts the engines of {@code plan}.
     *
     * @throws dev.lockstep.server.run.ConfigException if one cannot be started; then none runs
     */
    static EngineProcesses start(
            RunPlan plan, EngineSockets sockets, String run, StatusLine screen) {
        EngineProcesses started = new EngineProcesses();
        try {
            for (Seat seat : plan.seats()) {
                started.engines.add(
                        EngineProcess.start(
                                seat, started.planFor(seat, plan), sockets.of(seat), run, screen));
            }
            for (EngineProcess engine : started.engines) {
                var _ = engine.exit().thenAccept(sockets::tellExit);
            }
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** A subject that writes files itself does so where nobody else finds them. */
    private RunPlan planFor(Seat seat, RunPlan plan) {
        if (seat.role() == Role.REFERENCE || !plan.hasOwnInputs()) {
            return plan;
        }
        return plan.guest()
                .directory()
                .map(directory -> plan.startingIn(scratch.of(directory.toPath())))
                .orElse(plan);
    }

    /** Calls {@code action} a moment after any engine has ended. */
    void onExit(Consumer<EngineProcess> action) {
        Executor later =
                CompletableFuture.delayedExecutor(NOTICE.toMillis(), TimeUnit.MILLISECONDS);
        for (EngineProcess engine : engines) {
            var _ = engine.exit().thenAcceptAsync(action, later);
        }
    }

    /** Lets the engines' output through. */
    void release() {
        engines.forEach(engine -> engine.output().release());
    }

    /** Remembers the processes that the engines have started by now. */
    void noteOffspring() {
        engines.forEach(EngineProcess::noteOffspring);
    }

    EngineProcess find(String name) {
        return engines.stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no engine is named " + name));
    }

    /** Returns the engines that a signal ended which was not ours. */
    Stream<EngineProcess> crashed() {
        return engines.stream().filter(EngineProcess::crashed);
    }

    /**
     * Lets engines that have taken their leave end by themselves, then ends those that do not;
     * passes on what they have written.
     */
    void stop(Predicate<EngineProcess> hasLeft) throws InterruptedException {
        end(hasLeft);
        for (EngineProcess engine : engines) {
            engine.awaitOutput();
        }
    }

    private void end(Predicate<EngineProcess> hasLeft) throws InterruptedException {
        engines.stream().filter(Predicate.not(hasLeft)).forEach(EngineProcess::terminate);
        if (!awaitExit(LEAVE)) {
            engines.forEach(EngineProcess::terminate);
            if (!awaitExit(LEAVE)) {
                engines.forEach(EngineProcess::kill);
                awaitExit(DIE);
            }
        }
    }

    private boolean awaitExit(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean allEnded = true;
        for (EngineProcess engine : engines) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            allEnded &= engine.awaitExit(left);
        }
        return allEnded;
    }

    @Override
    public void close() {
        engines.forEach(EngineProcess::kill);
        scratch.close();
    }
}
