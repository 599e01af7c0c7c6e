package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class StatusLineTest {
    private static final int WIDTH = 80;
    private static final String LONG = "x".repeat(55) + "|";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final StatusLine line =
            new StatusLine(new PrintStream(written, true, StandardCharsets.UTF_8), true);

    /** One line of a terminal, as far as the status line uses it; fails where it would scroll. */
    private static final class Screen {
        private static final Pattern PIECE =
                Pattern.compile("\033\\[(\\??)(\\d*)([A-Za-z])|\r|[^\033\r]");

        private final StringBuilder cells = new StringBuilder(" ".repeat(WIDTH));
        private int column;
        private boolean wraps = true;

        Screen(String output) {
            Matcher pieces = PIECE.matcher(output);
            while (pieces.find()) {
                if (pieces.group().equals("\r")) {
                    column = 0;
                } else if (pieces.group(3) == null) {
                    print(pieces.group().charAt(0));
                } else {
                    control(pieces.group(3), pieces.group(2));
                }
            }
        }

        private void print(char letter) {
            assertThat(wraps && column == WIDTH).as("scrolls").isFalse();
            cells.setCharAt(Math.min(column, WIDTH - 1), letter);
            column++;
        }

        private void control(String name, String number) {
            switch (name) {
                case "C" -> column = Math.min(WIDTH - 1, column + Integer.parseInt(number));
                case "D" -> column = Math.max(0, column - Integer.parseInt(number));
                case "K" -> cells.replace(column, WIDTH, " ".repeat(WIDTH - column));
                case "l" -> wraps = false;
                case "h" -> wraps = true;
                case "m" -> {}
                default -> throw new AssertionError("control " + name);
            }
        }

        String text() {
            return cells.toString();
        }
    }

    @Test
    void theStatusEndsAtTheRightMargin() {
        line.show(LONG);
        assertThat(screen()).hasSize(WIDTH).endsWith(" " + LONG);
    }

    @Test
    void aShorterStatusTakesAllOfALongerOnesPlace() {
        line.show(LONG);
        line.show("short");
        assertThat(screen().strip()).isEqualTo("short");
        assertThat(screen()).endsWith("short");
    }

    @Test
    void aStatusThatIsTooLongIsCut() {
        line.show(LONG + LONG);
        assertThat(screen()).startsWith(LONG);
    }

    @Test
    void whatIsPrintedTakesItsPlace() {
        line.show(LONG);
        line.print("news");
        assertThat(screen().strip()).isEqualTo("news");
    }

    @Test
    void nothingIsDrawnWhereNobodyWatches() {
        StatusLine quiet =
                new StatusLine(new PrintStream(written, true, StandardCharsets.UTF_8), false);
        quiet.show(LONG);
        quiet.clear();
        assertThat(written.size()).isZero();
    }

    private String screen() {
        return new Screen(written.toString(StandardCharsets.UTF_8)).text();
    }
}
