package dev.lockstep.cli.evidence;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command that repeats a run with what else it takes to be the same run. */
public final class Repetition {
    private static final String SUBJECT = "--subject";

    /** A bundle is made to be the same in every run. */
    private static final String BUNDLE = "--bundle";

    private static final String RECOMPILER = "recomp";

    /** Hot code is compiled at the same step in every run, so the same code goes wrong. */
    private static final List<String> DETERMINISTIC = List.of("--compile", "sync");

    private Repetition() {}

    /**
     * Returns the line to type, unless {@code command} started no run by itself.
     *
     * @param command the line that did
     */
    public static Optional<String> command(String command) {
        try {
            List<String> words = new ArrayList<>(Words.split(command));
            if (words.size() < 2 || !words.get(1).equals("run")) {
                return Optional.empty();
            }
            if (!words.contains(BUNDLE)) {
                makeDeterministic(words);
            }
            return Optional.of(Words.join(words));
        } catch (ConfigException e) {
            return Optional.empty(); // Not a line of ours.
        }
    }

    private static void makeDeterministic(List<String> words) {
        boolean hasSubject = false;
        for (int i = 2; i < words.size(); i++) {
            String option = words.get(i);
            hasSubject |= option.equals(SUBJECT) || option.startsWith(SUBJECT + "=");
            if (i > 2 && List.of(SUBJECT, "--reference").contains(words.get(i - 1))) {
                words.set(i, engine(option));
            }
        }
        if (!hasSubject) {
            words.addAll(2, List.of(SUBJECT, engine(RECOMPILER)));
        }
    }

    private static String engine(String text) {
        List<String> words = new ArrayList<>(Words.split(text));
        boolean isRecompiler =
                !words.isEmpty() && words.getFirst().matches("([\\w.-]+=)?" + RECOMPILER);
        if (!isRecompiler || words.contains(DETERMINISTIC.getFirst())) {
            return text;
        }
        words.addAll(DETERMINISTIC);
        return Words.join(words);
    }
}
