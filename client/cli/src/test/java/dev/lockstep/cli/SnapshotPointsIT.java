package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Many random points at which guests are taken down and go on in the other engine. */
@Tag("endurance")
final class SnapshotPointsIT {
    private static final int POINTS = 150;
    private static final int POINTS_OF_BUSYBOX = 75;

    /** Whose output is the same every time, and which have no pipes. */
    private static final List<List<String>> GUESTS =
            List.of(
                    List.of("bin/hello"),
                    List.of("bin/hello-pie"),
                    List.of("bin/memory"),
                    List.of("bin/signals"),
                    List.of("bin/selfmod"),
                    List.of("bin/overlap"),
                    List.of("bin/loops", "50"),
                    List.of("bin/faults"),
                    List.of("bin/rounding"),
                    List.of("bin/isa-mix"),
                    List.of("bin/emulate"),
                    List.of("bin/compute", "1"),
                    List.of("bin/readfile", "input/text.txt"),
                    List.of("bin/bare/traps"),
                    List.of("bin/bench/mixed", "5"),
                    List.of("bin/bench/bytecode", "5"));

    private static final List<String> GRAINS = List.of("window", "window", "block", "strict");

    /** A strict run of more takes minutes. */
    private static final long MOST_STRICT_STEPS = 1_000_000;

    @TempDir private Path home;

    /** How many points there were in each guest. */
    private final TreeMap<String, Integer> points = new TreeMap<>();

    @Test
    void guestsGoOnFromRandomPointsAsIfNothingHadHappened() throws Exception {
        Random random = seeded();
        while (total() < POINTS) {
            List<String> guest = GUESTS.get(random.nextInt(GUESTS.size()));
            Lockstep lockstep =
                    new Lockstep(home)
                            .withAllCompilers()
                            .withInput(Lockstep.PROGRAMS.resolve("input/text.txt"));
            takeDetour(random, options -> new Detour(lockstep, options, guest), guest.toString());
        }
        System.out.println(points);
        assertThat(total()).isGreaterThanOrEqualTo(POINTS);
    }

    @Tag("third-party")
    @Test
    void busyboxGoesOnFromRandomPointsAsIfNothingHadHappened() throws Exception {
        DebianGuest.assumeInstalled("busybox");
        List<GuestCommand> commands =
                GuestCommand.readAll(DebianGuest.BUSYBOX_CASES.resolve("snapshot-cases.txt"))
                        .toList();
        DebianGuest busybox = DebianGuest.busybox(home);
        Random random = seeded();
        while (total() < POINTS_OF_BUSYBOX) {
            GuestCommand command = commands.get(random.nextInt(commands.size()));
            takeDetour(random, options -> busybox.detour(command, options), command.toString());
        }
        System.out.println(points);
        assertThat(points).hasSizeGreaterThan(commands.size() / 2);
    }

    /** Makes a detour with options. */
    private interface Way {
        Detour with(List<String> options) throws Exception;
    }

    private void takeDetour(Random random, Way way, String guest) throws Exception {
        Lockstep.Ended direct = way.with(List.of()).run();
        long steps = Detour.steps(direct);
        String grain = GRAINS.get(random.nextInt(GRAINS.size()));
        List<String> options =
                grain.equals("strict") && steps > MOST_STRICT_STEPS
                        ? List.of()
                        : List.of("--grain", grain);
        int taken =
                way.with(options)
                        .take(
                                direct,
                                random.nextLong(steps),
                                random.nextLong(steps),
                                random.nextLong(steps));
        if (taken > 0) {
            points.merge(guest, taken, Integer::sum);
        }
    }

    private int total() {
        return points.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static Random seeded() {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.printf("seed %d; repeat with -Dlockstep.seed=%d%n", seed, seed);
        return new Random(seed);
    }
}
