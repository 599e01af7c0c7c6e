package dev.lockstep.server.events;

/** How the text of a log ended. */
public sealed interface TextEnd {
    /** Where its file ended; all was read. */
    record Complete() implements TextEnd {}

    /** The file grew while it was read, from one size in bytes to another; the rest was left. */
    record Grown(long sizeBytes, long newSizeBytes) implements TextEnd {}

    /**
     * The text stops too early: its archive lacks the end, or its file shrank. Every line before
     * was given out whole.
     *
     * @param line the number of the line that is missing or has no end
     * @param offset how many bytes of text there are
     */
    record Cut(String reason, long line, long offset) implements TextEnd {}

    /** The archive is damaged from here on; see {@link Cut}. */
    record Damaged(String reason, long line, long offset) implements TextEnd {}
}
