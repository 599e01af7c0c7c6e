package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Logs in Spike's format as engines. */
final class TraceIT {
    private static final int DIVERGED = 1;
    private static final int WRONG = 2;
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    private static List<String> log(String program, boolean tellsAll) {
        return SpikeLog.of(Lockstep.PROGRAMS.resolve("bin/" + program), tellsAll);
    }

    private String trace(List<String> lines) throws Exception {
        return "trace:" + Files.write(home.resolve("spike.log"), lines);
    }

    private Lockstep.Ended run(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(List.of(words));
        return new Lockstep(home).run(command.toArray(String[]::new));
    }

    private Lockstep.Ended runOn(List<String> lines, String program) throws Exception {
        return run("--subject", trace(lines), "bin/" + program);
    }

    @ParameterizedTest
    @CsvSource({
        "bare/hello, false, block",
        "bare/hello, true, window",
        "bare/traps, false, strict",
        "bare/traps, true, block",
        "bare/traps, false, window",
    })
    void aTraceOfSpikeAgreesInAllThatItDid(String program, boolean tellsAll, String grain)
            throws Exception {
        Lockstep.Ended ended =
                run("--grain", grain, "--subject", trace(log(program, tellsAll)), "bin/" + program)
                        .hasExitCode(0);

        assertThat(ended.err()).contains("MATCH", "full strength", "1 memory image");
    }

    @Test
    void aTraceIsTheReferenceAndShowsWhatItsGuestPrinted() throws Exception {
        Lockstep.Ended ended =
                run(
                                "--reference",
                                trace(log("bare/hello", false)),
                                "--subject",
                                "recomp",
                                "bin/bare/hello")
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo("Hello from a bare machine!\n");
    }

    @Test
    void aPackedTraceIsRead() throws Exception {
        Path packed = home.resolve("spike.log.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            String text = String.join("\n", log("bare/traps", true)) + "\n";
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }

        run("--subject", "trace:" + packed, "bin/bare/traps").hasExitCode(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "window", "strict"})
    void aWrongValueOfARegisterIsNamedWithBothValues(String grain) throws Exception {
        List<String> lines = log("bare/traps", false);
        int at = lines.size() * 2 / 3;
        while (!lines.get(at).matches(".*\\(0x........\\) x5  0x\\w+$")) {
            at++;
        }
        String line = lines.get(at);
        String pc = line.replaceFirst(".*: \\d 0x0*(\\w+) .*", "$1");
        String value = line.replaceFirst(".* 0x0*(\\w+)$", "$1");
        lines.set(at, line.replaceFirst("0x\\w+$", "0x00000000deadbeef"));

        Lockstep.Ended ended =
                run("--grain", grain, "--subject", trace(lines), "bin/bare/traps")
                        .hasExitCode(DIVERGED);

        assertThat(ended.err()).contains("0x" + pc, "t0", "0x" + value, "0xdeadbeef");
    }

    @Test
    void aStoreOfAWrongValueIsNamed() throws Exception {
        List<String> lines = log("bare/traps", true);
        int at = lines.size() / 2;
        while (!lines.get(at).matches(".* mem 0x\\w+ 0x\\w{16}$")) {
            at++;
        }
        lines.set(at, lines.get(at).replaceFirst("\\w(\\w{8})$", "5$1"));

        assertThat(runOn(lines, "bare/traps").hasExitCode(DIVERGED).err())
                .contains("difference memory of trace", "0x5");
    }

    @Test
    void aLogThatEndsInMidProgramIsComparedUpToThere() throws Exception {
        List<String> lines = log("bare/traps", false);
        int cut = lines.size() / 2;

        Lockstep.Ended ended = runOn(lines.subList(0, cut), "bare/traps").hasExitCode(INCOMPLETE);

        assertThat(ended.err()).contains("after which an engine had no more to tell");
    }

    @Test
    void whatWasAskedForUpToAStepIsAMatch() throws Exception {
        List<String> lines = log("bare/traps", false);

        run("--until-step", "200", "--subject", trace(lines.subList(0, 400)), "bin/bare/traps")
                .hasExitCode(0);
    }

    @Test
    void aLastLineThatWasCutOffIsLeftOut() throws Exception {
        String text = String.join("\n", log("bare/traps", false).subList(0, 300));
        Path cut = Files.writeString(home.resolve("cut"), text.substring(0, text.length() - 3));

        assertThat(run("--subject", "trace:" + cut, "bin/bare/traps").hasExitCode(INCOMPLETE).err())
                .contains("had no more to tell");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                            | no line
                    nonsense                                      | nothing of a trace
                    core   0: 3 0x80000000 (0x00000297)           | line 1
                    core   1: 3 0x0000000080000000 (0x00000297)   | one hart
                    core   0: 3 0x0000000000001000 (0x00000297)   | no instruction at 0x80000000
                    Trace 0: 0x7f [0/0000000000011144/0/00000200] | a program without operating system
                    """)
    void whatIsNoTraceOfTheProgramIsRefused(String line, String complaint) throws Exception {
        Lockstep.Ended ended =
                runOn(line.isEmpty() ? List.of() : List.of(line), "bare/hello").hasExitCode(WRONG);

        assertThat(ended.err()).contains(complaint, home.resolve("spike.log").toString());
    }

    @Test
    void garbageInTheMiddleEndsTheRunAndIsNamedByItsLine() throws Exception {
        List<String> lines = log("bare/traps", false);
        lines.set(200, "core   0: 3 0x00000000800");

        assertThat(runOn(lines, "bare/traps").hasExitCode(INCOMPLETE).err()).contains("line 201");
    }

    @Test
    void aFileThatIsNotThereIsRefused() throws Exception {
        assertThat(run("--subject", "trace:nowhere.log", "bin/bare/hello").hasExitCode(WRONG).err())
                .contains("nowhere.log", "no such file");
    }
}
