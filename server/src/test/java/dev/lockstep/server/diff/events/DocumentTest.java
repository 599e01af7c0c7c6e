package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Every example of a rule in docs/event-diff.md does what it says, and only by its rule. */
class DocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/event-diff.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("```yaml\\n([^`]*)```\\n```\\n([^`]*)\\n=> ([^\\n]*)\\n```");
    private static final Pattern PROFILE = Pattern.compile("```yaml\\n(event_profile[^`]*)```");
    private static final String HEAD = "event_profile: example\n";

    @TempDir private Path directory;

    /**
     * An example.
     *
     * @param rules of a profile
     * @param events lines of a side, a kind and a payload
     * @param outcome a verdict, or what differs
     */
    record Example(String rules, List<String> events, String outcome) {
        List<String> log(Side side) {
            List<String> log = new ArrayList<>();
            for (String line : events) {
                String[] words = line.split(" +", 3);
                if (words[0].equals("both") || words[0].equals(SideNames.ROLES.of(side))) {
                    log.add(event(1, log.size(), words[1], words[2]));
                }
            }
            return log;
        }
    }

    static List<Example> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(DOCUMENT))
                .results()
                .map(it -> new Example(it.group(1), it.group(2).lines().toList(), it.group(3)))
                .toList();
    }

    private String outcome(Example example, String rules) throws Exception {
        EventDiffResult result =
                Verdicts.of(
                        example.log(Side.REFERENCE),
                        example.log(Side.SUBJECT),
                        Verdicts.profile(HEAD + rules),
                        directory);
        return result.firstDifferent()
                .flatMap(PairResult::first)
                .map(it -> it.difference().text("reference", "subject"))
                .orElse(result.verdict().name());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleComesOutAsItSaysAndOtherwiseWithoutItsRule(Example example) throws Exception {
        assertThat(outcome(example, example.rules)).isEqualTo(example.outcome);
        assertThat(outcome(example, "")).isNotEqualTo(example.outcome);
    }

    @Test
    void thereIsAnExampleOfEverySortOfRule() throws IOException {
        assertThat(String.join("\n", examples().stream().map(Example::rules).toList()))
                .contains(
                        "threads:",
                        "local:",
                        "counted:",
                        "ignore:",
                        "priorities:",
                        "rename:",
                        "identities:",
                        "recipe:",
                        "extra:",
                        "fold:",
                        "budget:");
    }

    @Test
    void theHeadOfAProfileIsOne() throws IOException {
        var heads = PROFILE.matcher(Files.readString(DOCUMENT)).results().toList();
        assertThat(heads).isNotEmpty();
        heads.forEach(it -> assertThat(Verdicts.profile(it.group(1)).name()).isNotEmpty());
    }
}
