package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

final class BenchIT {
    /** It starts sixteen processes, one after the other. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir private Path home;

    @Test
    void aBenchShowsEveryRateAndTheMachine() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Ended ended =
                lockstep.start("bench", "--repeat", "1", "--units", "5")
                        .await(LIMIT)
                        .hasExitCode(0);

        assertThat(ended.out().lines().skip(1).findFirst().orElseThrow())
                .matches(".+, CPUs [0-9,-]+, load [0-9.]+, Linux .+, JDK 25.*");
        assertThat(ended.out().lines())
                .filteredOn(line -> line.matches(".* [0-9.]+ [kM] +[0-9.]+ [kM] +[0-9.]+ +.* s"))
                .extracting(line -> line.split("  ")[0])
                .containsExactly(
                        "interp, free run",
                        "recomp, free run",
                        "interp and recomp, block",
                        "interp and recomp, strict");
        assertThat(lockstep.leftovers()).isEmpty();
    }
}
