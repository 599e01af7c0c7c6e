package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Guests that strain their host: {@code strain} of engines/programs. */
@Tag("long")
final class StrainIT {
    private static final int INCOMPLETE = 5;
    private static final long GIGABYTE = 1 << 30;

    @TempDir private Path home;

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(new Lockstep(home).leftovers()).isEmpty();
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "strict"})
    void readsOfAGigabyteComeInParts(String grain) throws Exception {
        Lockstep.Ended ended = strain(grain, "gigabyte", sparseFile().toString()).hasExitCode(0);
        assertThat(ended.out()).isEqualTo("1073741824 bytes, sum 16384\n");
    }

    @ParameterizedTest
    @CsvSource({
        "block,  closed-output, '',        '',            exited 9",
        "strict, closed-output, '',        '',            exited 9",
        "block,  full-disk,     /dev/full, 'write: -28,', exited 0",
        "strict, full-disk,     /dev/full, 'write: -28,', exited 0",
    })
    void whatTheHostRefusesIsAnErrorOfTheGuest(
            String grain, String mode, String file, String lines, String end) throws Exception {
        Lockstep.Ended ended = strain(grain, mode, file).hasExitCode(0);
        assertThat(ended.out()).startsWith(lines.replace(',', '\n'));
        assertThat(ends()).containsExactly(end, end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "strict"})
    void aTerminalAtItsEndReadsAsEnded(String grain) throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .onTerminal()
                        .run("run", "--grain", grain, "bin/strain", "input")
                        .hasExitCode(0);
        assertThat(ended.out()).contains("a terminal", "read 0", "MATCH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "strict"})
    void aGuestThatSleepsLongerThanAnEngineMayIdleRaisesNoAlarm(String grain) throws Exception {
        Lockstep.Ended ended =
                run("--grain", grain, "--idle-timeout", "2s", "bin/strain", "sleep", "5")
                        .hasExitCode(0);
        assertThat(ended.out()).isEqualTo("sleeping\nawake: 0\n");
    }

    @Test
    void aGuestThatSleepsIsSaidToBeInACallOfItsHost() throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .onTerminal()
                        .run("run", "bin/strain", "sleep", "2")
                        .hasExitCode(0);
        assertThat(ended.out()).contains("interp in host call 101");
    }

    @ParameterizedTest
    @CsvSource({
        "block,  --max-time,  3s",
        "strict, --max-time,  3s",
        "block,  --max-steps, 1000000",
        "strict, --max-steps, 10000",
    })
    void aGuestThatNeverEndsIsEndedByALimit(String grain, String option, String limit)
            throws Exception {
        Lockstep.Ended ended =
                run("--grain", grain, option, limit, "bin/strain", "unlimited")
                        .hasExitCode(INCOMPLETE);
        assertThat(ended.err()).contains("INCOMPLETE", "the limit of");
    }

    private Lockstep.Ended strain(String grain, String mode, String file) throws Exception {
        return run("--grain", grain, "--report", "json:" + report(), "bin/strain", mode, file);
    }

    private Lockstep.Ended run(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "run";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Lockstep(home).run(all);
    }

    private List<String> ends() throws IOException {
        return JsonReport.read(report()).ends();
    }

    private Path report() {
        return home.resolve("report.json");
    }

    private Path sparseFile() throws IOException {
        Path file = Files.createFile(home.resolve("sparse"));
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(GIGABYTE);
        }
        return file;
    }
}
