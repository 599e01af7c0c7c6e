package dev.lockstep.cli.diff;

import dev.lockstep.cli.text.Paper;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** What is told of a comparison of what was recorded. */
public interface DiffAccount {
    /** Returns all of it, for people. */
    Paper paper();

    /** Returns all of it, for programs. Every key is always there. */
    Map<String, @Nullable Object> document();
}
