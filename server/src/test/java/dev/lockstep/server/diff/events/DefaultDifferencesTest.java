package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the profiles default and xenia-strict judge otherwise than the original on purpose: the
 * table in docs/event-diff.md.
 */
class DefaultDifferencesTest {
    private static final Path DOCUMENT = Path.of("../docs/event-diff.md");

    @TempDir private Path directory;

    /** A row of the table, by the words it begins with, and the golden cases it is about. */
    @SuppressWarnings("ImmutableEnumChecker") // The lists are.
    enum Row {
        TRAILING("Events behind the end of a thread", "tail-canary", "tail-ours"),
        UNPAIRED("Threads without a partner"),
        ABSENT("Threads of `--tid-map` that no log has"),
        FAILED("Allocations that fail", "alloc-no-return-value", "alloc-null-masked"),
        NAMES_FIRST(
                "Calls of different functions",
                "alloc-ordinal-drift",
                "call-name",
                "nested-cs-33",
                "nested-cs-noconverge",
                "nested-cs-reverse",
                "nested-cs-slowpath",
                "nested-cs-unbalanced",
                "return-name",
                "return-name-masked"),
        WITHIN_SEQUENCE("A local event within a folded sequence", "nested-cs-interrupted"),
        DISORDER("Indexes that do not rise"),
        INNERMOST("A difference deep within a field"),
        CUT("A log that breaks off"),
        EXIT_CODES("Exit codes");

        private final String words;
        private final List<String> cases;

