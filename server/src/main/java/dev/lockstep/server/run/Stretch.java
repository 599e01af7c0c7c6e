package dev.lockstep.server.run;

/**
 * Where a difference must have come about, and what the two sides reported of it.
 *
 * @param agreedStep up to here all that is compared was equal
 * @param differingStep here they are known to differ
 */
record Stretch(long agreedStep, long differingStep, long referenceDigest, long subjectDigest) {}
