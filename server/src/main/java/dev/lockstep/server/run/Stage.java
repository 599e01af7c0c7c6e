package dev.lockstep.server.run;

/** What a comparison is about: getting to its window, or comparing in one way or another. */
interface Stage {
    /** Does one thing that can be done with what has come; returns whether there was one. */
    boolean advance();

    /** Takes note that the subject is gone without an end. */
    default void subjectGone() {}
}
