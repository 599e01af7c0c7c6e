package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

/**
 * The part of a run that is compared. It begins at the first boundary that both sides have once the
 * reference has come to {@code fromPc}, at or after {@code fromStep}.
 *
 * @param fromPc address at which it begins, null for any
 * @param fromStep step before which it does not begin, 0 for none
 * @param untilStep step at or after which it ends, at the end of a block; null for the guest's end
 * @param singly whether from {@code fromStep} on every instruction is compared by itself, as far as
 *     the engines can report them
 */
public record Window(
        @Nullable Long fromPc, long fromStep, @Nullable Long untilStep, boolean singly) {
    /** From the start of the guest to its end. */
    public static final Window ALL = new Window(null, 0, null);

    /** A part that is compared by blocks. */
    public Window(@Nullable Long fromPc, long fromStep, @Nullable Long untilStep) {
        this(fromPc, fromStep, untilStep, false);
    }

    public Window {
        if (fromStep < 0) {
            throw new IllegalArgumentException("fromStep: " + fromStep + " (expected: >= 0)");
        }
        if (untilStep != null && untilStep <= fromStep) {
            throw new IllegalArgumentException(
                    "untilStep: %d (expected: > %d, where the window begins)"
                            .formatted(untilStep, fromStep));
        }
    }

    /** Returns whether there is nothing before the window. */
    boolean isFromStart() {
        return fromPc == null && fromStep == 0;
    }

    /** Returns whether the window begins where the reference has a boundary. */
    boolean beginsAt(long step, long pc) {
        return step >= fromStep && (fromPc == null || fromPc == pc);
    }
}
