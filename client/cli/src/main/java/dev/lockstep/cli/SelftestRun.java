package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.selftest.Trial;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** One trial of {@code lockstep selftest}, run and judged. */
final class SelftestRun {
    private static final Path PROGRAMS = Path.of("engines/programs/bin");

    /** A trial that takes longer has failed. */
    private static final String MAX_TIME = "120s";

    /** As much as is kept of what a guest prints, and of what engines say. */
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    /** The engines run for a moment: what is compiled best would be compiled in vain. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("LOCKSTEP_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

    private final Trial trial;
    private final int number;
    private final Path stateDirectory;

    /** The run, once there is one. */
    private volatile @Nullable CoSimulation simulation;

    /**
     * What came of it.
     *
     * @param complaint empty if all is as expected
     */
    record Result(String complaint, long elapsedMs) {
        /** Of a trial that was not begun. */
        static final Result NONE = new Result("not run", 0);
    }

    /**
     * @param number of the trial, from 1
     */
    SelftestRun(Trial trial, int number, Path stateDirectory) {
        this.trial = trial;
        this.number = number;
        this.stateDirectory = stateDirectory;
    }

    Result call(LockstepServer server) throws InterruptedException, ExecutionException {
        Beginning output = new Beginning(MAX_OUTPUT_BYTES);
        Beginning remarks = new Beginning(MAX_OUTPUT_BYTES);
        RunPlan plan =
                RunCommand.plan(words())
                        .withGuestScreen(output.asScreen())
                        .asOneOfMany(number, ENVIRONMENT);
        CoSimulation run = new CoSimulation(plan, remarks.asScreen());
        simulation = run;
        RunReport report = run.runIn(server);
        return new Result(trial.complaint(report, remarks.text(), plan.code()), report.elapsedMs());
    }

    /** Ends the trial's run, which then says nothing. */
    void interrupt(String signal) {
        CoSimulation run = simulation;
        if (run != null) {
            run.interrupt(signal);
        }
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
