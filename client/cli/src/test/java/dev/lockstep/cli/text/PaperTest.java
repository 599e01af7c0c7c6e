package dev.lockstep.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class PaperTest {
    @Test
    void nothingThatATerminalObeysGoesToOne() {
        String wild = "\u001b[2J\u0007\u009b";
        String text =
                new Paper("MATCH", "a" + wild)
                        .heading("b" + wild)
                        .paragraph("c" + wild)
                        .table(List.of(List.of("d"), List.of("e" + wild + "\nf")))
                        .listing("g" + wild + "\nh")
                        .text();
        String shown = "\\x1b[2J\\x07\\x9b";
        assertThat(text)
                .isEqualTo(
                        """
                        MATCH  a%s

                        b%1$s

                        c%1$s

                          d
                          e%1$s\\nf

                          g%1$s
                          h
                        """
                                .formatted(shown));
    }
}
