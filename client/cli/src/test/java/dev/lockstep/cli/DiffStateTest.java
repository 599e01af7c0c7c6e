package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code lockstep diff state}, and how it ends with --compat xenia. */
final class DiffStateTest {
    private static final Path CASES = Path.of("src/test/states");

    /** Also where the documents are fine. */
    private static final String ORIGINAL_FAILS = "set-null-key";

    @TempDir private Path directory;

    /** How a command ended. */
    private record Ended(int exitCode, String out, String err) {}

    private static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("diff", "state"));
        all.addAll(List.of(arguments));
        int exitCode = command.execute(all.toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }

    private static Ended compare(String name, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add(CASES.resolve(name).resolve("canary").toString());
        all.add(CASES.resolve(name).resolve("ours").toString());
        return run(all.toArray(String[]::new));
    }

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.sorted().toList().stream();
        }
    }

    static Stream<Path> casesForBoth() throws IOException {
        return cases().filter(it -> !it.getFileName().toString().equals(ORIGINAL_FAILS));
    }

    @Test
    void thereAreAll61Cases() throws Exception {
        assertThat(cases()).hasSize(61);
    }

    @Test
    void aSetMemberWithoutAKeyIsComparedLikeAnyOther() {
        assertThat(compare(ORIGINAL_FAILS, "--profile", "xenia").exitCode()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("casesForBoth")
    void exitCodesAndTheReportForProgramsAreThoseOfTheOriginal(Path folder) throws Exception {
        JsonValue.Struct golden = json(folder.resolve("golden.json"));
        for (String mode : List.of("plain", "xex")) {
            JsonValue.Struct expected = (JsonValue.Struct) member(golden, mode);
            Path report = directory.resolve(mode + ".md");
            assertThat(asXenia(folder, mode, "--out", report.toString()).exitCode())
                    .isEqualTo(number(member(expected, "exit")));
            assertThat(asXenia(folder, mode, "--validate-identical").exitCode())
                    .isEqualTo(number(member(expected, "validate_exit")));
            JsonValue told = expected.members().get("report");
            if (told != null) {
                String text =
                        Files.readString(directory.resolve(mode + ".json"))
                                .replace("file_present:" + folder + "/", "file_present:");
                assertThat(text).isEqualTo(JsonText.indented(told));
                assertThat(report).content().startsWith("# ");
            }
        }
    }

    private static Ended asXenia(Path folder, String mode, String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--compat",
                                "xenia",
                                "--canary",
                                folder.resolve("canary").toString(),
                                "--ours",
                                folder.resolve("ours").toString()));
        Path table = folder.resolve("xex.json");
        if (mode.equals("xex") && Files.exists(table)) {
            all.addAll(List.of("--xex-json", table.toString()));
        }
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
    }

    private static JsonValue member(JsonValue.Struct parent, String name) {
        return Objects.requireNonNull(parent.members().get(name), name);
    }

    private static int number(JsonValue value) {
        return ((JsonValue.Int) value).value().intValueExact();
    }

    private static JsonValue.Struct json(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        return (JsonValue.Struct) JsonReader.read(bytes, 0, bytes.length);
    }

    @ParameterizedTest(name = "{0} under {1}: {2}")
    @CsvSource({
        "none,         xenia-strict, 0, MATCH",
        "scalar,       xenia-strict, 1, DIVERGED",
        "iso-not-stop, xenia-strict, 6, STOP",
        "stop-pc,      xenia-strict, 6, STOP",
        "scalar,       default,      1, DIVERGED",
    })
    void theExitCodeIsTheVerdicts(String name, String profile, int exitCode, String verdict) {
        Ended ended = compare(name, "--profile", profile);
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).startsWith(verdict + "  ");
    }

    @Test
    void aDifferenceIsToldWithItsPathClassAndBothValues() {
        assertThat(compare("scalar", "--profile", "xenia-strict").out())
                .contains("1 difference in 5 documents under profile xenia-strict")
                .contains("gamma-kernel-content γ: 1 difference")
                .containsPattern(
                        "cpu_state.json +gpr\\[20] +value +\"0x6f76fbf56df861ca\" +\"0xdead\"");
    }

    @Test
    void ofManyDifferencesTheScreenSaysHowManyMoreThereAre() {
        assertThat(compare("many", "--profile", "xenia").out())
                .contains("and 230 more differences; --report json:FILE has them");
    }

    @Test
    void reportsAreWrittenInEveryForm() throws Exception {
        for (String format : List.of("text", "json", "markdown", "html")) {
            Path file = directory.resolve(format);
            assertThat(compare("scalar", "--report", format + ":" + file).exitCode()).isEqualTo(1);
            assertThat(file).content().containsPattern("gpr\\\\?\\[20\\\\?]");
        }
        Map<String, JsonValue> report = json(directory.resolve("json")).members();
        assertThat(report.keySet())
                .containsExactly(
                        "verdict",
                        "exit_code",
                        "profile",
                        "elapsed_ms",
                        "peak_rss_bytes",
                        "reference",
                        "subject",
                        "stop",
                        "gates",
                        "documents",
                        "difference_count",
                        "differences");
    }

    @Test
    void withoutADocumentOnBothSidesNothingIsCompared() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Ended ended = run(empty.toString(), empty.toString());
        assertThat(ended.exitCode()).isEqualTo(4);
        assertThat(ended.out()).startsWith("VACUOUS").contains("nothing was compared");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    no-such-directory other                  | no-such-directory: no such directory (expected: a directory
                    CASES/none/canary                        | no SUBJECT given
                    CASES/bad-json/canary CASES/bad-json/ours | is no JSON: unexpected
                    CASES/bad-utf8/canary CASES/bad-utf8/ours | is no JSON: invalid UTF-8
                    CASES/root-list/canary CASES/root-list/ours | is an array (expected: an object
                    CASES/none/canary CASES/none/ours --mask x | profile default compares no images
                    CASES/none/canary CASES/none/ours --profile xenia --mask nofile | --mask nofile: no such file or directory
                    CASES/none/canary CASES/none/ours --profile no | no
                    CASES/none/canary CASES/none/ours --xex-json x | an option of --compat xenia
                    CASES/none/canary CASES/none/ours --compat no | --compat: 'no' (expected: xenia)
                    CASES/none/canary CASES/none/ours --compat xenia --mask x | --mask: beside --compat xenia
                    CASES/none/canary CASES/none/ours --compat xenia --out x.json | would be overwritten
                    """)
    void whatCannotBeUsedIsNamed(String line, String message) {
        Ended ended = run(line.replace("CASES", CASES.toString()).split(" "));
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err()).contains(message);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "xenia"})
    void whatIsNoFileWhereADocumentIsExpectedIsNotTakenForAbsent(String profile) throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.writeString(state.resolve("config.json"), "{}");
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.createDirectory(other.resolve("config.json"));

        Ended ended = run(state.toString(), other.toString(), "--profile", profile);
        assertThat(ended.exitCode()).as(ended.out()).isEqualTo(2);
        assertThat(ended.err()).contains("config.json: is no file (expected: a file to read)");
    }

    @Test
    void whatIsNestedTooDeepIsRefused() throws Exception {
        for (String side : List.of("a", "b")) {
            Path state = Files.createDirectory(directory.resolve(side));
            Files.write(
                    state.resolve("x.json"),
                    ("{\"x\":" + "[".repeat(10_000)).getBytes(StandardCharsets.UTF_8));
        }
        Ended ended = run(directory.resolve("a").toString(), directory.resolve("b").toString());
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .contains("x.json:1:")
                .contains("nested too deep (expected: at most 512)");
    }
}
