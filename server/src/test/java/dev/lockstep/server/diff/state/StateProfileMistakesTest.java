package dev.lockstep.server.diff.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** What is refused as a profile of states, and how a user learns why. */
class StateProfileMistakesTest {
    private static final String CLASSES =
            "classes: [{name: c}]\nclassify: [{class: c, kind: value}, {class: c}]\n";

    private static StateProfile read(String text) {
        return StateProfiles.read("p.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "xenia", "xenia-strict"})
    void thoseThatAreShippedAreRead(String name) {
        assertThat(StateProfiles.shipped(name).name()).isEqualTo(name);
    }

    @Test
    void oneThatIsNotShippedIsNamed() {
        assertThatThrownBy(() -> StateProfiles.shipped("none"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "unknown profile 'none' (expected: one of default, xenia, xenia-strict)");
    }

    @Test
    void theLeastThatIsOneIsRead() {
        assertThat(read("state_profile: p\n" + CLASSES).classification()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    skipp: []                               | p.yaml:2: the file: unknown key 'skipp'
                    names: sometimes                        | p.yaml:2: names: 'sometimes' (expected: differ or may_repeat)
                    manifest: no                            | p.yaml:2: manifest: 'no' (expected: verified or trusted)
                    sets: [{document: a, field: b}]         | p.yaml:2: sets: no 'key' (expected: one)
                    skip: [{fields: [a, a]}]                | p.yaml:2: fields: 'a' appears twice (expected: once)
                    gates: [{gate: g, same: config.json}]   | p.yaml:2: same: 'config.json' (expected: a field, as in config.json#entry)
                    gates: [{gate: g, within_a_side: [a#b]}] | p.yaml:2: gates: 1 fields (expected: two that are equal)
                    gates: [{gate: g, image: same}]         | a gate compares images (expected: 'image' says how)
                    """)
    void whatCannotBeMeantIsRefusedWhereItStands(String line, String message) {
        assertThatThrownBy(() -> read("state_profile: p\n" + line + "\n" + CLASSES))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    [{class: d}]                             | class 'd' (expected: one of classes)
                    [{class: c, kind: value}]                | the last rule has conditions (expected: one for all that is left)
                    [{class: c}, {class: c}]                 | has no condition, so that the rules after it are dead
                    [{class: c, kind: values}, {class: c}]   | 'values' (expected: one of missing-file, manifest-hash-mismatch, type-mismatch
                    """)
    void everyDifferenceHasAClassAndEveryRuleAUse(String rules, String message) {
        assertThatThrownBy(() ->
                        read("state_profile: p\nclasses: [{name: c}]\nclassify: " + rules + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
