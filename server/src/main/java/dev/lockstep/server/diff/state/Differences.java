package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.ClassRule;
import dev.lockstep.server.diff.state.StateProfile.DifferenceClass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The differences of two states, all of them counted, the first of them kept. */
final class Differences {
    /** Of a path: keys and names may be as long as a document. */
    static final int MAX_PATH_CHARACTERS = 4096;

    private final StateProfile profile;
    private final int most;
    private final List<StateDifference> kept = new ArrayList<>();
    private final Map<String, Map<String, Long>> countsByDocument = new LinkedHashMap<>();
    private long count;
    private boolean stop;

    /**
     * @param most how many are kept; of more, only the number is known
     */
    Differences(StateProfile profile, int most) {
        this.profile = profile;
        this.most = most;
    }

    void add(String document, StatePath path, DifferenceKind kind, Shown reference, Shown subject) {
        String text = path.text();
        ClassRule rule = rule(document, text, kind);
        count++;
        stop |= rule.stop();
        countsByDocument
                .computeIfAbsent(document, _ -> new LinkedHashMap<>())
                .merge(rule.name(), 1L, Long::sum);
        if (kept.size() < most) {
            kept.add(new StateDifference(document, cut(text), kind, rule, reference, subject));
        }
    }

    private static String cut(String path) {
        return path.length() <= MAX_PATH_CHARACTERS
                ? path
                : path.substring(0, MAX_PATH_CHARACTERS) + "...";
    }

    private ClassRule rule(String document, String path, DifferenceKind kind) {
        return profile.classification().stream()
                .filter(it -> it.fits(document, path, kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last rule fits everything"));
    }

    long count() {
        return count;
    }

    /** Returns how many there are in a document. */
    long count(String document) {
        return countsByDocument.getOrDefault(document, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Returns how many there are in a document of each class that has any. */
    Map<String, Long> counts(String document) {
        Map<String, Long> counts = new LinkedHashMap<>();
        Map<String, Long> all = countsByDocument.getOrDefault(document, Map.of());
        for (DifferenceClass one : profile.classes()) {
            Long number = all.get(one.name());
            if (number != null) {
                counts.put(one.name(), number);
            }
        }
        return counts;
    }

    /** Whether one of them makes all others meaningless. */
    boolean stop() {
        return stop;
    }

    List<StateDifference> kept() {
        return List.copyOf(kept);
    }
}
