package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code lockstep watch} on a living {@code lockstep run}, whose guest waits for its input. */
final class WatchedRunIT {
    private static final int DIVERGED = 1;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The recompiler goes wrong when the guest has read some of its input. */
    private static final String FAULTY = "recomp --fault flip:0x1@step=100000";

    private static final String INPUT = "x\n".repeat(5_000);

    @TempDir private Path home;

    private final List<Lockstep.Started> started = new ArrayList<>();
    private Lockstep lockstep;
    private Path pipe;
    private Lockstep.Started run;

    @BeforeEach
    void aRunWaits() throws Exception {
        lockstep = new Lockstep(home);
        pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        run = start("run", "--subject", FAULTY, "--stdin", pipe.toString(), "bin/readfile");
    }

    @AfterEach
    void nothingGoesOn() {
        started.forEach(command -> command.process().destroyForcibly());
        started.forEach(command -> command.process().onExit().join());
    }

    @Test
    void theNewestRunAndOneByNameAreWatchedToTheirVerdict() throws Exception {
        String name = "readfile-" + run.process().pid();
        Lockstep.Started newest;
        Lockstep.Started named;
        try (OutputStream input = Files.newOutputStream(pipe)) {
            await().atMost(TIMEOUT).until(() -> controlSockets() == 1);
            newest = start("watch");
            named = start("watch", name);
            for (Lockstep.Started watch : List.of(newest, named)) {
                await().atMost(TIMEOUT).until(() -> watch.out().contains("started"));
            }
            input.write(INPUT.getBytes(StandardCharsets.US_ASCII));
        }
        for (Lockstep.Started watch : List.of(newest, named)) {
            assertThat(watch.await(TIMEOUT).hasExitCode(DIVERGED).out())
                    .containsPattern("(?m)^1  " + name + "  new run: lockstep run")
                    .containsPattern("(?m)^2  " + name + "  started: interp")
                    .containsPattern("(?m)^3  " + name + "  difference 1: .* at step 100,000")
                    .containsPattern("(?m)^4  " + name + "  ended: DIVERGED");
        }
        run.await(TIMEOUT).hasExitCode(DIVERGED);
        assertThat(lockstep.run("watch", name).hasExitCode(DIVERGED).out())
                .containsPattern("(?m)^-  " + name + "  ended: DIVERGED");
        assertThat(lockstep.run("watch", name, "--from", "2").hasExitCode(DIVERGED))
                .satisfies(late -> assertThat(late.out()).doesNotContain("difference"))
                .satisfies(late -> assertThat(late.err()).contains("lockstep runs show 1"));
    }

    private Lockstep.Started start(String... words) throws IOException {
        Lockstep.Started command = lockstep.start(words);
        started.add(command);
        return command;
    }

    private long controlSockets() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("lockstep"))) {
            return files.filter(file -> file.endsWith("control.sock")).count();
        }
    }
}
