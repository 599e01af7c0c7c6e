package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.ClassRule;
import dev.lockstep.server.diff.state.StateProfile.DifferenceClass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The differences of two states, all of them counted, the first of them kept. */
final class Differences {
    /** Of more, only the number is known. */
    static final int MAX_KEPT = 100_000;

    private final StateProfile profile;
    private final List<StateDifference> kept = new ArrayList<>();
    private final Map<String, Map<String, Long>> countsByDocument = new LinkedHashMap<>();
    private long count;
    private boolean stop;

    Differences(StateProfile profile) {
        this.profile = profile;
    }

    void add(String document, StatePath path, DifferenceKind kind, Shown reference, Shown subject) {
        ClassRule rule = rule(document, path, kind);
        count++;
        stop |= rule.stop();
        countsByDocument
                .computeIfAbsent(document, _ -> new LinkedHashMap<>())
                .merge(rule.name(), 1L, Long::sum);
        if (kept.size() < MAX_KEPT) {
            kept.add(new StateDifference(document, path.text(), kind, rule, reference, subject));
        }
    }

    private ClassRule rule(String document, StatePath path, DifferenceKind kind) {
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
