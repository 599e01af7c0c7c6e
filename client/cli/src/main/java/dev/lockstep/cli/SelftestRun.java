package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.selftest.Trial;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** One trial of {@code lockstep selftest}, run and judged. */
final class SelftestRun {
    private static final Path PROGRAMS = Path.of("engines/programs/bin");

    /** A trial that takes longer has failed. */
    private static final String MAX_TIME = "60s";

    /** As much as is kept of what a guest prints, and of what engines say. */
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    private final Trial trial;
    private final Path stateDirectory;
    private @Nullable CoSimulation simulation;

    /**
     * What came of it.
     *
     * @param complaint empty if all is as expected
     */
    record Result(String complaint, long elapsedMs) {}

    SelftestRun(Trial trial, Path stateDirectory) {
        this.trial = trial;
        this.stateDirectory = stateDirectory;
    }

    Result call() throws IOException, InterruptedException, ExecutionException {
        Beginning output = new Beginning(MAX_OUTPUT_BYTES);
        Beginning remarks = new Beginning(MAX_OUTPUT_BYTES);
        RunPlan plan = RunCommand.plan(words());
        simulation = new CoSimulation(plan.withGuestScreen(output.asScreen()), remarks.asScreen());
        RunReport report = simulation.run();
        return new Result(trial.complaint(report, remarks.text(), plan.code()), report.elapsedMs());
    }

    /** Returns whether a signal asked the command to end while the trial ran. */
    boolean interrupted() {
        return simulation != null && simulation.interrupted();
    }

    private List<String> words() {
        Path folder = Launcher.path().toAbsolutePath().resolveSibling(PROGRAMS);
        String program = folder.resolve(trial.program()).toString();
        GuestCode code = GuestCode.read(program, Sysroot.NONE, LinuxLayout.MEMORY_BYTES);
        List<String> words = new ArrayList<>(trial.options(code));
        words.addAll(List.of("--max-time", MAX_TIME, "--stdin", "/dev/null"));
        words.addAll(List.of("--state-dir", stateDirectory.toString(), program));
        return words;
    }
}
