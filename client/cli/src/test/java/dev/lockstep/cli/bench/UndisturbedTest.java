package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

final class UndisturbedTest {
    @Test
    void whatWasSpoiltIsMeasuredAgain() throws Exception {
        Iterator<Optional<String>> results =
                List.of(Optional.<String>empty(), Optional.of("12 ms"), Optional.of("13 ms"))
                        .iterator();

        assertThat(Undisturbed.measure("sieve", results::next)).isEqualTo("12 ms");
    }

    @Test
    void whatIsSpoiltEveryTimeIsGivenUp() {
        assertThatThrownBy(() -> Undisturbed.measure("sieve", Optional::empty))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sieve: 3 times")
                .hasMessageContaining("give more --units");
    }
}
