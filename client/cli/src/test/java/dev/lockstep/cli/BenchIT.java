package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.bench.FakeQemu;
import dev.lockstep.cli.bench.QemuUser;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

@Tag("long")
final class BenchIT {
    /** At most: twenty processes, one after the other. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private static final long MOST_MIB = 400;

    @TempDir private Path home;

    @Test
    void aProgramIsMeasuredOnBothEnginesAndOnQemuIfThereIsOne() throws Exception {
        String out = bench("--program", "sieve", "--repeat", "1", "--units", "20");

        assertThat(out.lines())
                .filteredOn(line -> line.startsWith("sieve") || line.startsWith("geomean"))
                .extracting(line -> line.split(" +")[1])
                .startsWith("interp", "recomp")
                .hasSize(QemuUser.find().isPresent() ? 6 : 4);
        assertThat(out).contains("Free runs of 20 units, interp's of 2;");
        if (QemuUser.find().isEmpty()) {
            assertThat(out).contains("qemu-riscv64: not found in PATH");
        }
    }

    @Test
    void anEngineStaysSmallWhenItsGuestDoes() throws Exception {
        String out = bench("--only", "costs", "--repeat", "1");

        List<Long> mib =
                Pattern.compile("([0-9]+) MiB(?= |$)", Pattern.MULTILINE)
                        .matcher(line(out, "peak memory"))
                        .results()
                        .map((MatchResult result) -> Long.parseLong(result.group(1)))
                        .toList();
        assertThat(mib).hasSize(3).allMatch(peak -> peak < MOST_MIB);
    }

    @Test
    void pairsAreMeasuredBesideFreeRunsAndTwoEmulatorsUnderTheirPlugin() throws Exception {
        Path emulator = FakeQemu.in(home, "No divergence :-)");
        Path plugin = Files.createFile(home.resolve("liblockstep.so"));

        String out =
                bench(
                        "--only",
                        "pairs",
                        "--repeat",
                        "1",
                        "--units",
                        "5",
                        "--qemu",
                        emulator.toString(),
                        "--qemu-plugin",
                        plugin.toString());

        assertThat(out.lines().findFirst().orElseThrow())
                .matches(".+, CPUs [0-9,-]+, load [0-9.]+, Linux .+, JDK 25.*");
        assertThat(out.lines())
                .filteredOn(line -> line.matches("(interp|recomp)[ ,].* [0-9.]+ [kM] .* s( .*)?"))
                .extracting(line -> line.split("  ")[0])
                .containsExactly(
                        "interp, free run",
                        "recomp, free run",
                        "interp and recomp, window",
                        "interp and recomp, window, commit",
                        "interp and recomp, block",
                        "interp and recomp, strict");
        assertThat(line(out, "two qemu-riscv64, their plugin  ")).matches(".*[0-9] k .*");
        assertThat(line(out, "two qemu-riscv64, their plugin, one CPU")).matches(".*[0-9.]+$");
        assertThat(line(out, "interp and recomp, window  ")).matches(".* s +[0-9.]{4,}$");
    }

    @Test
    void eventLogsAreComparedBesideReadingThem() throws Exception {
        String out = bench("--only", "events", "--events", "20000", "--repeat", "2");

        assertThat(out).contains("seed 1; profile xenia; medians of 2 interleaved repetitions");
        assertThat(line(out, "read and parse (Jackson)")).endsWith("1.00");
        assertThat(line(out, "lockstep diff events")).matches(".* s +[0-9]+ MiB +[0-9.]+$");
    }

    @Test
    void snapshotsAreMeasuredBesideAPlainCopyAndAPlainFile() throws Exception {
        String out = bench("--only", "snapshots", "--mib", "4", "--repeat", "1");

        assertThat(line(out, "copy of 4 MiB in memory")).matches(".* ms +[0-9,]+ +1\\.00 .*");
        assertThat(line(out, "file of 4 MiB")).matches(".* ms +[0-9,]+ .* +1\\.00");
        assertThat(line(out, "first snapshot, from its order")).matches(".* ms +[0-9,]+ .*");
        assertThat(line(out, "the same from a file into an empty store"))
                .matches(".* ms +[0-9,]+ .*");
        assertThat(line(out, "first snapshot, the run stands still")).matches(".* ms +- .*");
        assertThat(line(out, "later ones, the run stands still")).matches(".* ms +- .*");
        // 1024 pages are filled, a hundredth of them between two snapshots, and there is the stack.
        assertThat(line(out, "first snapshot  "))
                .matches(".* 1,0[0-9]{2} +1,0[0-9]{2} .* kB +100.00");
        assertThat(line(out, "10th")).matches("10th +1,0[0-9]{2} +1[0-2] .* kB +[0-9.]+");
    }

    private static String line(String out, String start) {
        return out.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    private String bench(String... options) throws Exception {
        Lockstep lockstep = new Lockstep(home).withAllCompilers();
        String[] words = new String[options.length + 1];
        words[0] = "bench";
        System.arraycopy(options, 0, words, 1, options.length);
        Lockstep.Ended ended = lockstep.start(words).await(LIMIT).hasExitCode(0);
        assertThat(lockstep.leftovers()).isEmpty();
        return ended.out();
    }
}
