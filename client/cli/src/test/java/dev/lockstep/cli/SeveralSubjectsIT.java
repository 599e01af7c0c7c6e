package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.cli.text.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two subjects against one reference, of which one goes wrong. */
final class SeveralSubjectsIT {
    private static final int DIVERGED = 1;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String FAULTY = "recomp --fault flip:0x1@step=2000";

    @TempDir private Path home;

    @Test
    void theOneThatDiffersIsNamedAndTheOtherGoesOnToItsMatch() throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--on-divergence",
                                "track",
                                "--subject",
                                "good=recomp",
                                "--subject",
                                "bad=" + FAULTY,
                                "bin/hello")
                        .hasExitCode(DIVERGED);
        checkOutcomes(ended.err());
        assertThat(ended.err())
                .contains("difference x10 of bad at step 2,000: off by one")
                .contains("bad stands alone");
    }

    @Test
    void aServerComparesThemByItsOptions() throws Exception {
        Path directory = home.resolve("pair");
        String log = home.resolve("log").toString();
        Lockstep lockstep = new Lockstep(home);
        List<Lockstep.Started> started = new ArrayList<>();
        try {
            Lockstep.Started server =
                    lockstep.start(
                            words(
                                    "serve --subjects 2 --grain strict --on-divergence track",
                                    "--state-dir",
                                    log,
                                    "--runtime-dir",
                                    directory.toString()));
            started.add(server);
            await().atMost(TIMEOUT).until(() -> Files.exists(directory.resolve("control.sock")));
            started.add(join(directory, "interp", "reference", "interp"));
            started.add(join(directory, "recomp", "subject", "good"));
            started.add(join(directory, FAULTY, "subject", "bad"));
            for (Lockstep.Started engine : started.subList(1, 3)) {
                assertThat(engine.await(TIMEOUT).hasExitCode(0).err())
                        .contains("run \"three\": DIVERGED");
            }
            // One that was given up does not wait to hear how the others come out.
            assertThat(started.getLast().await(TIMEOUT).hasExitCode(0).err())
                    .contains("run \"three\": bad DIVERGED, and was given up");
            Lockstep.send("TERM", server.process().pid());
            server.await(TIMEOUT).hasExitCode(0);
        } finally {
            started.forEach(command -> command.process().destroyForcibly());
        }
        String shown =
                lockstep.run("runs", "show", "three", "--state-dir", log).hasExitCode(0).out();
        checkOutcomes(shown);
        assertThat(shown).contains("divergences of bad");
        assertThat(shown).contains("strict grain");
    }

    private static void checkOutcomes(String screen) {
        assertThat(screen)
                .containsPattern("good +subject .* exited 0 +MATCH\n")
                .containsPattern("bad +subject .* DIVERGED\n");
    }

    private Lockstep.Started join(Path directory, String engine, String role, String name)
            throws IOException {
        return new Lockstep(home)
                .start(
                        words(
                                "engine " + engine,
                                "--connect",
                                directory.resolve("engine.sock").toString(),
                                "--run",
                                "three",
                                "--role",
                                role,
                                "--name",
                                name,
                                "bin/hello"));
    }

    private static String[] words(String line, String... more) {
        List<String> words = new ArrayList<>(Words.split(line));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }
}
