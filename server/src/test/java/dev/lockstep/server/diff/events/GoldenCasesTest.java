package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.diff.events.PairResult.SideCounts;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Under profile xenia the verdicts are those of the original, whatever is turned off. */
class GoldenCasesTest {
    private static final SideNames NAMES = new SideNames("canary", "ours");

    /** What a case came to, as far as the original tells it, as JSON text. */
    private record Told(String threads, String absorbed, String counted) {}

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(folder("cases"))) {
            return folders.sorted().toList().stream();
        }
    }

    static Path folder(String name) {
        try {
            return Path.of(GoldenCasesTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thereAreAll73OfThem() throws IOException {
        assertThat(cases()).hasSize(73);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theVerdictIsThatOfTheOriginalUnderEverySetOfOptions(Path folder, @TempDir Path temporary)
            throws Exception {
        byte[] golden = Files.readAllBytes(folder.resolve("golden.json"));
        var sets = ((JsonValue.Struct) JsonReader.read(golden, 0, golden.length)).members();
        assertThat(sets).hasSize(7);
        for (Map.Entry<String, JsonValue> set : sets.entrySet()) {
            assertThat(told(folder, set.getKey(), temporary))
                    .as("options '%s'", set.getKey())
                    .isEqualTo(expected((JsonValue.Struct) set.getValue()));
        }
    }

    private static Told expected(JsonValue.Struct golden) {
        return new Told(
                text(golden, "threads"), text(golden, "absorbed"), text(golden, "sema_release"));
    }

    private static String text(JsonValue.Struct golden, String key) {
        return JsonText.sorted(golden.members().getOrDefault(key, JsonValue.Null.VALUE));
    }

    private static Told told(Path folder, String options, Path temporary) throws Exception {
        List<JsonValue> absorbed = new ArrayList<>();
        var request =
                new DiffRequest(
                        EventProfiles.shipped("xenia").without(without(options)),
                        Optional.empty(),
                        0,
                        temporary,
                        event -> absorbed.add(row(event)));
        EventDiffResult result =
                Verdicts.of(folder.resolve("canary.jsonl"), folder.resolve("ours.jsonl"), request);
        return new Told(
                JsonText.sorted(
                        new JsonValue.Array(
                                result.pairs().stream().map(GoldenCasesTest::thread).toList())),
                JsonText.sorted(new JsonValue.Array(absorbed)),
                JsonText.sorted(
                        new JsonValue.Array(
                                List.of(
                                        tally(result.reference().tallies()),
                                        tally(result.subject().tallies())))));
    }

    private static Set<String> without(String options) {
        Set<String> rules = new TreeSet<>();
        for (String option : options.split(" ")) {
            switch (option) {
                case "--no-canonicalize-allocators" -> rules.add("allocators");
                case "--no-canonicalize-host-heap-fields" -> rules.add("host-heap-fields");
                case "--disable-absorber", "" -> {}
                default -> rules.addAll(List.of(option.split(",")));
            }
        }
        return rules;
    }

    private static JsonValue tally(Map<String, Tally> tallies) {
        Map<String, JsonValue> byThread = new LinkedHashMap<>();
        tallies.values()
                .forEach(tally ->
                        tally.byThread()
                                .forEach((tid, count) ->
                                        byThread.put(tid.toString(), JsonValue.of(count))));
        return struct(byThread);
    }

    private static JsonValue thread(PairResult pair) {
        Map<String, JsonValue> row = new LinkedHashMap<>();
        Optional<FirstDifference> first = pair.first();
        row.put("canary_tid", JsonValue.of(pair.referenceTid()));
        row.put("ours_tid", JsonValue.of(pair.subjectTid()));
        row.put("matched", JsonValue.of(pair.matched()));
        row.put("canary_total", JsonValue.of(pair.referenceSize()));
        row.put("ours_total", JsonValue.of(pair.subjectSize()));
        row.put("diverged_at", number(first.map(FirstDifference::position)));
        row.put("diff_descr", text(first.map(it -> it.difference().text("canary", "ours"))));
        row.put("diff_path", text(first.map(it -> it.difference().place())));
        row.put("canary_raw_idx", number(first.map(it -> it.reference().index())));
        row.put("ours_raw_idx", number(first.map(it -> it.subject().index())));
        row.put("next_canary_raw_idx", index(first.flatMap(FirstDifference::nextReference)));
        row.put("next_ours_raw_idx", index(first.flatMap(FirstDifference::nextSubject)));
        row.put("float_create", counts(pair, "shared-global"));
        row.put("float_wait", counts(pair, "wait-begin"));
        row.put(
                "pre_context",
                new JsonValue.Array(
                        pair.lastMatched().stream()
                                .map(it -> pair(it.reference().index(), it.subject().index()))
                                .toList()));
        return struct(row);
    }

    private static JsonValue counts(PairResult pair, String rule) {
        SideCounts counts = pair.absorbed().getOrDefault(rule, new SideCounts(0, 0));
        return pair(counts.reference(), counts.subject());
    }

    private static JsonValue pair(long left, long right) {
        return new JsonValue.Array(List.of(JsonValue.of(left), JsonValue.of(right)));
    }

    private static JsonValue index(Optional<ShownEvent> event) {
        return number(event.map(ShownEvent::index));
    }

    private static JsonValue number(Optional<Long> value) {
        return value.map(JsonValue::of).orElse(JsonValue.Null.VALUE);
    }

    private static JsonValue text(Optional<String> value) {
        return value.map(JsonValue::of).orElse(JsonValue.Null.VALUE);
    }

    private static JsonValue row(AbsorbedEvent event) {
        boolean sequence = event.repeats() > 0;
        return new JsonValue.Array(
                Stream.of(
                                JsonValue.of(event.rule()),
                                JsonValue.of(NAMES.of(event.side())),
                                JsonValue.of(event.referenceTid()),
                                JsonValue.of(event.subjectTid()),
                                JsonValue.of(event.matchedAt()),
                                JsonValue.of(event.event().index()),
                                sequence ? JsonValue.of(event.repeats()) : JsonValue.Null.VALUE,
                                sequence ? JsonValue.of(event.offset()) : JsonValue.Null.VALUE)
                        .collect(Collectors.toList()));
    }

    private static JsonValue struct(Map<String, JsonValue> members) {
        return new JsonValue.Struct(new LinkedHashMap<>(members));
    }
}
