package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** More hot code than the recompiler keeps, compiled while the guest waits. */
@Tag("long")
final class CacheEvictionIT {
    private static final int LOOPS = 10_000;

    /** Two runs through all loops, and no cache holds even half of them. */
    private static final int LEAST_EVICTED = LOOPS / 2;

    private static final String OUTPUT_OF_QEMU =
            """
            as written 9c9ee54c2c492868
            changed    716f315f9ac85a78
            """;

    /** Half a minute on a machine that has nothing else to do. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir private Path home;

    @Test
    void tenThousandHotLoopsAreCompiledAndEvictedAndComputeTheSame() throws Exception {
        String subject = "recomp --hot 64 --compile sync --stats";
        Lockstep.Ended ended =
                new Lockstep(home)
                        .start("run", "--subject", subject, "bin/loops", "" + LOOPS)
                        .await(LIMIT)
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(OUTPUT_OF_QEMU);
        assertThat(count(ended.err(), "regions compiled ")).isGreaterThanOrEqualTo(2 * LOOPS);
        assertThat(count(ended.err(), "blocks executed in them .*, evicted "))
                .isGreaterThanOrEqualTo(LEAST_EVICTED);
    }

    /** Returns the number that follows {@code words} in the statistics. */
    private static int count(String statistics, String words) {
        Matcher matcher = Pattern.compile(words + "([\\d,]+)").matcher(statistics);
        assertThat(matcher.find()).as("%s in%n%s", words, statistics).isTrue();
        return Integer.parseInt(matcher.group(1).replaceAll(",", ""));
    }
}
