package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** With --compat xenia the command ends as the original does, and says what that says. */
final class XeniaGoldenTest {
    private static final Path EVENTS =
            Path.of("../../server/src/test/resources/dev/lockstep/server/diff/events");

    @TempDir private Path directory;

    /** How a command ended. */
    private record Ended(int exitCode, String out, List<String> err) {}

    private static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(arguments);
        return new Ended(exitCode, out.toString(), err.toString().lines().toList());
    }

    private Ended asXenia(Path canary, Path ours, String... options) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "diff",
                                "events",
                                "--compat",
                                "xenia",
                                "--canary",
                                canary.toString(),
                                "--ours",
                                ours.toString(),
                                "--temp-dir",
                                directory.toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(EVENTS.resolve("cases"))) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void exitCodeAndWordsAreThoseOfTheOriginalUnderEverySetOfOptions(Path folder) throws Exception {
        byte[] golden = Files.readAllBytes(folder.resolve("golden.json"));
        var sets = ((JsonValue.Struct) JsonReader.read(golden, 0, golden.length)).members();
        assertThat(sets).hasSize(7);
        for (Map.Entry<String, JsonValue> set : sets.entrySet()) {
            Map<String, JsonValue> expected = ((JsonValue.Struct) set.getValue()).members();
            List<String> options = new ArrayList<>(List.of("--validate-identical"));
            options.addAll(set.getKey().isEmpty() ? List.of() : List.of(set.getKey().split(" ")));
            Ended ended =
                    asXenia(
                            folder.resolve("canary.jsonl"),
                            folder.resolve("ours.jsonl"),
                            options.toArray(String[]::new));
            assertThat(JsonValue.of(ended.exitCode))
                    .as(set.getKey())
                    .isEqualTo(expected.get("exit"));
            assertThat(new JsonValue.Array(ended.err.stream().map(JsonValue::of).toList()))
                    .isEqualTo(expected.get("stderr"));
            assertThat(ended.out).contains("pairs of threads");
        }
        assertThat(directory).isEmptyDirectory();
    }

    private static Path malformed(String name) {
        return EVENTS.resolve("malformed").resolve(name + ".jsonl");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "empty            | 1 | : empty file",
                "bad-header-kind  | 1 | : first event is not schema_version (got 'kernel.call')",
                "bad-version      | 1 | : schema_version mismatch (expected 1, got 2)",
                "header-not-json  | 1 | :1: invalid JSON",
                "bad-json-line    | 1 | :2: invalid JSON",
                "missing-tid      | 1 | :2: missing tid",
                "null-tid         | 1 | :2: missing tid",
                "out-of-order     | 1 | : tid=1 events out of order at index 1",
                "duplicate-idx    | 1 | : tid=1 events out of order at index 1",
                "not-there        | 1 | : no such file",
            })
    void aLogThatIsNoneEndsWithOne(String name, int exitCode, String message) {
        Path bad = malformed(name);
        Ended ended = asXenia(bad, bad);
        assertThat(ended.exitCode).isEqualTo(exitCode);
        assertThat(ended.err).hasSize(1).first().asString().startsWith(bad + message);
    }

    @ParameterizedTest
    @CsvSource({"undetected-order", "blank-lines"})
    void whatTheOriginalTakesIsTaken(String name) {
        assertThat(asXenia(malformed(name), malformed(name), "--validate-identical").exitCode)
                .isZero();
    }

    @Test
    void withoutPairsTheExitCodeIsTwo() {
        Ended ended = asXenia(malformed("header-only"), malformed("header-only"));
        assertThat(ended.exitCode).isEqualTo(2);
        assertThat(ended.err)
                .containsExactly(
                        "no tid mapping (auto-mapping found no shared first-kernel-call). Pass"
                                + " --tid-map manually.");
    }

    @Test
    void threadsThatAreNotThereAreWarnedOf() {
        Path log = EVENTS.resolve("cases/none/canary.jsonl");
        Ended ended = asXenia(log, log, "--tid-map", "99=6, 6=0x63", "--validate-identical");
        assertThat(ended.exitCode).isZero();
        assertThat(ended.err)
                .containsExactly(
                        "warn: ours tid 99 not in stream; skipping",
                        "warn: canary tid 99 not in stream; skipping");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tid-map 7          | 1 | --tid-map: bad token '7' (expected canary=ours",
                "--disable-absorber x | 2 | error: --disable-absorber: unknown name(s) ['x']."
                        + " Valid: ['nested-cs', 'shared-global', 'wait-begin']",
                "--profile default --no-canonicalize-allocators | 2 | error:"
                        + " --no-canonicalize-allocators: no rule allocators in profile default",
                "--without allocators --no-canonicalize-allocators | 2 | error:"
                        + " --no-canonicalize-allocators: no rule allocators in profile xenia",
                "--profile default --disable-absorber nested-cs | 2 | error: --disable-absorber:"
                        + " no",
                "--out no/x           | 1 | --out no/x: cannot be written (no such file",
                "--regions -1         | 2 | error: --regions: -1 (expected: 0 to 100000)",
                "--no-such-option     | 2 | error: ",
            })
    void whatIsWrongWithTheOptionsIsSaid(String options, int exitCode, String message) {
        Path log = EVENTS.resolve("cases/none/canary.jsonl");
        Ended ended = asXenia(log, log, options.split(" "));
        assertThat(ended.err.getFirst()).startsWith(message);
        assertThat(ended.exitCode).isEqualTo(exitCode);
    }

    @Test
    void aLogThatBreaksOffIsAnErrorAsItIsToTheOriginal() throws IOException {
        Path log = EVENTS.resolve("cases/none/canary.jsonl");
        Path cut = directory.resolve("cut.jsonl");
        Files.writeString(cut, Files.readString(log).strip().replaceFirst("}$", ""));
        Ended ended = asXenia(log, cut);
        assertThat(ended.exitCode).isEqualTo(1);
        assertThat(ended.err)
                .hasSize(1)
                .first()
                .asString()
                .startsWith(cut + ": ")
                .contains("breaks");
    }

    @Test
    void underAStricterProfileWhatIsOnlyThereAtTheEndIsADifference() {
        Path folder = EVENTS.resolve("cases/tail-ours");
        Ended ended =
                asXenia(
                        folder.resolve("canary.jsonl"),
                        folder.resolve("ours.jsonl"),
                        "--profile",
                        "xenia-strict",
                        "--validate-identical");
        assertThat(ended.err)
                .containsExactly(
                        "validate-identical: divergence in canary_tid=6 at tid_event_idx=47 (ours"
                                + " has 4 more events)");
        assertThat(ended.exitCode).isEqualTo(1);
    }

    @Test
    void theReportIsWrittenWhereItIsWanted() throws IOException {
        Path log = EVENTS.resolve("cases/none/canary.jsonl");
        Path report = directory.resolve("report.md");
        Ended ended = asXenia(log, log, "--out", report.toString());
        assertThat(ended.err).containsExactly("diff report written to " + report);
        assertThat(ended.out).isEmpty();
        assertThat(report).content().contains("| canary thread | ours thread |");
    }

    @Test
    void theReportIsWrittenBeforeTheLogsAreFoundToDiffer() throws IOException {
        Path folder = EVENTS.resolve("cases/tail-ours");
        Path report = directory.resolve("report.md");
        Ended ended =
                asXenia(
                        folder.resolve("canary.jsonl"),
                        folder.resolve("ours.jsonl"),
                        "--profile",
                        "xenia-strict",
                        "--validate-identical",
                        "--out",
                        report.toString());
        assertThat(ended.exitCode).isEqualTo(1);
        assertThat(ended.err)
                .hasSize(2)
                .startsWith("diff report written to " + report)
                .last()
                .asString()
                .startsWith("validate-identical: divergence in canary_tid=6");
        assertThat(report).content().contains("DIVERGED");
    }

    @Test
    void aThreadWithoutAPartnerIsNamed() throws IOException {
        Path log = EVENTS.resolve("cases/none/canary.jsonl");
        Path more = directory.resolve("more.jsonl");
        Files.writeString(
                more,
                Files.readString(log).stripTrailing()
                        + "\n{\"tid\":77,\"tid_event_idx\":0,\"kind\":\"x\"}\n");
        Ended ended = asXenia(log, more, "--profile", "xenia-strict", "--validate-identical");
        assertThat(ended.err).containsExactly("validate-identical: ours_tid=77 has no partner");
        assertThat(ended.exitCode).isEqualTo(1);
    }
}
