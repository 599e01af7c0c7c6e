package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void whatAPeerWroteStaysOnOneLineAndCannotSteerATerminal() {
        assertThat(Excerpt.ofText("a\n\u001b[2J\u009b2Jb\u2028")).isEqualTo("a  [2J 2Jb ");
    }

    @Test
    void whatIsTooLongIsCutAndSaysSo() {
        assertThat(Excerpt.of("abcd", 4)).isEqualTo("abcd");
        assertThat(Excerpt.of("abcde", 4)).isEqualTo("abcd...");
    }
}
