package dev.lockstep.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTableTest {
    @Test
    void amountsAreAlignedToTheRightWhateverTheirUnit() {
        String table =
                new TextTable(" ")
                        .row("name", "wall", "rate")
                        .row("a", "1 min 06 s", "-")
                        .row("long one", "340 ms", "5.9 k")
                        .text();

        assertThat(table)
                .isEqualTo(
                        """
                         name            wall   rate
                         a         1 min 06 s      -
                         long one      340 ms  5.9 k
                        """);
    }

    @Test
    void aColumnWithWordsIsAlignedToTheLeft() {
        assertThat(new TextTable("").row("exit").row("exited 0").row("12").text())
                .isEqualTo("exit\nexited 0\n12\n");
    }
}
