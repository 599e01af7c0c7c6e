package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.diff.events.PairResult.SideCounts;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** What each sort of rule lets pass, and what it does not. */
class RulesTest {
    private static final String EXTRA =
            "absorb: {name: polls, reason: timing, extra: poll, where: {result: [again, none]}%s}";

    @TempDir private Path directory;

    /** One thread of these events: each a kind and, behind a blank, its payload. */
    private static List<String> thread(String... events) {
        List<String> lines = new ArrayList<>();
        for (String each : events) {
            String[] parts = each.split(" ", 2);
            lines.add(event(1, lines.size(), parts[0], parts.length == 1 ? "{}" : parts[1]));
        }
        return lines;
    }

    private EventDiffResult diff(List<String> reference, List<String> subject, String rules)
            throws Exception {
        return diff(reference, subject, Verdicts.profile("event_profile: p\n" + rules));
    }

    private EventDiffResult diff(List<String> reference, List<String> subject, EventProfile profile)
            throws Exception {
        return Verdicts.of(reference, subject, profile, directory);
    }

    private static String description(EventDiffResult result) {
        return result.firstDifferent()
                .flatMap(PairResult::first)
                .map(it -> it.difference().text("r", "s"))
                .orElse("none");
    }

    private static Tally tally(EventDiffResult.LogSummary log) {
        return Objects.requireNonNull(log.tallies().get("trace.a"));
    }

    @Test
    void localEventsAreNotComparedAndCountedOnesAreCounted() throws Exception {
        String rules = "local: ['trace.*']\ncounted: ['trace.a', b]";
        EventDiffResult result =
                diff(
                        thread("b", "trace.a", "trace.a", "c"),
                        thread("b", "c", "trace.b", "trace.a"),
                        rules);
        assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(result.matchedCount()).isEqualTo(2);
        assertThat(tally(result.reference()).total()).isEqualTo(2);
        assertThat(tally(result.subject()).byThread()).containsEntry(1L, 1L);
        assertThat(result.subject().tallies()).containsOnlyKeys("b", "trace.a");
    }

    @Test
    void whatIsNoNumberEqualsNothingNotEvenTheSameLineOfTheSameLog() throws Exception {
        List<String> log = thread("a", "a {\"v\":[NaN]}", "a");
        EventDiffResult result = diff(log, log, "");
        assertThat(result.matchedCount()).isEqualTo(1);
        assertThat(description(result)).isEqualTo("payload.v[0]: r=nan s=nan");
    }

    @Test
    void ofKindsWithoutEndTheFirstAreCounted() throws Exception {
        List<String> log =
                thread(IntStream.range(0, 300).mapToObj(i -> "k" + i).toArray(String[]::new));
        EventDiffResult result = diff(log, log, "counted: ['*']");
        assertThat(result.reference().tallies()).hasSize(256).containsKeys("k0", "k255");
        assertThat(result.matchedCount()).isEqualTo(300);
    }

    @Test
    void controlCharactersOfALogAreWrittenOutWhereItIsToldToPeople() throws Exception {
        String wild = "\\u001b[31m\\n\\u202e";
        String event = "k%s {\"name\":\"n%<s\",\"m%<s\":%%d}".formatted(wild);
        EventDiffResult result =
                diff(
                        thread("a" + wild, event.formatted(1)),
                        thread("a" + wild, event.formatted(2)),
                        "");
        String shown = "\\x1b[31m\\n\\u202e";
        FirstDifference first = result.firstDifferent().flatMap(PairResult::first).orElseThrow();
        assertThat(first.difference().text("r", "s"))
                .isEqualTo("payload.m%s: r=1 s=2".formatted(shown));
        assertThat(first.difference().place()).isEqualTo("payload.m\u001b[31m\n\u202e");
        assertThat(first.reference().line()).isEqualTo("[1] k%s n%1$s".formatted(shown));
        assertThat(result.pairs().getFirst().lastMatched().getFirst().subject().line())
                .isEqualTo("[0] a%s {}".formatted(shown));
    }

    @Test
    void howeverLongEventsAreWhatIsToldOfThemIsNot() throws Exception {
        String longText = "x".repeat(30_000);
        String event = "k {\"name\":\"%s\",\"%1$s\":\"%1$s%%s\"}".formatted(longText);
        EventDiffResult result =
                diff(thread(event.formatted("a")), thread(event.formatted("b")), "");
        FirstDifference first = result.firstDifferent().flatMap(PairResult::first).orElseThrow();
        assertThat(first.difference().place()).hasSizeLessThan(1100).endsWith("(30008 characters)");
        assertThat(first.difference().referenceText())
                .hasSizeLessThan(4200)
                .endsWith("(30003 characters)");
        assertThat(first.reference().line()).hasSizeLessThan(2100).endsWith("(30006 characters)");
        assertThat(first.reference().json()).hasSize(16_384);
        assertThat(first.reference().isCut()).isTrue();
        assertThat(first.reference().jsonCharacters()).isGreaterThan(90_000);
        assertThat(result.pairs().getFirst().regions().getFirst().text()).hasSizeLessThan(300);
    }

