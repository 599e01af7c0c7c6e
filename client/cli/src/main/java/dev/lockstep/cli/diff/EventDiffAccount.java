package dev.lockstep.cli.diff;

import dev.lockstep.cli.text.Paper;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.SideNames;

import org.jspecify.annotations.Nullable;

import java.util.Map;

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
        EventDiffResult result, SideNames names, int exitCode, long elapsedMs, long peakRssBytes)
        implements DiffAccount {
    @Override
    public Paper paper() {
        return EventDiffPaper.full(this);
    }

    @Override
    public Map<String, @Nullable Object> document() {
        return EventDiffDocument.of(this);
    }
}
