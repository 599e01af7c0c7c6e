package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;
import java.util.regex.Pattern;

/** Which kinds of events are meant. */
class KindPatternTest {
    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, ab, false",
        "a*, a, true",
        "*a, banana, true",
        "*.call, kernel.call, true",
        "*.call, kernel.calls, false",
        "k*l.*all, kernel.call, true",
        "a*a, a, false",
        "a*a, aa, true",
        "*, '', true",
        "a.c, abc, false",
        "a*, 'a\n', true",
    })
    void aStarStandsForAnyCharactersAndNothingElseDoes(String pattern, String kind, boolean meant) {
        assertThat(new KindPattern(pattern).matches(kind)).isEqualTo(meant);
    }

    @Test
    void aPatternMeansWhatTheExpressionWouldMean() {
        Random chance = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            String pattern = text(chance, "ab*", 1);
            String kind = text(chance, "ab", 0);
            assertThat(new KindPattern(pattern).matches(kind))
                    .as("%s, %s", pattern, kind)
                    .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), kind));
        }
    }

    private static String text(Random chance, String letters, int shortest) {
        StringBuilder text = new StringBuilder();
        for (int i = shortest + chance.nextInt(8); i > 0; i--) {
            text.append(letters.charAt(chance.nextInt(letters.length())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "*, a*b*, true",
        "a*, a*b, true",
        "a*b, a*, false",
        "*a*, b*a, true",
        "a, a, true",
        "a**, a*, true",
        "a*, a**, true",
        "a*c, a*b*c, true",
        "a*b*c, a*c, false",
    })
    void onePatternCoversAnotherIfItMeansAllThatTheOtherMeans(
            String pattern, String other, boolean covers) {
        assertThat(new KindPattern(pattern).covers(new KindPattern(other))).isEqualTo(covers);
    }

    @Test
    @Timeout(5)
    void manyStarsTakeNoTime() {
        KindPattern stars = new KindPattern("*a".repeat(63) + "*b");
        assertThat(stars.matches("a".repeat(10_000))).isFalse();
        assertThat(stars.matches("a".repeat(10_000) + "b")).isTrue();
        assertThat(stars.covers(new KindPattern("a".repeat(128)))).isFalse();
    }
}
