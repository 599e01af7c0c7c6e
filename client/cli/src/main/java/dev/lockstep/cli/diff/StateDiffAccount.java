package dev.lockstep.cli.diff;

import dev.lockstep.server.diff.state.StateDiffResult;

/**
 * What is told of a comparison of two states.
 *
 * @param result what it came to
 * @param exitCode with which the command ends
 * @param elapsedMs how long it took
 */
public record StateDiffAccount(StateDiffResult result, int exitCode, long elapsedMs) {}
