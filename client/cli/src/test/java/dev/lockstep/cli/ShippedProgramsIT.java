package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every case of engines/programs/expected.txt, in lockstep. */
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

        List<String> command(Path report) {
            List<String> command = new ArrayList<>(List.of("run", "--report", "json:" + report));
            command.add("bin/" + program);
            command.addAll(Words.split(arguments));
            return command;
        }

        @Override
        public String toString() {
            return program + " " + arguments;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsInAMatchWithTheOutputAndTheEndOfQemu(Case expected) throws Exception {
        Lockstep lockstep = new Lockstep(home);
        if (!expected.input().equals("-")) {
            lockstep = lockstep.withInput(Lockstep.PROGRAMS.resolve(expected.input()));
        }
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                lockstep.run(expected.command(report).toArray(String[]::new)).hasExitCode(0);

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
}
