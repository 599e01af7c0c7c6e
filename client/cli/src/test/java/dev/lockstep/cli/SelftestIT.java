package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** The quick half of the selftest: every fault is found, exactly, and nothing else. */
@Tag("long")
final class SelftestIT {
    private static final Duration LIMIT = Duration.ofMinutes(8);

    @TempDir private Path home;

    @Test
    void everyFaultIsFoundAtItsInstructionAndClassified() throws Exception {
        Lockstep.Ended ended = new Lockstep(home).start("selftest", "--quick").await(LIMIT);
        assertThat(ended.hasExitCode(0).out()).doesNotContain("FAIL").contains("as expected");
    }

    @Test
    void aPatternThatFitsNothingIsRefused() throws Exception {
        assertThat(new Lockstep(home).run("selftest", "--only", "no such").hasExitCode(2).err())
                .contains("--only no such: no trial has such a name; --list shows them");
    }
}
