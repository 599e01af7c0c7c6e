package dev.lockstep.cli;

import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.RunHandle;
import dev.lockstep.server.ServerConfig;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run with all it needs: a coordinator in this process and a process for each engine. Leaves
 * nothing behind.
 */
final class CoSimulation {
    private static final long DRAW_INTERVAL_MS = 500;

    private final RunPlan plan;
    private final RunSpec spec;
    private final StatusLine screen;
    private final ProgressLine progress;

    /** The run, once there is one. */
    private final CompletableFuture<RunHandle> created = new CompletableFuture<>();

    /** Its engines, once they are started. */
    private final CompletableFuture<EngineProcesses> launched = new CompletableFuture<>();

    /** Engines whose process has ended, the first one first. */
    private final Queue<EngineProcess> gone = new ConcurrentLinkedQueue<>();

    private boolean controlTried;

    /** Whether a signal asked us to end. */
    private volatile boolean interrupted;

    /**
     * Prepares a run.
     *
     * @throws ConfigException if what was asked for does not go together
     */
    CoSimulation(RunPlan plan, StatusLine screen) {
        this.plan = plan;
        spec = plan.spec();
        this.screen = screen;
        progress = new ProgressLine(screen, System::nanoTime, plan.commentary());
    }

    /** Runs the plan to its end; signals that ask the command to end, end the run. */
    RunReport run() throws IOException, InterruptedException, ExecutionException {
        TerminationSignals.handle(this::interrupt);
        Path base = RuntimeDirectory.defaultBase(System.getenv());
        try (RuntimeDirectory directory = RuntimeDirectory.create(base);
                LockstepServer server = LockstepServer.start(config(directory))) {
            return run(server, () -> openControl(server));
        }
    }

    /** Runs the plan to its end, perhaps beside others; somebody else hears signals. */
    RunReport runIn(LockstepServer server) throws InterruptedException, ExecutionException {
        return run(server, () -> {});
    }

    /**
     * @param whenLong is done again and again while the run goes on, but not if it is a short one
     */
    private RunReport run(LockstepServer server, Runnable whenLong)
            throws InterruptedException, ExecutionException {
        RunHandle run = server.createRun(spec, progress);
        created.complete(run);
        try (SnapshotThreads snapshots =
                        SnapshotThreads.start(server, run.name(), plan.snapshots(), screen);
                EngineSockets sockets = new EngineSockets(server, run.name());
                EngineProcesses engines =
                        EngineProcesses.start(plan, sockets, run.name(), screen)) {
            launched.complete(engines);
            // One that has joined is known to be gone by its connection, after all it has sent.
            engines.onExit(engine -> {
                gone.add(engine);
                run.absent(engine.name(), engine.fate());
            });
            RunReport report = await(run, engines, whenLong);
            progress.finish();
            snapshots.finish();
            engines.stop(engine -> endsByItself(report, engine));
            return conclude(report, engines);
        }
    }

    /** Returns what the run asked of the world, if it was worth repeating, once it has ended. */
    Optional<InputRecord> recorded() {
        return progress.recorded();
    }

    /** Returns whether a signal asked the command to end. */
    boolean interrupted() {
        return interrupted;
    }

    /** Ends the run with what is known; the second time, without waiting for the engines. */
    void interrupt(String signal) {
        if (interrupted && StopRequest.canPress(signal)) {
            var _ = launched.thenAccept(EngineProcesses::close);
        }
        interrupted = true;
        var _ = created.thenAccept(run -> run.abandon("stopped by " + signal));
    }

    private ServerConfig config(RuntimeDirectory directory) {
        return new ServerConfig(directory.path(), plan.stateDirectory());
    }

    private RunReport await(RunHandle run, EngineProcesses engines, Runnable whenLong)
            throws InterruptedException, ExecutionException {
        CompletableFuture.anyOf(progress.started(), run.report()).get();
        if (progress.started().isDone()) {
            engines.release();
            engines.noteOffspring();
        }
        while (true) {
            try {
                return run.report().get(DRAW_INTERVAL_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                progress.draw();
                whenLong.run();
            }
        }
    }

    /** Lets others watch; a run that is over before anybody could ask does without the services. */
    private void openControl(LockstepServer server) {
        if (!controlTried) {
            controlTried = true;
            try {
                server.openControl();
            } catch (ConfigException e) {
                screen.print("lockstep: nobody can watch this run: " + e.getMessage() + "\n");
            }
        }
    }

    /** Completes the coordinator's account by what only the processes tell. */
    private RunReport conclude(RunReport report, EngineProcesses engines) {
        String refusal =
                Optional.ofNullable(report.refusal())
                        .or(() -> refusal(report))
                        .or(() -> unbegun(report, engines))
                        .orElse(null);
        if (refusal == null) {
            engines.release();
        }
        List<String> notes = new ArrayList<>(report.notes());
        if (report.verdict() == Verdict.INCOMPLETE && !interrupted) {
            engines.crashed().map(EngineProcess::fate).forEach(notes::add);
        }
        return report.with(refusal, notes.stream().distinct().toList());
    }

    /** Returns whether the engine has said Goodbye, or goes since it cannot begin. */
    private boolean endsByItself(RunReport report, EngineProcess engine) {
        return report.engines().stream()
                .filter(known -> known.name().equals(engine.name()))
                .anyMatch(known -> known.elapsedMs() != null || isUnbegun(known));
    }

    /**
     * Returns what an engine said that would not run the program at all: the first of them, whose
     * absence the others were refused for.
     */
    private Optional<String> refusal(RunReport report) {
        List<String> absent =
                report.engines().stream()
                        .filter(engine -> !engine.connected())
                        .map(EngineReport::name)
                        .toList();
        return gone.stream()
                .filter(engine -> absent.contains(engine.name()))
                .filter(engine -> engine.exitedWith(ExitCodes.USAGE))
                .map(EngineProcess::complaint)
                .findFirst();
    }

    /** Returns that an engine did not take the state to begin from; it has said why. */
    private Optional<String> unbegun(RunReport report, EngineProcesses engines) {
        return report.engines().stream()
                .filter(this::isUnbegun)
                .map(EngineReport::name)
                .filter(name -> engines.find(name).exitedWith(ExitCodes.USAGE))
                .map(name -> "engine \"%s\" does not begin from the snapshot".formatted(name))
                .findFirst();
    }

    /** Returns whether an engine joined, and left where the run begins from a snapshot. */
    private boolean isUnbegun(EngineReport engine) {
        return spec.origin() != null
                && engine.connected()
                && engine.elapsedMs() == null
                && engine.steps() <= spec.origin().step();
    }
}
