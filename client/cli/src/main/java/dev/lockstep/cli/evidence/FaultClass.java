package dev.lockstep.cli.evidence;

import java.util.Arrays;

/** What kind of mistake a fault looks like. {@link Classification} says when. */
public enum FaultClass {
    INPUT_MISMATCH("input mismatch"),
    X0_WRITTEN("x0 written"),
    BRANCH_TAKEN("branch taken"),
    BRANCH_NOT_TAKEN("branch not taken"),
    WRONG_TARGET("wrong target"),
    WRONG_WIDTH_STORE("wrong width store"),
    EXTRA_STORE("extra store"),
    DROPPED_STORE("dropped store"),
    FLAG_ONLY("flag only"),
    NAN_PAYLOAD("NaN payload"),
    ROUNDING_MODE("rounding mode"),
    SIGN_EXTENSION("sign extension"),
    ZERO_EXTENSION("zero extension"),
    WRONG_SHIFT_MASK("wrong shift mask"),
    SWAPPED_OPERANDS("swapped operands"),
    SKIPPED_INSTRUCTION("skipped instruction"),
    STALE_REGISTER("stale register"),
    TRUNCATION("truncation to 32 bits"),
    OFF_BY_ONE("off by one"),
    OTHER("other");

    private final String text;

    FaultClass(String text) {
        this.text = text;
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
}
