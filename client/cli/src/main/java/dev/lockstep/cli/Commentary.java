package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.DivergenceText;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.Policy;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is told of a run while it goes on. The coordinator's thread brings it and must not wait for
 * a terminal, so another prints it. Thread-safe.
 */
final class Commentary {
    /** Pieces that wait to be printed. At it, further ones are left out and counted. */
    static final int CAPACITY_PIECES = Policy.MAX_DIVERGENCES;

    private final boolean tellsDivergences;
    private final GuestCode code;
    private final Deque<String> waiting = new ArrayDeque<>();
    private long leftOut;
    private boolean lineOpen;

    /**
     * Creates a commentary.
     *
     * @param tellsDivergences whether divergences are told, rather than counted at the end
     */
    Commentary(boolean tellsDivergences, GuestCode code) {
        this.tellsDivergences = tellsDivergences;
        this.code = code;
    }

    void diverged(Divergence divergence) {
        if (tellsDivergences) {
            said("difference: " + DivergenceText.line(divergence, code) + "\n");
        }
    }

    /** Adds text that has its own line ends. */
    synchronized void said(String text) {
        if (waiting.size() < CAPACITY_PIECES) {
            waiting.add(text);
        } else {
            leftOut++;
        }
    }

    /** Returns what was not printed yet. */
    synchronized String take() {
        StringBuilder text = new StringBuilder();
        waiting.forEach(text::append);
        waiting.clear();
        if (leftOut > 0) {
            text.append("note: %d messages came too fast to be shown%n".formatted(leftOut));
            leftOut = 0;
        }
        if (!text.isEmpty()) {
            lineOpen = text.charAt(text.length() - 1) != '\n';
        }
        return text.toString();
    }

    /** Returns the rest, which ends a line that was left open. */
    synchronized String takeLast() {
        String rest = take();
        return lineOpen ? rest + "\n" : rest;
    }
}
