package dev.lockstep.cli;

import com.google.protobuf.Timestamp;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.proto.v1.Compared;
import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunState;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Shows what the log kept of a run as the events that its coordinator would have sent. */
final class PastRun {
    private final Path stateDirectory;
    private final WatchOutput output;

    PastRun(Path stateDirectory, WatchOutput output) {
        this.stateDirectory = stateDirectory;
        this.output = output;
    }

    /**
     * Shows divergences and verdict, without positions.
     *
     * @param shown divergences that have been seen and are left out
     * @return the exit code of the run; empty, and nothing is shown, while it is in progress
     */
    OptionalInt show(StoredRun run, long shown) {
        try (RunStore store = LockstepServer.openStore(stateDirectory)) {
            return store.report(run.id())
                    .map(report -> OptionalInt.of(show(run, report, shown)))
                    .orElse(OptionalInt.empty());
        }
    }

    /** Returns the command that shows all of a run. */
    String showCommand(StoredRun run) {
        return StateDirectory.command(stateDirectory, "runs", "show", Long.toString(run.id()));
    }

    /** Returns the command that goes on watching, all runs or the wanted one. */
    String watchCommand(Optional<StoredRun> wanted, Path runtimeDirectory, WatchPosition from) {
        List<String> words = new ArrayList<>(List.of("watch"));
        wanted.ifPresent(run -> words.add(Long.toString(run.id())));
        words.addAll(List.of("--runtime-dir", runtimeDirectory.toString()));
        words.addAll(List.of("--from", from.toString()));
        return StateDirectory.command(stateDirectory, words.toArray(String[]::new));
    }

    /** Returns what a command that reports this run exits with. */
    static int exitCode(Run run) {
        String refusal = run.getRefusal().isEmpty() ? null : run.getRefusal();
        return RunReport.exitCode(Verdict.valueOf(EventText.verdict(run)), refusal);
    }

    private int show(StoredRun run, RunReport report, long shown) {
        GuestCode code = PastProgram.code(run.command(), run.created());
        List<dev.lockstep.server.run.Divergence> found = report.divergences();
        for (int number = 1; number <= found.size(); number++) {
            if (number > shown) {
                Divergence divergence = divergence(run, number, found.get(number - 1));
                output.write(event(run).setDiverged(divergence).build(), "", 0, code);
            }
        }
        Timestamp end =
                Timestamp.newBuilder()
                        .setSeconds(run.created().plusMillis(report.elapsedMs()).getEpochSecond())
                        .build();
        output.write(event(run).setTime(end).setEnded(ended(run, report)).build(), "", 0, code);
        return report.exitCode();
    }

    private static RunEvent.Builder event(StoredRun run) {
        return RunEvent.newBuilder().setRun(run.name()).setRunId(run.id());
    }

    private static Divergence divergence(
            StoredRun run, long number, dev.lockstep.server.run.Divergence found) {
        Divergence.Builder divergence =
                Divergence.newBuilder()
                        .setRun(run.name())
                        .setNumber(number)
                        .setEngine(found.engine())
                        .setStep(found.step())
                        .setPc(found.pc())
                        .setField(found.field())
                        .setReferenceValue(found.reference())
                        .setSubjectValue(found.subject())
                        .setDistance(found.distance())
                        .setBlockIndex(found.block());
        if (found.classification() != null) {
            divergence.setClassification(found.classification());
        }
        if (found.evidence() != null) {
            divergence.setEvidence(found.evidence());
        }
        return divergence.build();
    }

    private static Run ended(StoredRun run, RunReport report) {
        Run.Builder ended =
                Run.newBuilder()
                        .setName(run.name())
                        .setState(RunState.RUN_STATE_ENDED)
                        .setCompared(
                                Compared.newBuilder()
                                        .setStepCount(report.compared().steps())
                                        .setBlockCount(report.compared().blocks()))
                        .setDivergenceCount(report.divergences().size())
                        .setVerdict(
                                dev.lockstep.proto.v1.Verdict.valueOf(
                                        "VERDICT_" + report.verdict().name()))
                        .addAllNotes(report.notes())
                        .setElapsedMs(report.elapsedMs());
        if (report.refusal() != null) {
            ended.setRefusal(report.refusal());
        }
        report.engines().stream().map(PastRun::engine).forEach(ended::addEngines);
        return ended.build();
    }

    private static RunEngine engine(EngineReport engine) {
        return RunEngine.newBuilder()
                .setName(engine.name())
                .setRole(engine.role().wire())
                .setStepCount(engine.steps())
                .build();
    }
}
