package dev.lockstep.server.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** With several subjects: who stands alone where they first differ. */
final class Quorum {
    /** One for each subject at most. */
    private final Map<Place, Divergence> firsts = new LinkedHashMap<>();

    /** What a subject reported, where it first differed from the reference. */
    private record Opinion(long step, String field, String value) {}

    /** Takes a difference as the comparison found it. */
    void differs(Place subject, Divergence divergence) {
        firsts.putIfAbsent(subject, divergence);
    }

    /** Forgets a difference that is ignored. */
    void ignore(Place subject, Divergence divergence) {
        firsts.remove(subject, divergence);
    }

    /** Returns what is to be said of it, if anything is. */
    List<String> notes(String reference, Comparisons comparisons) {
        Map<Opinion, List<Place>> sameOpinion =
                firsts.entrySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        entry -> opinion(entry.getValue()),
                                        LinkedHashMap::new,
                                        Collectors.mapping(
                                                Map.Entry::getKey, Collectors.toList())));
        List<String> notes = new ArrayList<>();
        sameOpinion.forEach((opinion, subjects) -> {
            if (subjects.size() > 1) {
                notes.add(
                        "the reference %s stands alone in its record from step %d on: %s agree with each other"
                                .formatted(reference, opinion.step, names(subjects)));
            } else if (othersAreEqual(subjects.getFirst(), opinion.step, comparisons)) {
                notes.add(
                        "%s stands alone in its record from step %d on: all others agree there"
                                .formatted(names(subjects), opinion.step));
            }
        });
        return notes;
    }

    private static Opinion opinion(Divergence divergence) {
        return new Opinion(divergence.step(), divergence.field(), divergence.subject());
    }

    /** Returns whether there are others, and all of them were compared beyond a step and equal. */
    private boolean othersAreEqual(Place alone, long step, Comparisons comparisons) {
        List<Place> others =
                comparisons.subjects().stream().filter(subject -> subject != alone).toList();
        return !others.isEmpty()
                && others.stream().allMatch(subject -> wasEqualAt(subject, step, comparisons));
    }

    private boolean wasEqualAt(Place subject, long step, Comparisons comparisons) {
        Divergence own = firsts.get(subject);
        return own == null ? comparisons.agreedStep(subject) > step : own.step() > step;
    }

    private static String names(List<Place> subjects) {
        List<String> names = subjects.stream().map(subject -> subject.spec().name()).toList();
        int last = names.size() - 1;
        return last == 0
                ? names.getFirst()
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }
}
