package dev.lockstep.server.run;

import dev.lockstep.proto.v1.HaltReason;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Decides how a run came out from what its comparisons have come to. */
final class Judge {
    private static final List<Verdict> WORST_FIRST =
            List.of(
                    Verdict.DIVERGED,
                    Verdict.INCOMPLETE,
                    Verdict.VACUOUS,
                    Verdict.RECOVERED,
                    Verdict.MATCH);

    private final RunSpec spec;
    private final Place reference;
    private final Comparisons comparisons;

    /**
     * Creates a judge.
     *
     * @param comparisons the run's own; none before it starts
     */
    Judge(RunSpec spec, Place reference, Comparisons comparisons) {
        this.spec = spec;
        this.reference = reference;
        this.comparisons = comparisons;
    }

    /** Returns whether there is nothing left to compare, or no reason to. */
    boolean isOver() {
        return !comparisons.anyOpen()
                || (spec.policy().stops()
                        && comparisons.all().stream().anyMatch(Comparison::diverged));
    }

    /** Returns the worst of what the subjects came to; INCOMPLETE when the run never started. */
    Verdict verdict() {
        return WORST_FIRST.stream()
                .filter(verdict -> comparisons.all().stream().anyMatch(c -> of(c) == verdict))
                .findFirst()
                .orElse(Verdict.INCOMPLETE);
    }

    /** Returns what a subject came to; null for a reference, and before the run starts. */
    @Nullable Verdict outcome(Place place) {
        Comparison comparison = comparisons.of(place);
        return comparison == null ? null : of(comparison);
    }

    /** Returns why engines are told to stop. */
    HaltReason haltReason() {
        if (verdict() == Verdict.DIVERGED) {
            return HaltReason.HALT_REASON_DIVERGED;
        }
        return isLimited() ? HaltReason.HALT_REASON_LIMIT : HaltReason.HALT_REASON_FINISHED;
    }

    /** Returns what to say if the run did not go on to its guests' own end. */
    Optional<String> earlyEnd() {
        if (comparisons.all().stream().anyMatch(Comparison::cutOff)) {
            return Optional.of(
                    "compared up to step %d, after which an engine had no more to tell; its guest did not end there"
                            .formatted(comparisons.limitedStep()));
        }
        if (isLimited()) {
            return Optional.of(
                    asksForStepLimit()
                            ? endOfWindow()
                            : "the limit of " + spec.stepLimit() + " steps was reached");
        }
        return reference.stoppedFromOutside()
                ? Optional.of("the guests were stopped before their end" + reference.exitText())
                : Optional.empty();
    }

    /** Names the step that was really come to: usually the end of a block, and so beyond. */
    private String endOfWindow() {
        long agreedStep = comparisons.limitedStep();
        String text =
                agreedStep < Objects.requireNonNull(spec.stepLimit())
                        ? "compared up to step %d only, not to step %d as asked: the engines have"
                                + " no common step from there on"
                        : "compared up to step %d, the end of the block that reaches step %d, as"
                                + " asked";
        return text.formatted(agreedStep, spec.stepLimit());
    }

    private Verdict of(Comparison comparison) {
        Verdict verdict = comparison.verdict();
        boolean toTheEnd = verdict == Verdict.MATCH || verdict == Verdict.RECOVERED;
        boolean cutShort =
                comparison.limited()
                        ? !asksForStepLimit() || comparison.cutOff()
                        : reference.stoppedFromOutside();
        return toTheEnd && cutShort ? Verdict.INCOMPLETE : verdict;
    }

    private boolean isLimited() {
        return comparisons.all().stream().anyMatch(Comparison::limited);
    }

    /** Returns whether the step limit is the end of the window, and not a bound of the run. */
    private boolean asksForStepLimit() {
        Long until = spec.window().untilStep();
        return until != null && until.equals(spec.stepLimit());
    }
}
