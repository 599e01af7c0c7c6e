package dev.lockstep.cli.diff;

import dev.lockstep.cli.text.Paper;
import dev.lockstep.server.diff.state.StateDiffResult;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * What is told of a comparison of two states.
 *
 * @param result what it came to
 * @param exitCode with which the command ends
 * @param elapsedMs how long it took
 * @param peakRssBytes memory of the process, at most
 */
public record StateDiffAccount(
        StateDiffResult result, int exitCode, long elapsedMs, long peakRssBytes)
        implements DiffAccount {
    @Override
    public Paper paper() {
        return StateDiffPaper.full(this);
    }

    @Override
    public Map<String, @Nullable Object> document() {
        return StateDiffDocument.of(this);
    }
}
