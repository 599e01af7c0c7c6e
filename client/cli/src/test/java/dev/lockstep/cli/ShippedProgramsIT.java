package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.text.Words;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every case of engines/programs/expected.txt in lockstep; one of each program by blocks, and
 * strictly so if it has few.
 */
final class ShippedProgramsIT {
    @TempDir private Path home;

    /**
     * A line of the table.
     *
     * @param output file with the expected output, or - where it varies
     */
    record Case(String program, String arguments, String input, String end, String output) {
        static Case parse(String line) {
            String[] fields = line.split("\\|", -1);
            return new Case(fields[0], fields[1], fields[2], fields[3], fields[4]);
        }

        List<String> command(String grain, Path report) {
            List<String> command =
                    new ArrayList<>(List.of("run", "--grain", grain, "--report", "json:" + report));
            command.addAll(List.of("--subject", "recomp --hot 64"));
            command.add("bin/" + program);
            command.addAll(Words.split(arguments));
            return command;
        }

        @Override
        public String toString() {
            return program + " " + arguments;
        }
    }

    /** In strict grain every block is a wait for others, which takes long on a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Millions of blocks, each with such a wait. */
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Programs of thousands of blocks at most. */
    private static final Set<String> SHORT =
            Set.of(
                    "abort",
                    "bare/echo",
                    "bare/hello",
                    "bare/traps",
                    "clock-random",
                    "divzero",
                    "ebreak",
                    "exit-status",
                    "hello",
                    "hello-pie",
                    "illegal",
                    "readfile",
                    "unknown-syscall");

    @ParameterizedTest
    @MethodSource("programs")
    void endsInAMatchWithTheOutputAndTheEndOfQemu(Case expected) throws Exception {
        run(expected, "window");
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("furtherCases")
    void soDoesEveryOtherCase(Case expected) throws Exception {
        run(expected, "window");
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("programs")
    void everyProgramDoesTheSameInBlockGrain(Case expected) throws Exception {
        run(expected, "block");
    }

    @ParameterizedTest
    @MethodSource("shortPrograms")
    void shortProgramsDoTheSameInStrictGrain(Case expected) throws Exception {
        run(expected, "strict");
    }

    @Tag("endurance")
    @ParameterizedTest
    @MethodSource("cases")
    void everyCaseDoesTheSameInBlockGrain(Case expected) throws Exception {
        run(expected, "block");
    }

    @Tag("endurance")
    @ParameterizedTest
    @MethodSource("cases")
    void everyCaseDoesTheSameInStrictGrain(Case expected) throws Exception {
        run(expected, "strict", LONG);
    }

    private void run(Case expected, String grain) throws Exception {
        run(expected, grain, LIMIT);
    }

    private void run(Case expected, String grain, Duration limit) throws Exception {
        Lockstep lockstep = new Lockstep(home);
        if (!expected.input().equals("-")) {
            lockstep = lockstep.withInput(Lockstep.PROGRAMS.resolve(expected.input()));
        }
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                lockstep.start(expected.command(grain, report).toArray(String[]::new))
                        .await(limit)
                        .hasExitCode(0);

        assertThat(ended.err()).contains("MATCH  bin/" + expected.program());
        if (!expected.output().equals("-")) {
            Path output = Lockstep.PROGRAMS.resolve(expected.output());
            assertThat(ended.out())
                    .isEqualTo(Files.readString(output, StandardCharsets.ISO_8859_1));
        }
        assertThat(JsonReport.read(report).ends()).containsExactly(expected.end(), expected.end());
        assertThat(lockstep.leftovers()).isEmpty();
    }

    static Stream<Case> cases() throws IOException {
        return Files.readAllLines(Lockstep.PROGRAMS.resolve("expected.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Case::parse);
    }

    /** Returns the first case of every program. */
    static Stream<Case> programs() throws IOException {
        Set<String> seen = new HashSet<>();
        return cases().filter(expected -> seen.add(expected.program()));
    }

    /** Returns the other ones. */
    static Stream<Case> furtherCases() throws IOException {
        Set<String> seen = new HashSet<>();
        return cases().filter(expected -> !seen.add(expected.program()));
    }

    static Stream<Case> shortPrograms() throws IOException {
        return programs().filter(expected -> SHORT.contains(expected.program()));
    }
}
