package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signals to a run and to its engines. */
final class SignalIT {
    private static final int INCOMPLETE = 5;
    private static final Duration SECONDS = Duration.ofSeconds(30);

    /** The recompiler as a wrapper of the user's starts it; sh has the further words in "$0$@". */
    private static final String RECOMP = Lockstep.LAUNCHER + " engine recomp \"$0\" \"$@\"";

    @TempDir private Path home;

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(new Lockstep(home).leftovers()).isEmpty();
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void ctrlCAtATerminalEndsWithTheVerdictAndTheAccountsOfAllEngines() throws Exception {
        Lockstep.Started run = startCompute();
        run.interrupt();

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err())
                .contains("INCOMPLETE", "stopped by SIGINT")
                .containsPattern("(?m)interp +reference .* killed$")
                .containsPattern("(?m)recomp +subject .* killed$")
                .doesNotContain("account", "vanished");
    }

    @Test
    void aTerminalThatIsClosedEndsTheRunWithAllAccounts() throws Exception {
        Lockstep.Started run = startCompute();
        Lockstep.send("HUP", run.process().pid()); // As its shell does, and then the kernel.
        Lockstep.send("HUP", -run.process().pid());

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err()).contains("stopped by SIGHUP").doesNotContain("account");
    }

    @Test
    void anEngineThatWaitsForItsHostGivesItsAccountAllTheSame() throws Exception {
        Path pipe = mkfifo();
        try (RandomAccessFile _ = new RandomAccessFile(pipe.toFile(), "rw")) {
            Lockstep.Started run =
                    new Lockstep(home)
                            .withInput(pipe)
                            .startLong("run", "--grain", "block", "bin/readfile");
            run.interrupt();
            assertThat(run.await(SECONDS).hasExitCode(INCOMPLETE).err())
                    .contains("stopped by SIGINT")
                    .doesNotContain("account");
        }
    }

    @Test
    void aPipeThatNobodyWritesToDoesNotKeepTheRunFromEnding() throws Exception {
        Path pipe = mkfifo();
        Lockstep.Started run =
                new Lockstep(home).start("run", "--stdin", pipe.toString(), "bin/readfile");
        run.engine("recomp");
        run.interrupt();
        assertThat(run.await(SECONDS).hasExitCode(INCOMPLETE).err()).contains("stopped by SIGINT");
    }

    @Test
    void aPipeIsReadOnceSomebodyWritesToIt() throws Exception {
        Path pipe = mkfifo();
        Lockstep.Started run =
                new Lockstep(home).start("run", "--stdin", pipe.toString(), "bin/readfile");
        run.engine("recomp");
        Files.writeString(pipe, "one line\n");
        assertThat(run.await(SECONDS).hasExitCode(0).out()).contains("1 lines, 2 words, 9 bytes");
    }

    @Test
    void aSecondSignalDoesNotWaitForEnginesThatHang() throws Exception {
        Lockstep.Started run = startCompute();
        Lockstep.send("STOP", run.engine("recomp").pid());
        ProcessHandle reference = run.engine("interp");
        run.process().destroy();
        reference.onExit().get(SECONDS.toSeconds(), TimeUnit.SECONDS);
        run.process().destroy();

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err())
                .contains("stopped by SIGTERM", "engine \"recomp\" did not give its account")
                .doesNotContain("in time");
    }

    @Test
    void anEngineThatIsStoppedIsFoundByTheWatchdog() throws Exception {
        Lockstep.Started run = startCompute("--idle-timeout", "10s");
        Lockstep.send("STOP", run.engine("recomp").pid());

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err())
                .contains("owes a frame and has been silent for 10 s")
                .contains("engine \"recomp\" did not give its account in time");
    }

    @Test
    void whatAWrapperStartedDoesNotOutliveTheRun() throws Exception {
        Lockstep.Started run =
                startCompute("--subject", "cmd:sh -c 'sleep 1000 & " + RECOMP + " & wait'");
        ProcessHandle wrapper = run.engine("-c");
        ProcessHandle sleeper = run.engine("1000");
        wrapper.destroyForcibly();
        wrapper.onExit().get(SECONDS.toSeconds(), TimeUnit.SECONDS);
        run.process().destroy();

        run.await(SECONDS).hasExitCode(INCOMPLETE);
        sleeper.onExit().get(SECONDS.toSeconds(), TimeUnit.SECONDS);
    }

    private Path mkfifo() throws Exception {
        Path pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    private Lockstep.Started startCompute(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("bin/compute", "5000"));
        return new Lockstep(home).startLong(arguments.toArray(String[]::new));
    }
}
