package dev.lockstep.cli.diff;

import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.SideNames;

/**
 * What is told of a comparison of two event logs.
 *
 * @param result what it came to
 * @param names what the sides are called
 * @param exitCode with which the command ends
 * @param elapsedMs how long it took
 * @param peakRssBytes memory of the process, at most
 */
public record EventDiffAccount(
        EventDiffResult result, SideNames names, int exitCode, long elapsedMs, long peakRssBytes) {}
