package dev.lockstep.cli.evidence;

import dev.lockstep.proto.v1.Evidence;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * What kind of mistake a fault looks like. A table: the first row that fits is the class, so what
 * says more stands before what says less.
 */
public enum FaultClass {
    INPUT_MISMATCH("input mismatch", Case::isInput),
    X0_WRITTEN("x0 written", Case::writesX0),
    BRANCH_TAKEN("branch taken", it -> it.branches(true)),
    BRANCH_NOT_TAKEN("branch not taken", it -> it.branches(false)),
    WRONG_TARGET("wrong target", Case::goesElsewhere),
    WRONG_WIDTH_STORE("wrong width store", Case::storesAnotherWidth),
    EXTRA_STORE("extra store", Case::storesTooMuch),
    DROPPED_STORE("dropped store", Case::dropsStore),
    FLAG_ONLY("flag only", Case::isOnlyFlags),
    NAN_PAYLOAD("NaN payload", Case::isOtherNan),
    ROUNDING_MODE("rounding mode", Case::isRoundedOtherwise),
    SIGN_EXTENSION("sign extension", Case::lacksSign),
    ZERO_EXTENSION("zero extension", Case::lacksZeros),
    WRONG_SHIFT_MASK("wrong shift mask", Case::masksShiftWrongly),
    SWAPPED_OPERANDS("swapped operands", Case::swapsOperands),
    SKIPPED_INSTRUCTION("skipped instruction", Case::isSkipped),
    STALE_REGISTER("stale register", Case::isStale),
    TRUNCATION("truncation to 32 bits", Case::isTruncatedWrongly),
    OFF_BY_ONE("off by one", Case::isOffByOne),
    OTHER("other", it -> true);

    private final String text;
    private final Predicate<Case> fits;

    FaultClass(String text, Predicate<Case> fits) {
        this.text = text;
        this.fits = fits;
    }

    /** Returns the name for people and reports. */
    public String text() {
        return text;
    }

    /**
     * Returns the class of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FaultClass of(String text) {
        return Arrays.stream(values())
                .filter(it -> it.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("class: " + text));
    }

    /**
     * Returns the class of a fault.
     *
     * @param comparedField what the comparison found to differ
     */
    static FaultClass of(String comparedField, Evidence evidence) {
        return of(new Case(comparedField, evidence));
    }

    static FaultClass of(Case fault) {
        return Arrays.stream(values()).filter(it -> it.fits.test(fault)).findFirst().orElseThrow();
    }
}
