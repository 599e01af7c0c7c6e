package dev.lockstep.server.run;

/** What a comparison is about: getting to its window, or comparing in one way or another. */
interface Stage {
    /** Does one thing that can be done with what has come; returns whether there was one. */
    boolean advance();

    /**
     * Returns the step from which on engines are to keep their past, in case it is looked at again.
     *
     * @param agreedStep the step up to which both sides were compared
     */
    default long keptStep(long agreedStep) {
        return agreedStep;
    }

    /** Takes note that both sides stand at the same step in the same state. */
    default void resynced() {}

    /** Takes note that what differed is not to count, and that the subject reports once more. */
    default void ignored() {}

    /** Takes note that the subject is gone without an end. */
    default void subjectGone() {}
}
