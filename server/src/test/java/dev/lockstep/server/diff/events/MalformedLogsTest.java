package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.files.OpenFiles;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is no event log is refused, with the file, the line, and what was expected there. */
class MalformedLogsTest {
    private static final String GOOD_EVENT = "{\"kind\":\"k\",\"tid\":1,\"tid_event_idx\":0}";

    @TempDir private Path directory;

    private EventDiffResult againstItself(Path log, String profile) throws Exception {
        return Verdicts.of(
                log, log, DiffRequest.of(EventProfiles.shipped(profile), temporaryDirectory()));
    }

    private Path temporaryDirectory() throws IOException {
        return Files.createDirectories(directory.resolve("temporary"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("log.jsonl"), text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}.jsonl: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "empty           | : empty file (expected: an event log)",
                "bad-header-kind | : first event is not schema_version (got 'kernel.call'); an",
                "bad-version     | : schema_version mismatch (expected 1, got 2)",
                "header-not-json | :1: invalid JSON (unexpected 'h' at column 1)",
                "bad-json-line   | :2: invalid JSON (unexpected end at column 11)",
                "missing-tid     | :2: missing tid",
                "null-tid        | :2: missing tid",
                "out-of-order    | : tid=1 events out of order at index 1 (tid_event_idx 4 after"
                        + " 5)",
                "duplicate-idx   | : tid=1 events out of order at index 1 (tid_event_idx 3 after"
                        + " 3)",
            })
    void whatTheOriginalRefusesIsRefusedByEveryProfile(String name, String message) {
        Path log = malformed(name);
        for (String profile : EventProfiles.SHIPPED) {
            assertThatThrownBy(() -> againstItself(log, profile))
                    .as(profile)
                    .isInstanceOf(MalformedLogException.class)
                    .hasMessageStartingWith(log + message);
        }
    }

    private static Path malformed(String name) {
        return GoldenCasesTest.folder("malformed").resolve(name + ".jsonl");
    }

