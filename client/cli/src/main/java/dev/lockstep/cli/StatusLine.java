package dev.lockstep.cli;

import java.io.PrintStream;

/**
 * Standard error: passes bytes through and, on a terminal, keeps one line of status that gives way
 * to them. Thread-safe.
 */
final class StatusLine {
    /** To the right, so that what the guest prints on the same terminal stays readable. */
    private static final String DRAW = "\r\033[40G\033[2m";

    private static final String DRAWN = "\033[0m\033[K\r";
    private static final String CLEAR = "\r\033[K";

    private final PrintStream out;
    private final boolean interactive;
    private boolean visible;

    StatusLine(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    boolean interactive() {
        return interactive;
    }

    synchronized void show(String status) {
        if (interactive) {
            out.print(DRAW + status + DRAWN);
            out.flush();
            visible = true;
        }
    }

    synchronized void clear() {
        if (visible) {
            out.print(CLEAR);
            out.flush();
            visible = false;
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