        Row(String words, String... cases) {
            this.words = words;
            this.cases = List.of(cases);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyRowIsInTheDocument(Row row) throws Exception {
        assertThat(Files.readString(DOCUMENT)).contains("\n| " + row.words + " | ");
    }

    /** What a case comes to, as far as the two profiles may disagree. */
    private record Told(Verdict verdict, List<Long> matched, List<Optional<String>> differences) {
        static Told of(EventDiffResult result) {
            return new Told(
                    result.verdict(),
                    result.pairs().stream().map(PairResult::matched).toList(),
                    result.pairs().stream().map(Told::difference).toList());
        }

        private static Optional<String> difference(PairResult pair) {
            return pair.first()
                    .map(it -> it.difference().text("canary", "ours"))
                    .or(() -> pair.trailing().map(it -> "trailing " + it.count()));
        }
    }

    private EventDiffResult golden(String name, String profile) throws Exception {
        Path folder = GoldenCasesTest.folder("cases").resolve(name);
        return Verdicts.of(
                folder.resolve("canary.jsonl"),
                folder.resolve("ours.jsonl"),
                DiffRequest.of(EventProfiles.shipped(profile), directory));
    }

    @Test
    void xeniaStrictJudgesTheGoldenCasesAsTheOriginalButForThoseNamedHere() throws Exception {
        Map<Row, List<String>> expected = new EnumMap<>(Row.class);
        for (Row row : Row.values()) {
            if (!row.cases.isEmpty()) {
                expected.put(row, row.cases);
            }
        }
        Map<Row, List<String>> found = new EnumMap<>(Row.class);
        for (Path folder : GoldenCasesTest.cases().toList()) {
            String name = folder.getFileName().toString();
            Told original = Told.of(golden(name, "xenia"));
            Told strict = Told.of(golden(name, "xenia-strict"));
            if (!original.equals(strict)) {
                found.computeIfAbsent(reason(original, strict), _ -> new ArrayList<>()).add(name);
            }
        }
        found.values().forEach(it -> it.sort(Comparator.naturalOrder()));
        assertThat(found).isEqualTo(expected);
    }

    private static Row reason(Told original, Told strict) {
        String difference =
                strict.differences.stream().flatMap(Optional::stream).findFirst().orElse("none");
        if (difference.startsWith("[name mismatch]")) {
            assertThat(strict.verdict).isEqualTo(original.verdict);
            assertThat(strict.matched).isEqualTo(original.matched);
            return Row.NAMES_FIRST;
        }
        if (difference.startsWith("trailing")) {
            assertThat(strict.matched).isEqualTo(original.matched);
            return Row.TRAILING;
        }
        if (difference.contains("return_value")) {
            assertThat(original.verdict).isEqualTo(Verdict.MATCH);
            return Row.FAILED;
        }
        assertThat(strict.verdict).isEqualTo(Verdict.MATCH);
        return Row.WITHIN_SEQUENCE;
    }

    @Test
    void eventsAtTheEndOfOneSideAreADifferenceUnlessARuleLetsItHaveThem() throws Exception {
        assertThat(golden("tail-ours", "xenia").verdict()).isEqualTo(Verdict.MATCH);
        EventDiffResult strict = golden("tail-ours", "xenia-strict");
        assertThat(strict.verdict()).isEqualTo(Verdict.DIVERGED);
        PairResult pair = strict.firstDifferent().orElseThrow();
        assertThat(pair.first()).isEmpty();
        assertThat(pair.trailing())
                .hasValueSatisfying(it -> {
                    assertThat(it.side()).isEqualTo(Side.SUBJECT);
                    assertThat(it.count()).isEqualTo(4);
                });
        assertThat(golden("tail-float-create", "xenia-strict").verdict()).isEqualTo(Verdict.MATCH);
        assertThat(small(two(), one(), "default").verdict()).isEqualTo(Verdict.DIVERGED);
    }

    private EventDiffResult small(List<String> reference, List<String> subject, String profile)
            throws Exception {
        return Verdicts.of(reference, subject, EventProfiles.shipped(profile), directory);
    }

    private static List<String> one() {
        return List.of(event(1, 0, "kernel.call", "{\"name\":\"f\"}"));
    }

    private static List<String> two() {
        return List.of(one().getFirst(), event(1, 1, "kernel.call", "{\"name\":\"g\"}"));
    }

    @Test
    void aThreadThatOneSideDoesNotHaveIsADifference() throws Exception {
        List<String> more = new ArrayList<>(one());
        more.add(event(2, 0, "kernel.call", "{\"name\":\"h\"}"));
        assertThat(small(more, one(), "xenia").verdict()).isEqualTo(Verdict.MATCH);
        for (String profile : List.of("default", "xenia-strict")) {
            EventDiffResult result = small(more, one(), profile);
            assertThat(result.verdict()).as(profile).isEqualTo(Verdict.DIVERGED);
            assertThat(result.differentCount()).isZero();
            assertThat(result.reference().unpaired())
                    .extracting(EventDiffResult.UnpairedThread::tid)
                    .containsExactly(2L);
        }
    }

    @Test
    void aThreadWithoutAFirstCallHasAPartnerByDefaultIfTheNumbersAreTheSame() throws Exception {
        List<String> reference = List.of(one().getFirst(), event(2, 0, "x", "{\"a\":1}"));
        List<String> subject = List.of(one().getFirst(), event(2, 0, "x", "{\"a\":2}"));
        assertThat(small(reference, subject, "xenia").verdict()).isEqualTo(Verdict.MATCH);
        assertThat(small(reference, subject, "default").verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void aThreadThatIsAskedForAndNotThereIsAnError() throws Exception {
        Path log = Verdicts.log(directory.resolve("log.jsonl"), two());
        for (String profile : List.of("default", "xenia-strict")) {
            assertThatThrownBy(() -> mapped(log, profile, 99, 1))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(log + ": no thread 99 (expected: one of 1)");
            assertThatThrownBy(() -> mapped(log, profile, 1, 98))
                    .hasMessage(log + ": no thread 98 (expected: one of 1)");
        }
        EventDiffResult original = mapped(log, "xenia", 99, 1);
        assertThat(original.absent()).containsExactly(new AbsentThread(Side.REFERENCE, 99));
        assertThat(original.pairCount()).isZero();
    }

    private EventDiffResult mapped(Path log, String profile, long reference, long subject)
            throws Exception {
        return Verdicts.of(
                log,
                log,
                new DiffRequest(
                        EventProfiles.shipped(profile),
                        Optional.of(new TreeMap<>(Map.of(reference, subject))),
                        0,
                        directory,
                        _ -> {}));
    }

    @ParameterizedTest
    @EnumSource
    void anAllocationThatFailsOnOneSideIsADifference(Failure failure) throws Exception {
        String name = failure.function;
        List<String> good = List.of(one().getFirst(), returned(name, "\"0x40001000\""));
        List<String> bad = List.of(one().getFirst(), returned(name, failure.value));
        assertThat(small(good, bad, "xenia").verdict()).isEqualTo(Verdict.MATCH);
        EventDiffResult result = small(good, bad, "xenia-strict");
        assertThat(description(result)).startsWith("[return_value mismatch] kernel.return name=");
        assertThat(small(bad, bad, "xenia-strict").verdict()).isEqualTo(Verdict.MATCH);
    }

    enum Failure {
        NULL("RtlAllocateHeap", "0"),
        NULL_AS_A_FLOAT("RtlAllocateHeap", "0.0"),
        NULL_AS_FALSE("RtlAllocateHeap", "false"),
        NULL_AS_TEXT("MmCreateKernelStack", "\"0x00000000\""),
        NO_MEMORY("NtAllocateVirtualMemory", "3221225495"),
        NO_MEMORY_AS_TEXT("NtAllocateVirtualMemory", "\"0xC0000017\"");

        private final String function;
        private final String value;

        Failure(String function, String value) {
            this.function = function;
            this.value = value;
        }
    }

    @Test
    void anErrorThatAnAllocatorReturnsKeepsItsValue() throws Exception {
        for (String address : List.of("0xA0001000", "0xC0001000", "0xE1000000")) {
            assertThat(small(allocated("0x40001000"), allocated(address), "xenia-strict").verdict())
                    .isEqualTo(Verdict.MATCH);
        }
        List<String> noMemory = allocated("0xC0000017");
        List<String> noAccess = allocated("0xC0000005");
        assertThat(small(noMemory, noAccess, "xenia").verdict()).isEqualTo(Verdict.MATCH);
        assertThat(description(small(noMemory, noAccess, "xenia-strict")))
                .startsWith("[status mismatch] kernel.return name=RtlAllocateHeap: ")
                .contains("0xC0000017", "0xC0000005");
    }

    private static List<String> allocated(String status) {
        return List.of(
                one().getFirst(),
                event(
                        1,
                        1,
                        "kernel.return",
                        "{\"name\":\"RtlAllocateHeap\",\"return_value\":7,\"status\":\"%s\"}"
                                .formatted(status)));
    }

    private static String returned(String name, String value) {
        return event(
                1,
                1,
                "kernel.return",
                "{\"name\":\"%s\",\"return_value\":%s}".formatted(name, value));
    }

    private static String description(EventDiffResult result) {
        FirstDifference first = result.firstDifferent().flatMap(PairResult::first).orElseThrow();
        return first.difference().text("reference", "subject");
    }

    @Test
    void callsOfDifferentFunctionsDifferInTheirNames() throws Exception {
        List<String> reference = List.of(one().getFirst(), returned("f", "1"));
        List<String> subject = List.of(one().getFirst(), returned("g", "2"));
        assertThat(description(small(reference, subject, "xenia")))
                .isEqualTo("[return_value mismatch] kernel.return name=f: reference=1 subject=2");
        for (String profile : List.of("default", "xenia-strict")) {
            assertThat(description(small(reference, subject, profile)))
                    .isEqualTo("[name mismatch] kernel.return name=f: reference='f' subject='g'");
        }
    }

    @Test
    void aLocalEventWithinAFoldedSequenceIsPassedOver() throws Exception {
        assertThat(golden("nested-cs-interrupted", "xenia").verdict()).isEqualTo(Verdict.DIVERGED);
        EventDiffResult strict = golden("nested-cs-interrupted", "xenia-strict");
        assertThat(strict.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(strict.rules())
                .filteredOn(it -> it.rule().equals("nested-cs"))
                .allSatisfy(it -> assertThat(it.events().reference()).isPositive());
    }

    @Test
    void indexesThatDoNotRiseAreRefused() throws Exception {
        List<String> log =
                List.of(
                        one().getFirst(),
                        event(1, 7, "kernel.call", "{}"),
                        event(1, 2, "kernel.call", "{}"));
        assertThat(small(log, log, "xenia").verdict()).isEqualTo(Verdict.MATCH);
        for (String profile : List.of("default", "xenia-strict")) {
            assertThatThrownBy(() -> small(log, log, profile))
                    .isInstanceOf(MalformedLogException.class)
                    .hasMessageContaining("tid=1 events out of order at index 2");
        }
    }

    @Test
    void aDifferenceDeepWithinAFieldIsToldAsSmallAsItIs() throws Exception {
        List<String> reference =
                List.of(one().getFirst(), event(1, 1, "x", "{\"a\":{\"b\":[1,2]}}"));
        List<String> subject = List.of(one().getFirst(), event(1, 1, "x", "{\"a\":{\"b\":[1,3]}}"));
        assertThat(description(small(reference, subject, "xenia")))
                .isEqualTo("payload.a: reference={'b': [1, 2]} subject={'b': [1, 3]}");
        for (String profile : List.of("default", "xenia-strict")) {
            assertThat(description(small(reference, subject, profile)))
                    .isEqualTo("payload.a.b[1]: reference=2 subject=3");
        }
    }
}
