package dev.lockstep.server.diff.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where profile xenia-strict judges otherwise than the original, and what profile default does. */
class StateDifferencesTest {
    private static final StateProfile XENIA = StateProfiles.shipped("xenia");
    private static final StateProfile STRICT = StateProfiles.shipped("xenia-strict");
    private static final StateProfile DEFAULT = StateProfiles.shipped("default");

    /**
     * A state of which only some documents are of interest; those of xenia that must be there are.
     */
    private record Dump(String name, SortedMap<String, String> contents) implements StateDump {
        static Dump of(String name, Map<String, String> documents) {
            SortedMap<String, String> all = new TreeMap<>(documents);
            all.putIfAbsent("config.json", "{}");
            all.putIfAbsent("cpu_state.json", "{}");
            return new Dump(name, all);
        }

        @Override
        public SortedSet<String> files() {
            return new TreeSet<>(contents.keySet());
        }

        @Override
        public Optional<byte[]> read(String file) {
            return Optional.ofNullable(contents.get(file))
                    .map(it -> it.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static StateDiffResult compare(
            StateProfile profile, Map<String, String> reference, Map<String, String> subject)
            throws Exception {
        return StateDiff.compare(
                profile,
                Dump.of("A", reference),
                Dump.of("B", subject),
                Optional.empty(),
                StateLimits.OF_COMMAND);
    }

    private static String told(
            StateProfile profile, String document, String reference, String subject)
            throws Exception {
        StateDiffResult result =
                compare(profile, Map.of(document, reference), Map.of(document, subject));
        StringBuilder told = new StringBuilder(result.verdict().toString());
        for (StateDifference it : result.differences()) {
            if (it.document().equals(document)) {
                told.append(" %s %s %s".formatted(it.path(), it.kind().word(), it.rule().name()));
            }
        }
        return told.toString();
    }

    @ParameterizedTest(name = "{0}: {1} and {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    config.json    | {"iso_sha256": "1"}                | {"iso_sha256": "2"}                | STOP iso_sha256 value delta-content-STOP
                    kernel.json    | {"x": {"engine": "a"}}             | {"x": {"engine": "b"}}             | DIVERGED x.engine value gamma-kernel-content
                    kernel.json    | {"objects": [{"handle_semantic_id": "a", "raw_handle_id": 1}]} | {"objects": [{"handle_semantic_id": "a", "raw_handle_id": 2}]} | MATCH
                    kernel.json    | {"objects": [{"handle_semantic_id": "a"}]} | {"objects": []}           | DIVERGED objects[handle_semantic_id=a] missing-from-ours sigma-structural
                    kernel.json    | {"objects": [{"handle_semantic_id": "a", "v": 1}, {"handle_semantic_id": "a", "v": 2}]} | {"objects": [{"handle_semantic_id": "a", "v": 3}, {"handle_semantic_id": "a", "v": 2}]} | DIVERGED objects[handle_semantic_id=a].v value gamma-kernel-content
                    kernel.json    | {"objects": [1, 2]}                | {"objects": [2, 3]}                | DIVERGED objects[1] missing-from-ours sigma-structural objects[3] extra-in-ours sigma-structural
                    memory.json    | {"heaps": [{"base": "0x1", "name": "a"}]} | {"heaps": [{"base": "0x1", "name": "b"}]} | DIVERGED heaps[base=0x1].name value epsilon-host-allocator
                    memory.json    | {"heaps": [{"base": "0x1"}]}       | {"heaps": [{"base": "0x2"}]}       | DIVERGED heaps[base=0x1] missing-from-ours epsilon-host-allocator heaps[base=0x2] extra-in-ours epsilon-host-allocator
                    memory.json    | {"t": {"host_ns_at_snapshot": 1}}  | {"t": {"host_ns_at_snapshot": 2}}  | DIVERGED t.host_ns_at_snapshot value tau-host-timing
                    """)
    void theStrictProfileHasTheOriginalsFaultsMended(
            String document, String reference, String subject, String expected) throws Exception {
        assertThat(told(STRICT, document, reference, subject)).isEqualTo(expected);
        assertThat(told(XENIA, document, reference, subject)).isNotEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"a": 1, "b": 2}           | {"a": 1, "c": 2}           | b missing-field c extra-field
                    {"c": 1, "b": 1, "a": [1]} | {"c": 2, "b": 2, "a": [2]} | a[0] value b value c value
                    {"c": 1, "b": 1}           | {"b": 2, "c": 2}           | b value c value
                    {"objects": [{"handle_semantic_id": "b", "v": 1}, {"handle_semantic_id": "a", "v": 1}, {"handle_semantic_id": "d"}]} | {"objects": [{"handle_semantic_id": "a", "v": 2}, {"handle_semantic_id": "b", "v": 2}, {"handle_semantic_id": "c"}]} | objects[handle_semantic_id=d] missing-from-ours objects[handle_semantic_id=c] extra-in-ours objects[handle_semantic_id=a].v value objects[handle_semantic_id=b].v value
                    {"objects": [{"handle_semantic_id": 1, "objects": [{"handle_semantic_id": 3, "v": 1}, {"handle_semantic_id": 2, "v": 1}]}]} | {"objects": [{"handle_semantic_id": 1, "objects": [{"handle_semantic_id": 2, "v": 2}, {"handle_semantic_id": 3, "v": 2}]}]} | objects[handle_semantic_id=1].objects[handle_semantic_id=2].v value objects[handle_semantic_id=1].objects[handle_semantic_id=3].v value
                    """)
    void differencesAreInTheOrderOfNamesAndKeys(String reference, String subject, String expected)
            throws Exception {
        assertThat(
                        compare(
                                        STRICT,
                                        Map.of("kernel.json", reference),
                                        Map.of("kernel.json", subject))
                                .differences()
                                .stream()
                                .map(it -> it.path() + " " + it.kind().word())
                                .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @Test
    void aDocumentThatNobodyHasIsADifferenceForTheOriginalAlone() throws Exception {
        assertThat(compare(XENIA, Map.of(), Map.of()).differenceCount()).isEqualTo(3);
        assertThat(compare(STRICT, Map.of(), Map.of()).verdict()).isEqualTo(StateVerdict.MATCH);
    }

    @Test
    void aManifestOfOneSideIsVerifiedToo() throws Exception {
        Map<String, String> lying =
                Map.of(
                        "kernel.json",
                        "{}",
                        "manifest.json",
                        "{\"files\": {\"kernel.json\": \"00\"}}");
        Map<String, String> other = Map.of("kernel.json", "{}");
        assertThat(compare(DEFAULT, lying, other).differences())
                .extracting(it -> it.document() + " " + it.kind().word())
                .containsExactly("kernel.json manifest-hash-mismatch");
    }

    @Test
    void withoutAnyDocumentNothingIsCompared() throws Exception {
        StateDump empty = new Dump("A", new TreeMap<>());
        assertThat(
                        StateDiff.compare(
                                        DEFAULT,
                                        empty,
                                        empty,
                                        Optional.empty(),
                                        StateLimits.OF_COMMAND)
                                .verdict())
                .isEqualTo(StateVerdict.VACUOUS);
    }

    @Test
    void theDefaultComparesWhateverDocumentsThereAre() throws Exception {
        assertThat(
                        compare(
                                        DEFAULT,
                                        Map.of("x.json", "{\"a\": 1}"),
                                        Map.of("x.json", "{\"a\": 2}"))
                                .differences())
                .extracting(it -> it.document() + " " + it.path() + " " + it.rule().name())
                .containsExactly("x.json a value");
        assertThat(compare(DEFAULT, Map.of("x.json", "{}"), Map.of()).differences())
                .extracting(it -> it.document() + " " + it.path() + " " + it.rule().name())
                .containsExactly("x.json <file> structure");
    }

    @Test
    void aNameTwiceInAnObjectIsRefusedByDefault() {
        Map<String, String> twice = Map.of("x.json", "{\"a\": 1,\n \"a\": 1}");
        assertThatThrownBy(() -> compare(DEFAULT, twice, twice))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "A/x.json:2:3: is no JSON: name 'a' appears twice in an object (expected:"
                                + " once)");
    }

    @Test
    void membersInAnotherOrderAreNoDifference() throws Exception {
        assertThat(told(DEFAULT, "x.json", "{\"a\": 1, \"b\": [NaN]}", "{\"b\": [NaN], \"a\": 1}"))
                .isEqualTo("DIVERGED b[0] value value");
        assertThat(told(DEFAULT, "x.json", "{\"a\": 1, \"b\": [2]}", "{\"b\": [2], \"a\": 1}"))
                .isEqualTo("MATCH");
    }

    @Test
    void aLongValueIsNotShownWhole() throws Exception {
        String big = "{\"a\": [" + "1, ".repeat(100_000) + "1]}";
        StateDiffResult result = compare(DEFAULT, Map.of("x.json", big), Map.of("x.json", "{}"));
        assertThat(result.differences().getFirst().reference().value().toString())
                .contains("(300,003 bytes of JSON)");
    }
}
