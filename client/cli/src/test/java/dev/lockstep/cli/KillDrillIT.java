package dev.lockstep.cli;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Random;

/**
 * Kills a process at a random moment, again and again, on one log of runs. The seed decides who is
 * killed when; how far everybody is by then is up to the machine.
 */
@Tag("long")
final class KillDrillIT {
    @TempDir private Path home;

    @Test
    void aFewKillsLoseNothing() throws Exception {
        drill(6);
    }

    @Test
    @Tag("endurance")
    void aHundredKillsLoseNothing() throws Exception {
        drill(100);
    }

    private void drill(int rounds) throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("kill drill; repeat with -Dlockstep.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 1; i <= rounds; i++) {
            KillRound round = KillRound.random(random);
            System.out.printf("%d of %d: %s%n", i, rounds, round);
            round.play(home);
        }
    }
}