    @Test
    void whereAllEventsAreLocalNothingWasCompared() throws Exception {
        assertThat(diff(thread("x"), thread("y"), "local: ['*']").verdict())
                .isEqualTo(Verdict.VACUOUS);
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a           | {"a":1}                     | {"a":2}                       | true
                    a           | {"a":1}                     | {}                            | true
                    a           | {"a":1,"b":1}               | {"a":1,"b":2}                 | false
                    args.*      | {"args":{"x":1}}            | {"args":{"y":2,"z":3}}        | true
                    args.*      | {"args":{"x":1}}            | {"args":7}                    | false
                    args.*      | {"args":{}}                 | {}                            | false
                    args.x      | {"args":{"x":1,"y":2}}      | {"args":{"y":2}}              | true
                    args.x      | {"args":{"x":1,"y":2}}      | {"args":{"x":1,"y":3}}        | false
                    args.x      | {"x":1}                     | {"x":2}                       | false
                    a.*.x       | {"a":[{"x":1},{"y":2}]}     | {"a":[{"x":3},{"y":2}]}       | true
                    a.*.x       | {"a":[{"x":1},{"y":2}]}     | {"a":[{"x":1},{"y":3}]}       | false
                    a.*.x       | {"a":[{"x":1}]}             | {"a":[{"x":1},{"x":1}]}       | false
                    a.*.*.x     | {"a":[[{"x":1}]]}           | {"a":[[{"x":2}]]}             | true
                    a.x         | {"a":[{"x":1}]}             | {"a":[{"x":2}]}               | false
                    *           | {"a":1}                     | {"b":[2]}                     | true
                    *.x         | {"a":{"x":1},"b":{"x":2}}   | {"a":{"x":3},"b":{}}          | true
                    """)
    void ignoredIsWhatAPathLeadsToAndNothingElse(
            String path, String reference, String subject, boolean equal) throws Exception {
        EventDiffResult result =
                diff(
                        thread("k " + reference),
                        thread("k " + subject),
                        "ignore: {kind: k, fields: '%s'}".formatted(path));
        assertThat(result.verdict()).isEqualTo(equal ? Verdict.MATCH : Verdict.DIVERGED);
        assertThat(description(result).equals("none")).isEqualTo(equal);
    }

    @Test
    void whatIsIgnoredInOneKindIsComparedInAnother() throws Exception {
        EventDiffResult result =
                diff(
                        thread("k.a {\"a\":1}", "l {\"a\":1}"),
                        thread("k.a {\"a\":2}", "l {\"a\":2}"),
                        "ignore: {kind: 'k.*', fields: a}");
        assertThat(description(result)).isEqualTo("payload.a: r=1 s=2");
    }

    @Test
    void prioritiesAreComparedInTheirOrderIfBothSidesHaveThem() throws Exception {
        String rules =
                "names_first: false\n"
                        + "priorities: [{kind: k, fields: [c, b]}, {kind: k, members: [m]}]";
        assertThat(
                        description(
                                diff(
                                        thread("k {\"a\":1,\"b\":1}"),
                                        thread("k {\"a\":2,\"b\":2}"),
                                        rules)))
                .isEqualTo("[b mismatch] k: r=1 s=2");
        assertThat(description(diff(thread("k {\"a\":1,\"b\":1}"), thread("k {\"a\":2}"), rules)))
                .isEqualTo("payload.a: r=1 s=2");
        assertThat(
                        description(
                                diff(
                                        thread("k {\"a\":1,\"m\":{\"x\":1,\"y\":[1,2]}}"),
                                        thread("k {\"a\":2,\"m\":{\"x\":1,\"y\":[1,3]}}"),
                                        rules)))
                .isEqualTo("[m.y[1] mismatch] k: r=2 s=3");
    }

    @Test
    void renamedValuesAreEqualInTheSameOrderAndCountedByTheirLabel() throws Exception {
        String rules =
                "rename: {name: r, reason: y, kind: k, where: {how: [x, y]}, fields: {v: text},"
                        + " as: '{how} {n}'}";
        EventDiffResult result =
                diff(
                        thread(
                                "k {\"how\":\"x\",\"v\":\"1\"}",
                                "k {\"how\":\"y\",\"v\":\"2\"}",
                                "k {\"how\":\"x\",\"v\":\"3\"}",
                                "k {\"how\":\"z\",\"v\":\"4\"}"),
                        thread(
                                "k {\"how\":\"x\",\"v\":\"5\"}",
                                "k {\"how\":\"y\",\"v\":\"6\"}",
                                "k {\"how\":\"x\",\"v\":\"7\"}",
                                "k {\"how\":\"z\",\"v\":\"8\"}"),
                        rules);
        assertThat(result.matchedCount()).isEqualTo(3);
        assertThat(description(result)).isEqualTo("payload.v: r='4' s='8'");
        assertThat(result.rules().getFirst().events()).isEqualTo(new SideCounts(3, 3));
        PairResult.EventPair last = result.pairs().getFirst().lastMatched().getLast();
        assertThat(last.subject().json()).contains("\"v\": \"x 1\"");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "0x1000"      | "0x2000"      | true
                    4096          | 8192          | true
                    "0x1000"      | 0             | false
                    0             | "0x0"         | false
                    null          | 4096          | false
                    "0xC0000017"  | "0x1000"      | false
                    3221225495    | 3221225495.0  | true
                    "invalid"     | "0x1000"      | false
                    "Invalid"     | "0x1000"      | true
                    "0xBFFFFFFF"  | "0x100000000" | true
                    """)
    void exceptionsKeepTheirValues(String reference, String subject, boolean equal)
            throws Exception {
        EventDiffResult result =
                diff(
                        thread("k {\"v\":%s}".formatted(reference)),
                        thread("k {\"v\":%s}".formatted(subject)),
                        "rename: {name: r, reason: y, kind: k, fields: {v: always}, as: 'v{n}',"
                            + " except: [0, null, invalid, {from: 0xC0000000, to: 0xFFFFFFFF}]}");
        assertThat(result.verdict()).isEqualTo(equal ? Verdict.MATCH : Verdict.DIVERGED);
    }

