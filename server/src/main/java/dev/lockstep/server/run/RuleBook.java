package dev.lockstep.server.run;

import dev.lockstep.proto.v1.TracedStep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules of a run's profile, and how often each was applied. */
final class RuleBook {
    private final Profile profile;
    private final long most;
    private final Map<Rule, Long> counts = new LinkedHashMap<>();

    /**
     * @param most differences to ignore
     */
    RuleBook(Profile profile, long most) {
        this.profile = profile;
        this.most = most;
        profile.rules().forEach(rule -> counts.put(rule, 0L));
    }

    /** Returns whether any rule says something about an instruction. */
    boolean isAbout(TracedStep step) {
        return counts.keySet().stream()
                .anyMatch(rule -> rule.isAbout(step.getPc(), step.getInstruction()));
    }

    /** Returns the first rule that covers all of a difference. */
    Optional<Rule> covering(StepDifference difference) {
        return counts.keySet().stream().filter(rule -> rule.covers(difference)).findFirst();
    }

    /** Returns whether one more difference would be too many. */
    boolean isFull() {
        return total() >= most;
    }

    /** Returns why the run cannot go on once it is full. */
    String overflow() {
        return "more than %d differences would be ignored; the profile %s hides too much to go on"
                .formatted(most, profile.name());
    }

    /** Counts a difference that is ignored. */
    void apply(Rule rule) {
        counts.merge(rule, 1L, Long::sum);
    }

    /** Returns how many differences are ignored. */
    private long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    List<RuleUse> uses() {
        return counts.entrySet().stream()
                .map(entry ->
                        new RuleUse(
                                entry.getKey().name(), entry.getKey().reason(), entry.getValue()))
                .toList();
    }

    /** Returns what people are to know of it. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        List<RuleUse> uses = uses();
        long used = uses.stream().filter(use -> use.count() > 0).count();
        if (used > 0) {
            notes.add(
                    "%s ignored by %s of profile %s"
                            .formatted(
                                    count(total(), "difference was", "differences were"),
                                    count(used, "rule", "rules"),
                                    profile.name()));
        }
        String idle =
                uses.stream()
                        .filter(use -> use.count() == 0)
                        .map(RuleUse::name)
                        .collect(Collectors.joining(", "));
        if (!idle.isEmpty()) {
            notes.add(
                    "warning: %s of profile %s never applied: %s"
                            .formatted(
                                    count(uses.size() - used, "rule", "rules"),
                                    profile.name(),
                                    idle));
        }
        return notes;
    }

    private static String count(long count, String one, String several) {
        return count + " " + (count == 1 ? one : several);
    }
}
