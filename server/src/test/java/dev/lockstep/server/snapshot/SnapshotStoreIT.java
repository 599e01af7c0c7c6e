package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.sqlite.DatabaseException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Processes that take snapshots at once, are killed, or find the disk full. */
@Timeout(600)
class SnapshotStoreIT {
    private static final int KILLS = 50;
    private static final int PAGES = 600;

    @TempDir Path directory;
    @TempDir Path libraries;

    /** Takes and removes snapshots until it is killed, and says what is done. */
    static final class Taker {
        static final int KEPT = 3;

        public static void main(String[] arguments) {
            SnapshotStore store = SnapshotStore.open(Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            int rounds = Integer.parseInt(arguments[2]);
            FakeGuest guest = FakeGuest.random(random, PAGES, PAGES);
            List<Long> kept = new ArrayList<>();
            System.out.println("ready");
            for (int i = 0; i < rounds; i++) {
                long id = FakeGuest.take(store, guest, guest).getId();
                System.out.println("kept " + id);
                kept.add(id);
                if (kept.size() > KEPT) {
                    long old = kept.removeFirst();
                    System.out.println("removing " + old);
                    store.remove(old);
                }
                for (int page = 0; page < 50; page++) {
                    guest.pages.put(
                            FakeGuest.BASE + (long) random.nextInt(PAGES) * Protocol.PAGE_BYTES,
                            FakeGuest.randomPage(random));
                }
            }
        }
    }

    /** Takes one snapshot and one that is too large; says what came of it. */
    static final class Greedy {
        public static void main(String[] arguments) {
            SnapshotStore store = SnapshotStore.open(Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            FakeGuest.take(store, FakeGuest.random(random, PAGES, PAGES));
            try {
                FakeGuest.take(store, FakeGuest.random(random, 20_000, 20_000));
                System.out.println("kept");
            } catch (DatabaseException e) {
                System.out.println(e.trouble() + " " + e.getMessage());
            }
            System.out.println(store.list("", Long.MAX_VALUE, 10).size());
            System.out.println(Verified.all(store).damages());
            System.out.println(Path.of(arguments[0], "snapshots.db").toFile().length() >> 20);
        }
    }

    @Tag("long")
    @Test
    void aKillAtAnyMomentLosesNoSnapshotAndLeavesNoPartOfOne() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SnapshotStoreIT: seed " + seed);
        Random random = new Random(seed);
        SnapshotStore store = SnapshotStore.open(directory);
        Set<Long> kept = new HashSet<>();
        for (int i = 0; i < KILLS; i++) {
            Process taker = start(List.of(), Taker.class, random.nextLong(), Integer.MAX_VALUE);
            BufferedReader said = taker.inputReader();
            assertThat(said.readLine()).isEqualTo("ready");
            TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
            taker.toHandle().destroyForcibly(); // Leaves what it said to be read.
            said.lines().forEach(line -> note(line, kept));
            assertThat(taker.waitFor(10, TimeUnit.SECONDS)).isTrue();

            assertThat(ids(store)).as("seed %d, kill %d", seed, i).containsAll(kept);
            assertThat(Verified.all(store).damages()).as("seed %d, kill %d", seed, i).isEmpty();
        }
        FakeGuest.take(store, new FakeGuest(1));
        assertNoWaste();
        ids(store).forEach(store::remove);
        assertThat(Files.size(directory.resolve("snapshots.db"))).isLessThan(1 << 20);
    }

    @Test
    void severalProcessesTakeAndRemoveAtOnce() throws Exception {
        List<Process> takers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            takers.add(start(List.of(), Taker.class, i % 2, 12));
        }
        Set<Long> kept = new HashSet<>();
        for (Process taker : takers) {
            taker.inputReader().lines().forEach(line -> note(line, kept));
            assertThat(taker.waitFor()).isZero();
        }
        SnapshotStore store = SnapshotStore.open(directory);
        assertThat(ids(store)).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(kept).hasSize(3 * Taker.KEPT);
        assertThat(Verified.all(store).damages()).isEmpty();
        assertNoWaste();
    }

    @Test
    void aDiskThatIsNearlyFullRefusesTheTakeAndKeepsTheOthers() throws Exception {
        String mount = "mount -t tmpfs -o size=100m none " + directory + " && exec \"$@\"";
        List<String> onSmallDisk = List.of("unshare", "-rm", "bash", "-c", mount, "bash");
        assumeThat(run("unshare", "-rm", "mount", "-t", "tmpfs", "none", directory.toString()))
                .as("exit code of a mount in a namespace of its own")
                .isZero();
        List<String> said = greedy(onSmallDisk);
        assertThat(said.get(0))
                .startsWith("DISK_FULL cannot use the store of snapshots")
                .contains("its disk is full but for", "make room");
        assertThat(said.subList(1, 3)).containsExactly("1", "[]");
        assertThat(Integer.parseInt(said.get(3))).isLessThan(5);
    }

    /** Nothing can be written then, not even that something was removed. */
    @Test
    void aFileThatMayNotGrowRefusesTheTakeAndKeepsTheOthers() throws Exception {
        List<String> limited = List.of("bash", "-c", "ulimit -f 40000 && exec \"$@\"", "bash");
        List<String> said = greedy(limited);
        assertThat(said.get(0)).contains("cannot use the store of snapshots " + directory);
        assertThat(said.subList(1, 3)).containsExactly("1", "[]");

        SnapshotStore store = SnapshotStore.open(directory);
        assertThat(FakeGuest.take(store, new FakeGuest(1)).getId()).isEqualTo(2);
        assertThat(Verified.all(store).damages()).isEmpty();
        assertNoWaste();
        assertThat(Files.size(directory.resolve("snapshots.db"))).isLessThan(5 << 20);
    }

    private List<String> greedy(List<String> by) throws Exception {
        Process greedy = start(by, Greedy.class, 1, 1);
        List<String> said = greedy.inputReader().lines().toList();
        assertThat(greedy.waitFor()).isZero();
        return said;
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static void note(String line, Set<Long> kept) {
        String[] words = line.split(" ");
        if (words[0].equals("kept")) {
            kept.add(Long.valueOf(words[1]));
        } else if (words[0].equals("removing")) {
            kept.remove(Long.valueOf(words[1]));
        }
    }

    private void assertNoWaste() {
        try (Blobs blobs = new Blobs(SnapshotSchema.open(directory))) {
            assertThat(blobs.database().query("SELECT 1 FROM blob WHERE refs = 0", row -> 1))
                    .isEmpty();
            assertThat(blobs.database().query("SELECT 1 FROM claim", row -> 1)).isEmpty();
        }
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    private static List<Long> ids(SnapshotStore store) {
        return store.list("", Long.MAX_VALUE, SnapshotStore.MAX_LIST).stream()
                .map(Snapshot::getId)
                .toList();
    }

    /** Starts a main class of this test, by way of another command or none. */
    private Process start(List<String> by, Class<?> main, long seed, int rounds)
            throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        // Who is killed leaves SQLite's library there.
                        "-Dorg.sqlite.tmpdir=" + libraries,
                        "-Djava.io.tmpdir=" + libraries,
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        directory.toString(),
                        Long.toString(seed),
                        Integer.toString(rounds)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
