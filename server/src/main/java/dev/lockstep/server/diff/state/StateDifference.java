package dev.lockstep.server.diff.state;

import dev.lockstep.server.diff.state.StateProfile.ClassRule;

/**
 * One difference of two states.
 *
 * @param document in which
 * @param path of the value in it; {@code <file>} or {@code <manifest>} if it is about the whole
 * @param kind in what way they differ
 * @param rule which says its class
 * @param reference what the reference has there
 * @param subject what the subject has there
 */
public record StateDifference(
        String document,
        String path,
        DifferenceKind kind,
        ClassRule rule,
        Shown reference,
        Shown subject) {}
