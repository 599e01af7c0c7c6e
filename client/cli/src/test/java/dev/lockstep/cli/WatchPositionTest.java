package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchPositionTest {
    private final WatchPosition.Converter converter = new WatchPosition.Converter();

    @Test
    void aNumberIsAPositionOfWhicheverServerIsThere() {
        assertThat(converter.convert("17")).isEqualTo(new WatchPosition("", 17));
        assertThat(converter.convert("0").isStart()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "0", "b3c1-04:17"})
    void whatIsShownCanBeGivenBack(String text) {
        assertThat(converter.convert(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", ":17", "a:b", "a:", "99999999999999999999"})
    void anythingElseIsAUsageError(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("'" + text + "' is not a position");
    }
}
