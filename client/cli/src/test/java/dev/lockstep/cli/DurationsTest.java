package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

final class DurationsTest {
    private final Durations durations = new Durations();

    @Test
    void unitsAreThoseOfShellTools() {
        assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(durations.convert("60s")).isEqualTo(Duration.ofSeconds(60));
        assertThat(durations.convert("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(durations.convert("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(durations.convert("7")).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aYearIsTheLongest() {
        assertThat(durations.convert("8760h")).isEqualTo(Duration.ofDays(365));
        for (String text : List.of("8761h", "999999999h", "31536001s")) {
            assertThatThrownBy(() -> durations.convert(text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("'" + text + "' is too long (expected: at most 8760h, a year)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5s", "1d", "0", "0ms", "9999999999s"})
    void everythingElseIsNamed(String text) {
        assertThatThrownBy(() -> durations.convert(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("'" + text + "'");
    }
}
