package dev.lockstep.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.List;

final class WordsTest {
    @Test
    void blanksSeparateAndQuotesHoldTogether() {
        assertThat(Words.split("  a 'b c'\td\"e 'f'\"g ")).containsExactly("a", "b c", "de 'f'g");
    }

    @Test
    void aBackslashTakesTheNextCharacterAsItIsButNotInSingleQuotes() {
        assertThat(Words.split("a\\ b \"\\\"\" 'c\\d'")).containsExactly("a b", "\"", "c\\d");
    }

    @Test
    void emptyQuotesAreAnEmptyWord() {
        assertThat(Words.split("''")).containsExactly("");
        assertThat(Words.split(" ")).isEmpty();
    }

    @Test
    void anOpenQuoteAndALastBackslashAreErrors() {
        assertThatThrownBy(() -> Words.split("a 'b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("opens a quote (')");
        assertThatThrownBy(() -> Words.split("a\\")).isInstanceOf(ConfigException.class);
    }

    @Test
    void joinedWordsSplitIntoTheSameWords() {
        List<String> words = List.of("run", "", "it's", "a b", "x=$y", "\\", "json:/tmp/a.json");
        assertThat(Words.split(Words.join(words))).isEqualTo(words);
    }
}
