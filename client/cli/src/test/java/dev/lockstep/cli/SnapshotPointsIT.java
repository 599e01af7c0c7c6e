package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Many random points at which guests are taken down and go on in the other engine. */
@Tag("endurance")
final class SnapshotPointsIT {
    private static final int POINTS = 200;

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

    @Test
    void guestsGoOnFromRandomPointsAsIfNothingHadHappened() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.printf("seed %d; repeat with -Dlockstep.seed=%d%n", seed, seed);
        Random random = new Random(seed);
        int points = 0;
        while (points < POINTS) {
            List<String> guest = GUESTS.get(random.nextInt(GUESTS.size()));
            Lockstep lockstep =
                    new Lockstep(home)
                            .withAllCompilers()
                            .withInput(Lockstep.PROGRAMS.resolve("input/text.txt"));
            Lockstep.Ended direct = new Detour(lockstep, List.of(), guest).run();
            long steps = Detour.steps(direct);
            String grain = GRAINS.get(random.nextInt(GRAINS.size()));
            List<String> options =
                    grain.equals("strict") && steps > MOST_STRICT_STEPS
                            ? List.of()
                            : List.of("--grain", grain);
            points +=
                    new Detour(lockstep, options, guest)
                            .take(
                                    direct,
                                    random.nextLong(steps),
                                    random.nextLong(steps),
                                    random.nextLong(steps));
        }
        System.out.printf("%d points, seed %d%n", points, seed);
        assertThat(points).isGreaterThanOrEqualTo(POINTS);
    }
}
