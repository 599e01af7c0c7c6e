package dev.lockstep.server.diff.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.diff.state.StateDiffResult.Status;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/** Under profile xenia the verdicts are those of the original. */
class GoldenStatesTest {
    /** Which the original fails on; ours compares one of them. */
    private static final Set<String> CRASHES =
            Set.of("bad-json", "bad-utf8", "root-list", "set-null-key");

    private static final StateProfile XENIA = StateProfiles.shipped("xenia");

    static Stream<Path> cases() throws Exception {
        try (Stream<Path> folders = Files.list(folder())) {
            return folders.sorted().toList().stream();
        }
    }

    static Path folder() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(GoldenStatesTest.class.getResource("cases")).toURI());
    }

    static Stream<Path> comparableCases() throws Exception {
        return cases().filter(it -> !CRASHES.contains(it.getFileName().toString()));
    }

    @Test
    void thereAreAll61OfThem() throws Exception {
        assertThat(cases()).hasSize(61);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparableCases")
    void theReportIsThatOfTheOriginalWithAndWithoutATable(Path folder) throws Exception {
        JsonValue.Struct golden = struct(json(folder.resolve("golden.json")));
        for (String mode : List.of("plain", "xex")) {
            JsonValue.Struct expected = struct(member(golden, mode));
            StateDiffResult result = compare(XENIA, folder, mode.equals("xex"));
            assertThat(JsonText.sorted(report(folder, result)))
                    .as(mode)
                    .isEqualTo(JsonText.sorted(member(expected, "report")));
            assertThat(exitCode(result)).isEqualTo(member(expected, "exit"));
            assertThat(validateExitCode(result)).isEqualTo(member(expected, "validate_exit"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bad-json,  'is no JSON: unexpected '",
        "bad-utf8,  'is no JSON: invalid UTF-8'",
        "root-list, 'is an array (expected: an object'"
    })
    void whatTheOriginalFailsOnIsNamed(String name, String message) throws Exception {
        assertThatThrownBy(() -> compare(XENIA, folder().resolve(name), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aSetMemberWithoutAKeyIsComparedLikeAnyOther() throws Exception {
        StateDiffResult result = compare(XENIA, folder().resolve("set-null-key"), false);
        assertThat(result.verdict()).isEqualTo(StateVerdict.MATCH);
    }

    static StateDiffResult compare(StateProfile profile, Path folder, boolean table)
            throws IOException {
        Path file = folder.resolve("xex.json");
        Optional<Masking> masking =
                table && Files.exists(file)
                        ? Optional.of(
                                Masking.read(
                                        file.toString(),
                                        Files.readAllBytes(file),
                                        profile.image().orElseThrow()))
                        : Optional.empty();
        return StateDiff.compare(
                profile,
                DumpDirectory.open(folder.resolve("canary")),
                DumpDirectory.open(folder.resolve("ours")),
                masking);
    }

    private static JsonValue exitCode(StateDiffResult result) {
        return JsonValue.of(result.stop() ? 2 : result.differenceCount() > 0 ? 1 : 0);
    }

    private static JsonValue validateExitCode(StateDiffResult result) {
        boolean equal =
                result.differenceCount() == 0
                        && result.gates().stream().allMatch(StateDiffResult.GateResult::holds);
        return JsonValue.of(equal ? 0 : 1);
    }

    private static JsonValue report(Path folder, StateDiffResult result) {
        SequencedMap<String, JsonValue> status = new LinkedHashMap<>();
        result.documents().forEach(it -> status.put(it.name(), JsonValue.of(word(it.status()))));
        return object(
                Map.of(
                        "divergences",
                        new JsonValue.Array(
                                result.differences().stream()
                                        .map(GoldenStatesTest::difference)
                                        .toList()),
                        "file_status",
                        new JsonValue.Struct(status),
                        "invariants",
                        new JsonValue.Array(
                                result.gates().stream().map(it -> gate(folder, it)).toList()),
                        "schema_version",
                        JsonValue.of(1),
                        "stop",
                        new JsonValue.Bool(result.stop())));
    }

    private static String word(Status status) {
        return switch (status) {
            case EQUAL, DIVERGED -> "diverged";
            case IDENTICAL -> "identical";
            case MISSING_IN_REFERENCE -> "missing-in-canary";
            case MISSING_IN_SUBJECT -> "missing-in-ours";
            case ABSENT -> "absent";
        };
    }

    private static JsonValue difference(StateDifference difference) {
        return object(
                Map.of(
                        "canary", difference.reference().value(),
                        "class", JsonValue.of(difference.rule().name()),
                        "file", JsonValue.of(difference.document()),
                        "kind", JsonValue.of(difference.kind().word()),
                        "ours", difference.subject().value(),
                        "path", JsonValue.of(difference.path())));
    }

    private static JsonValue gate(Path folder, StateDiffResult.GateResult gate) {
        return object(
                Map.of(
                        "canary", JsonValue.of(gate.reference()),
                        "name", JsonValue.of(gate.name().replace(folder + "/", "")),
                        "ok", new JsonValue.Bool(gate.holds()),
                        "ours", JsonValue.of(gate.subject())));
    }

    private static JsonValue object(Map<String, JsonValue> members) {
        return new JsonValue.Struct(new LinkedHashMap<>(members));
    }

    private static JsonValue member(JsonValue.Struct parent, String name) {
        return Objects.requireNonNull(parent.members().get(name), name);
    }

    private static JsonValue.Struct struct(JsonValue value) {
        return (JsonValue.Struct) value;
    }

    private static JsonValue json(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        return JsonReader.read(bytes, 0, bytes.length);
    }
}