    @Test
    void anIndexThatFallsIsRefusedEvenWhereOneBeforeItWasInItsPlace() throws Exception {
        Path log = malformed("undetected-order");
        assertThat(againstItself(log, "xenia").verdict()).isEqualTo(Verdict.MATCH);
        for (String profile : new String[] {"default", "xenia-strict"}) {
            assertThatThrownBy(() -> againstItself(log, profile))
                    .isInstanceOf(MalformedLogException.class)
                    .hasMessage(
                            log
                                    + ": tid=1 events out of order at index 2 (tid_event_idx 2"
                                    + " after 7)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "xenia", "xenia-strict"})
    void emptyLinesAreSkippedAndAHeaderAloneIsNothingToCompare(String profile) throws Exception {
        EventDiffResult blank = againstItself(malformed("blank-lines"), profile);
        assertThat(blank.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(blank.reference().eventCount()).isEqualTo(1);
        EventDiffResult header = againstItself(malformed("header-only"), profile);
        assertThat(header.verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(header.pairCount()).isZero();
    }

    /** The third line of a log, and what is said of it. */
    static Stream<String[]> badLines() {
        String deep = "{\"kind\":\"k\",\"tid\":1,\"tid_event_idx\":1,\"payload\":{\"a\":%s}}";
        return Stream.of(
                bad("[1, 2]", "not an object (expected: an event, an object)"),
                bad("7", "not an object (expected: an event, an object)"),
                bad("  ", "invalid JSON (no value at column 3)"),
                bad("{} {}", "invalid JSON (more than one value at column 4)"),
                bad("{\"tid\":1}x", "invalid JSON (unexpected 'x' at column 10)"),
                bad("{'tid':1}", "invalid JSON (unexpected \"'\" at column 2)"),
                bad("{\"tid\":01}", "invalid JSON (unexpected '1' at column 9)"),
                bad("{\"tid_event_idx\":1,\"kind\":\"k\"}", "missing tid"),
                bad("{\"tid\":1,\"kind\":\"k\"}", "missing tid_event_idx"),
                bad("{\"tid\":1,\"tid_event_idx\":null,\"kind\":\"k\"}", "missing tid_event_idx"),
                bad("{\"tid\":1,\"tid_event_idx\":1}", "missing kind"),
                bad(event("\"1\"", "1", "\"k\"", "{}"), "tid is '1' (expected: an integer of 64"),
                bad(event("1.5", "1", "\"k\"", "{}"), "tid is 1.5 (expected: an integer of 64"),
                bad(event("[1]", "1", "\"k\"", "{}"), "tid is [1] (expected: an integer of 64"),
                bad(event("NaN", "1", "\"k\"", "{}"), "tid is nan (expected: an integer of 64"),
                bad(
                        event("9223372036854775808", "1", "\"k\"", "{}"),
                        "tid is 9223372036854775808 (expected: an integer of 64 bits)"),
                bad(
                        event("1", "-9223372036854775809", "\"k\"", "{}"),
                        "tid_event_idx is -9223372036854775809 (expected: an integer of 64 bits)"),
                bad(event("1", "1e300", "\"k\"", "{}"), "tid_event_idx is 1e+300 (expected: an"),
                bad(
                        event("1", "1", "\"" + "k".repeat(129) + "\"", "{}"),
                        "kind of 129 characters (expected: at most 128)"),
                bad(event("1", "1", "null", "{}"), "kind is None (expected: a text)"),
                bad(event("1", "1", "7", "{}"), "kind is 7 (expected: a text)"),
                bad(event("1", "1", "{\"a\":1}", "{}"), "kind is {'a': 1} (expected: a text)"),
                bad(event("1", "1", "\"k\"", "[]"), "payload is [] (expected: an object)"),
                bad(event("1", "1", "\"k\"", "\"p\""), "payload is 'p' (expected: an object)"),
                bad(event("1", "1", "\"k\"", "false"), "payload is False (expected: an object)"),
                bad(
                        event("1", "1", "\"k\"", "\"" + "x".repeat(1000) + "\""),
                        "payload is '" + "x".repeat(79) + "... (expected: an object)"),
                bad(
                        deep.formatted("[".repeat(511) + "]".repeat(511)),
                        "invalid JSON (nested too deep (expected: at most 512) at column "),
                bad(
                        deep.formatted("[".repeat(1 << 20)),
                        "invalid JSON (nested too deep (expected: at most 512) at column "),
                bad(
                        deep.formatted("9".repeat(4301)),
                        "invalid JSON (integer of 4,301 digits (expected: at most 4,300) at"),
                bad(
                        deep.formatted("[" + "17,".repeat(JsonReader.MAX_VALUES) + "17]"),
                        "invalid JSON (too many values (expected: at most 262,144) at column "));
    }

    private static String event(String tid, String index, String kind, String payload) {
        return "{\"tid\":%s,\"tid_event_idx\":%s,\"kind\":%s,\"payload\":%s}"
                .formatted(tid, index, kind, payload);
    }

    private static String[] bad(String line, String message) {
        return new String[] {line, message};
    }

    @ParameterizedTest
    @MethodSource("badLines")
    void aLineThatIsNoEventIsRefusedWithItsPlace(String line, String message) throws Exception {
        Path log = file(Verdicts.HEADER + "\n" + GOOD_EVENT + "\n" + line + "\n" + GOOD_EVENT);
        assertThatThrownBy(() -> againstItself(log, "default"))
                .isInstanceOf(MalformedLogException.class)
                .hasMessageStartingWith(log + ":3: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                                | :1: not an object (expected:"
                        + " the",
                "{}                                                | : first event is not"
                        + " schema_ver",
                "{\"kind\":null}                                   | : first event is not"
                        + " schema_ver",
                "{\"kind\":[1]}                                    | : first event is not"
                        + " schema_ver",
                "{\"kind\":\"schema_version\"}                     | : schema_version mismatch"
                        + " (expe",
                "{\"kind\":\"schema_version\",\"schema_version\":\"1\"} | : schema_version mismatch"
                        + " (e",
                "{\"kind\":\"schema_version\",\"schema_version\":1.5}   | : schema_version mismatch"
                        + " (e",
                "{\"kind\":\"schema_ver                            | :1: invalid JSON (unexpected"
                        + " end",
            })
    void aHeaderThatIsNoneIsRefused(String header, String message) throws Exception {
        Path log = file(header);
        assertThatThrownBy(() -> againstItself(log, "default"))
                .isInstanceOf(MalformedLogException.class)
                .hasMessageStartingWith(log + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.0", "true", "1e0"})
    void theVersionIsOneHoweverItIsWritten(String version) throws Exception {
        Path log =
                file(
                        "{\"schema_version\":%s,\"kind\":\"schema_version\"}\n%s\n"
                                .formatted(version, GOOD_EVENT));
        assertThat(againstItself(log, "default").verdict()).isEqualTo(Verdict.MATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\n\n", "\r\n\r\n"})
    void everyLineEndWillDo(String lineEnd) throws Exception {
        Path log = file(String.join(lineEnd, Verdicts.HEADER, GOOD_EVENT, ""));
        EventDiffResult result = againstItself(log, "default");
        assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(result.matchedCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "true", "1e0"})
    void aNumberOfAThreadIsOneHoweverItIsWritten(String tid) throws Exception {
        Path log = file(Verdicts.HEADER + "\n" + event(tid, "0.0", "\"k\"", "null") + "\n");
        EventDiffResult result = againstItself(log, "default");
        assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(result.pairs().getFirst().referenceTid()).isEqualTo(1);
    }

    @Test
    void whatIsDeepAsItMayBeIsCompared() throws Exception {
        String payload = "{\"a\":%s1%s}".formatted("[".repeat(510), "]".repeat(510));
        Path log = file(Verdicts.HEADER + "\n" + event("1", "0", "\"k\"", payload) + "\n");
        assertThat(againstItself(log, "default").verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void aLineBeyondTheBoundIsRefused() throws Exception {
        Path log = file(Verdicts.HEADER + "\n{\"kind\":\"" + "x".repeat((16 << 20) + 1) + "\"}\n");
        assertThatThrownBy(() -> againstItself(log, "default"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        log
                                + ":2: line of more than 16777216 bytes (expected: one event in"
                                + " each line)");
    }

    @Test
    void theMessageNamesTheLogAtFaultWhicheverItIs() throws Exception {
        Path good = Verdicts.log(directory.resolve("good.jsonl"), List.of(GOOD_EVENT));
        Path bad = file("nothing");
        DiffRequest request = DiffRequest.of(EventProfiles.shipped("default"), directory);
        assertThatThrownBy(() -> Verdicts.of(good, bad, request))
                .hasMessageStartingWith(bad + ":1");
        assertThatThrownBy(() -> Verdicts.of(bad, good, request))
                .hasMessageStartingWith(bad + ":1");
    }

    @Test
    void nothingIsLeftOpenOrInTheTemporaryDirectory() throws Exception {
        Path log = file("nothing");
        assertThatThrownBy(() -> againstItself(log, "default"))
                .isInstanceOf(MalformedLogException.class);
        assertThat(temporaryDirectory()).isEmptyDirectory();
        assertThat(OpenFiles.in(temporaryDirectory())).isEmpty();
    }
}
