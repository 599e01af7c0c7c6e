package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

final class BeginningTest {
    @Test
    void whatComesAfterTheLimitIsTakenAndForgotten() {
        Beginning beginning = new Beginning(5);
        StatusLine screen = beginning.asScreen();
        screen.print("abc");
        assertThat(beginning.text()).isEqualTo("abc");
        byte[] more = "defgh".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 1000; i++) {
            screen.write(more, more.length);
        }
        assertThat(beginning.text()).isEqualTo("abcde");
    }
}
