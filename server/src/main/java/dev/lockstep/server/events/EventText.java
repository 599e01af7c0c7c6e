package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the text of one engine's event log: JSON Lines (docs/events.md). Not thread-safe, but of a
 * log that is still being written any number of readers may exist.
 */
public abstract sealed class EventText implements Closeable permits StoredText, FollowedText {
    /** Returns how many bytes of text can be read now: whole lines. */
    public abstract long length();

    /** Returns whether there will be no more. */
    public abstract boolean isComplete();

    /**
     * Returns why the text ends too early, for people; empty if it does not. Of a log that somebody
     * else still writes, it is that it has no end.
     */
    public abstract Optional<String> damage();

    /** Returns another reader of this log, to be closed on its own; it reads no disk before. */
    abstract EventText again();

    /**
     * Returns what can be read in one piece, whole lines up to its end.
     *
     * @param offset from which on
     * @return null if there is nothing now
     */
    abstract @Nullable Piece at(long offset) throws IOException;

    /**
     * Waits until there is text at {@code offset}.
     *
     * @return false if there will be none
     */
    abstract boolean await(long offset) throws IOException;

    /**
     * A part of the text.
     *
     * @param bytes not to be changed
     * @param from where in them it begins
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares pieces.
    record Piece(byte[] bytes, int from) {}

    /**
     * Returns one line, without its line feed.
     *
     * @param offset of its first byte in the text
     * @throws DamagedLogException if there is no such line, or not any more
     * @throws IOException if it cannot be read
     */
    public final byte[] line(long offset) throws IOException {
        Piece piece = at(offset);
        if (piece == null) {
            throw new DamagedLogException(
                    "event log: no line at byte %d (expected: one below %d)"
                            .formatted(offset, length()));
        }
        int end = piece.from();
        while (piece.bytes()[end] != '\n') {
            end++;
        }
        return Arrays.copyOfRange(piece.bytes(), piece.from(), end);
    }

    /**
     * Returns the text from {@code offset} on. Of a log that is still being written, reading waits
     * for what is to come, until the log is complete.
     */
    public final InputStream from(long offset) {
        return new TextStream(this, offset);
    }

    @Override
    public abstract void close() throws IOException;
}
