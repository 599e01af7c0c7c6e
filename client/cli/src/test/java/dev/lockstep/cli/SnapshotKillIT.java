package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills coordinators at random moments while snapshots are taken of their runs, one after the
 * other, in one state directory. The seed decides who is killed when; what that hits is up to the
 * machine.
 */
final class SnapshotKillIT {
    private static final String STEPS_BETWEEN = "10000000";
    private static final int MAX_DELAY_MS = 4000;

    /** Snapshots that stay from one round to the next. */
    private static final int KEPT = 2;

    /** A line that is not whole tells nothing yet. */
    private static final Pattern TOLD = Pattern.compile("lockstep: snapshot ([0-9]+) at step .*\n");

    private static final Pattern LISTED = Pattern.compile("\"id\": ?([0-9]+)");

    @TempDir private Path home;

    private final List<Long> kept = new ArrayList<>();
    private Lockstep lockstep;

    @BeforeEach
    void asUsersHaveIt() {
        lockstep = new Lockstep(home).withAllCompilers();
    }

    @Tag("long")
    @Test
    void aFewKillsLoseNoSnapshot() throws Exception {
        drill(5);
    }

    @Test
    @Tag("endurance")
    void fiftyKillsLoseNoSnapshot() throws Exception {
        drill(50);
    }

    private void drill(int rounds) throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("snapshot kill drill; repeat with -Dlockstep.seed=" + seed);
        Random random = new Random(seed);
        int toldOf = 0;
        for (int i = 1; i <= rounds; i++) {
            boolean isServer = i % 2 == 0;
            int delayMs = random.nextInt(MAX_DELAY_MS);
            List<Long> told = isServer ? killServer(delayMs) : killRun(delayMs);
            System.out.printf(
                    "%d of %d: %s after %d ms, %d snapshots%n",
                    i, rounds, isServer ? "serve" : "run", delayMs, told.size());
            toldOf += told.size();
            kept.addAll(told);
            assertAllIsThere("seed %d, round %d".formatted(seed, i));
        }
        assertThat(toldOf).as("snapshots that were told of, seed %d", seed).isPositive();
    }

    /** Returns the snapshots that a run told of before it was killed. */
    private List<Long> killRun(int delayMs) throws Exception {
        Lockstep.Started run =
                lockstep.startLong(
                        "run", "--snapshot-every", STEPS_BETWEEN, "bin/bench/mixed", "1000");
        Thread.sleep(delayMs);
        kill(run);
        return told(run);
    }

    /** Returns the snapshots that the client of a server told of before that was killed. */
    private List<Long> killServer(int delayMs) throws Exception {
        Lockstep.Started server = lockstep.start("serve");
        Path socket = home.resolve("lockstep/serve/engine.sock");
        Aftermath.awaitFile(socket);
        String run = "by-hand-" + server.process().pid();
        Lockstep.Started reference = join("interp", "reference", socket, run);
        Lockstep.Started subject = join("recomp", "subject", socket, run);
        lockstep.awaitComparing();
        Lockstep.Started taker = lockstep.start("snapshot", "take", run, "--every", STEPS_BETWEEN);
        // It begins later than a run of its own takes the first, which is killed at any time.
        await().atMost(Aftermath.LIMIT).until(() -> !told(taker).isEmpty());
        Thread.sleep(delayMs);
        kill(server);
        for (Lockstep.Started left : List.of(reference, subject, taker)) {
            left.await(Aftermath.LIMIT);
        }
        return told(taker);
    }

    private Lockstep.Started join(String engine, String role, Path socket, String run)
            throws IOException {
        return lockstep.start(
                "engine",
                engine,
                "--connect",
                socket.toString(),
                "--run",
                run,
                "--role",
                role,
                "bin/bench/mixed",
                "1000");
    }

    private static void kill(Lockstep.Started coordinator) throws Exception {
        coordinator.process().toHandle().destroyForcibly();
        coordinator.await(Aftermath.LIMIT).hasExitCode(Aftermath.KILLED);
    }

    private static List<Long> told(Lockstep.Started command) throws IOException {
        return numbers(TOLD, command.err()).toList();
    }

    private static Stream<Long> numbers(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(SnapshotKillIT::number);
    }

    private static Long number(MatchResult match) {
        return Long.valueOf(match.group(1));
    }

    /** A snapshot may be kept that nobody was told of, but only as a whole one. */
    private void assertAllIsThere(String when) throws Exception {
        String listed = lockstep.run("snapshot", "list", "--format", "json").hasExitCode(0).out();
        List<Long> ids = numbers(LISTED, listed).toList();
        assertThat(ids).as(when).containsAll(kept);
        assertThat(lockstep.run("snapshot", "verify").hasExitCode(0).out())
                .as(when)
                .endsWith(" 0 damaged\n");
        List<String> surplus = ids.stream().skip(KEPT).map(String::valueOf).toList();
        if (!surplus.isEmpty()) {
            List<String> words = new ArrayList<>(List.of("snapshot", "rm"));
            words.addAll(surplus);
            lockstep.run(words.toArray(String[]::new)).hasExitCode(0);
            Aftermath.of(home);
        }
        kept.retainAll(ids.subList(0, Math.min(KEPT, ids.size())));
    }
}
