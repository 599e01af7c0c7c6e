package dev.lockstep.server.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run has to say to the people who read its report. What strangers cause and what the
 * engines cause have a bound each, so that neither crowds out why the run ended, or what was not
 * compared.
 */
final class Notes {
    private final Set<String> texts = new LinkedHashSet<>();
    private int strangers;
    private int engines;
    private int leftOut;

    /** Adds what concerns the whole run; there is little of it, and it is always kept. */
    void add(String text) {
        texts.add(Excerpt.ofText(text));
    }

    /** Adds what concerns one engine. */
    void addOfEngine(String text) {
        if (engines < Bounds.ENGINE_NOTES) {
            engines++;
            add(text);
        } else {
            leftOut++;
        }
    }

    /** Adds what a connection has caused that got no place. */
    void addOfStranger(String text) {
        if (strangers < Bounds.STRANGER_NOTES) {
            strangers++;
            add(text);
        } else {
            leftOut++;
        }
    }

    /** Returns all of them, in the order in which they came. */
    List<String> list() {
        List<String> all = new ArrayList<>(texts);
        if (leftOut > 0) {
            all.add("%d more notes like these were left out".formatted(leftOut));
        }
        return all;
    }
}