    @ParameterizedTest
    @CsvSource({"3, MATCH", "2, DIVERGED", "0, DIVERGED"})
    void moreThanTheBudgetIsADifference(int budget, Verdict verdict) throws Exception {
        String poll = "poll {\"result\":\"again\"}";
        EventDiffResult result =
                diff(
                        thread(poll, "a", "b"),
                        thread("a", poll, poll, "b"),
                        EXTRA.formatted(", budget: " + budget));
        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.differentCount()).isZero();
        RuleUse use = result.rules().getFirst();
        assertThat(use.events()).isEqualTo(new SideCounts(1, 2));
        assertThat(use.isOverBudget()).isEqualTo(verdict == Verdict.DIVERGED);
    }

    @Test
    void theBudgetOfARenamingCountsToo() throws Exception {
        List<String> log = thread("k {\"v\":1}");
        String rule =
                "rename: {name: r, reason: y, kind: k, fields: {v: present}, as: '{n}', budget: ";
        assertThat(diff(log, log, rule + "2}").verdict()).isEqualTo(Verdict.MATCH);
        assertThat(diff(log, log, rule + "1}").verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @ParameterizedTest
    @CsvSource({
        "reference, true, false",
        "subject, false, true",
        "either, true, true",
    })
    void anExtraEventIsAbsorbedOnTheSidesOfItsRule(
            String side, boolean inReference, boolean inSubject) throws Exception {
        List<String> plain = thread("a", "b");
        List<String> more = thread("a", "poll {\"result\":\"none\"}", "b");
        String rules = EXTRA.formatted(", side: " + side);
        assertThat(diff(more, plain, rules).verdict() == Verdict.MATCH).isEqualTo(inReference);
        assertThat(diff(plain, more, rules).verdict() == Verdict.MATCH).isEqualTo(inSubject);
    }

    @Test
    void anExtraEventIsAbsorbedAtTheEndAndNotWhereTheOtherSideHasOneToo() throws Exception {
        String rules = EXTRA.formatted("");
        String again = "poll {\"result\":\"again\",\"x\":1}";
        assertThat(diff(thread("a", again, again), thread("a"), rules).verdict())
                .isEqualTo(Verdict.MATCH);
        assertThat(diff(thread("a", again), thread("a", again), rules).matchedCount()).isEqualTo(2);
        assertThat(
                        description(
                                diff(
                                        thread("a", again),
                                        thread("a", again.replace('1', '2')),
                                        rules)))
                .isEqualTo("payload.x: r=1 s=2");
        assertThat(
                        description(
                                diff(
                                        thread("a", "poll {\"result\":\"data\"}", "b"),
                                        thread("a", "b"),
                                        rules)))
                .isEqualTo("kind: r='poll' s='b'");
    }

    @Test
    void aRuleThatIsLeftOutDoesNotCount() throws Exception {
        EventProfile profile = Verdicts.profile("event_profile: p\n" + EXTRA.formatted(""));
        List<String> more = thread("a", "poll {\"result\":\"none\"}", "b");
        assertThat(diff(more, thread("a", "b"), profile).verdict()).isEqualTo(Verdict.MATCH);
        EventDiffResult without = diff(more, thread("a", "b"), profile.without(Set.of("polls")));
        assertThat(without.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(without.rules()).isEmpty();
    }

    @ParameterizedTest(name = "contiguous: {0}, repeated {1} times, local between: {2}")
    @CsvSource({
        "false, 1, false, true",
        "false, 3, false, true",
        "false, 4, false, false",
        "false, 2, true, true",
        "true, 2, false, true",
        "true, 2, true, false",
    })
    void aSequenceIsFoldedAsOftenAsAllowedUntilTheSidesAgree(
            boolean contiguous, int repeats, boolean local, boolean absorbed) throws Exception {
        String rules =
                "local: l\n"
                    + "absorb: {name: f, reason: y, fold: [{kind: in}, {kind: out}], at_most: 3,"
                    + " before: {kind: x, where: {name: g}}, agree: [name], contiguous: "
                        + contiguous
                        + "}";
        List<String> events = new ArrayList<>(List.of("a"));
        for (int i = 0; i < repeats; i++) {
            events.add("in");
            events.addAll(local ? List.of("l") : List.of());
            events.add("out");
        }
        events.addAll(List.of("x {\"name\":\"g\"}", "b"));
        List<String> more = thread(events.toArray(String[]::new));
        List<String> less = thread("a", "x {\"name\":\"g\"}", "b");
        for (EventDiffResult result : List.of(diff(more, less, rules), diff(less, more, rules))) {
            assertThat(result.verdict()).isEqualTo(absorbed ? Verdict.MATCH : Verdict.DIVERGED);
            assertThat(result.rules().getFirst().events().total())
                    .isEqualTo(absorbed ? 2 * repeats : 0);
        }
        assertThat(description(diff(more, thread("a", "x {\"name\":\"h\"}", "b"), rules)))
                .isEqualTo("kind: r='in' s='x'");
    }

    @ParameterizedTest(name = "{0} makes {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [{u32: 0}]              | 4d25767f9dce13f5 | true
                    [{u64: 0}]              | a8c7f832281a39c5 | true
                    [{u32: 0}]              | 4D25767F9DCE13F5 | false
                    [{u32: 0x100000000}]    | 4d25767f9dce13f5 | true
                    [{u32: n}]              | 4d25767f9dce13f5 | true
                    [{u32: {hex: h}}]       | 4d25767f9dce13f5 | true
                    [{u32: absent}]         | 4d25767f9dce13f5 | false
                    [{u32: {hex: absent}}]  | 4d25767f9dce13f5 | false
                    [{u32: h}]              | 4d25767f9dce13f5 | false
                    """)
    void anIdIsSharedIfTheRecipeMakesIt(String words, String id, boolean shared) throws Exception {
        String rules =
                """
                identities:
                  name: i
                  uses: {kind: make, field: id}
                  recipe: {kind: make, field: id, fnv1a64: %s}
                absorb: {name: a, reason: y, extra: make, identity: i}
                """
                        .formatted(words);
        String make = "make {\"id\":\"%s\",\"n\":0,\"h\":\" 0x_0 \"}".formatted(id);
        assertThat(diff(thread("a", make, "b"), thread("a", "b"), rules).verdict())
                .isEqualTo(shared ? Verdict.MATCH : Verdict.DIVERGED);
    }

    @ParameterizedTest
    @CsvSource({"0, cbf29ce484222325", "1, af63dc4c8601ec8c"})
    void theHashIsFnv1a(int letters, String hash) {
        var letter = new IdRecipe.Word(1, new IdRecipe.Source.Constant('a'));
        var recipe =
                new IdRecipe(new KindPattern("make"), "id", Collections.nCopies(letters, letter));
        assertThat(recipe.made("make", Vocabulary.struct("id", hash))).contains(hash);
        assertThat(recipe.made("take", Vocabulary.struct("id", hash))).isEmpty();
        assertThat(recipe.made("make", Vocabulary.struct("id", 1))).isEmpty();
    }
}
