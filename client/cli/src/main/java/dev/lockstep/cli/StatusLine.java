package dev.lockstep.cli;

import java.io.PrintStream;

/**
 * A screen, such as standard error: passes bytes through and, on a terminal, keeps one line of
 * status that gives way to them. Thread-safe.
 */
final class StatusLine {
    /*
     * The line ends at the right margin, wherever that is, so that what the guest prints on the same
     * terminal stays readable: far to the right, which stops there, and back by the length. Without
     * autowrap, what is longer than the terminal is wide is cut instead of scrolling it.
     */
    private static final String RIGHT_MARGIN = "\r\033[999C";
    private static final String DRAW = "\033[?7l\033[2m";
    private static final String DRAWN = "\033[0m\033[?7h\r";
    private static final String CLEAR = "\r\033[K";

    private final PrintStream out;
    private final boolean interactive;

    /** Characters drawn at the right margin, 0 for none. */
    private int drawn;

    StatusLine(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    boolean interactive() {
        return interactive;
    }

    synchronized void show(String status) {
        if (interactive) {
            // What is left of a longer one is drawn over.
            String text = " ".repeat(Math.max(0, drawn - status.length())) + status;
            drawn = text.length();
            String back = drawn > 1 ? "\033[%dD".formatted(drawn - 1) : "";
            out.print(RIGHT_MARGIN + back + DRAW + text + DRAWN);
            out.flush();
        }
    }

    synchronized void clear() {
        if (drawn > 0) {
            out.print(CLEAR);
            out.flush();
            drawn = 0;
        }
    }

    synchronized void write(byte[] bytes, int length) {
        clear();
        out.write(bytes, 0, length);
        out.flush();
    }

    synchronized void print(String text) {
        clear();
        out.print(text);
        out.flush();
    }
}
