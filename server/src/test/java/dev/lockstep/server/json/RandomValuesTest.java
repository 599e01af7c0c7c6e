package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** What holds for values by chance; a failure names the seed. */
class RandomValuesTest {
    private static final long FIRST_SEED = System.nanoTime();
    private static final int COUNT = 20_000;
    private static final int DEPTH = 4;

    @Test
    void otherSpellingsMeanTheSameAndHaveTheSameFingerprint() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
            RandomValues values = new RandomValues(seed);
            JsonValue value = values.value(DEPTH);
            JsonValue other = values.rewritten(value);
            assertThat(value.sameAs(other)).as("seed " + seed).isTrue();
            assertThat(Fingerprint.of(other)).as("seed " + seed).isEqualTo(Fingerprint.of(value));
        }
    }

    @Test
    void oneDifferenceIsSeenInEveryOrder() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
            RandomValues values = new RandomValues(seed);
            JsonValue value = values.value(DEPTH);
            JsonValue other = values.rewritten(values.changed(value));
            assertThat(value.sameAs(other)).as("seed " + seed).isFalse();
            assertThat(Fingerprint.of(other))
                    .as("seed " + seed)
                    .isNotEqualTo(Fingerprint.of(value));
        }
    }

    @Test
    void readsWhatItWrote() throws JsonSyntaxException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
            JsonValue value = new RandomValues(seed).value(DEPTH);
            assertThat(read(JsonText.compact(value))).as("seed " + seed).isEqualTo(value);
            assertThat(read(JsonText.sorted(value)).sameAs(value)).as("seed " + seed).isTrue();
        }
    }

    private static JsonValue read(String text) throws JsonSyntaxException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return JsonReader.read(utf8, 0, utf8.length);
    }
}
