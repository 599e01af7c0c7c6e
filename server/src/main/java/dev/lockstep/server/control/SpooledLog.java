package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.server.events.LogText;

import io.grpc.Status;

import java.io.IOException;
import java.nio.file.Path;

/** A log that a client sends, in a temporary file. */
final class SpooledLog implements AutoCloseable {
    /** As it is sent. */
    private static final long MAX_BYTES = 8L << 30;

    /** Of a packed one: a little of it may be very much text. */
    private static final long MAX_TEXT_BYTES = 16L << 30;

    private final SpooledBytes bytes;

    private SpooledLog(SpooledBytes bytes) {
        this.bytes = bytes;
    }

    static SpooledLog in(Path directory) {
        return new SpooledLog(SpooledBytes.in(directory));
    }

    /**
     * Adds what comes next.
     *
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED if the log is too long
     */
    void add(ByteString chunk) throws IOException {
        if (chunk.isEmpty() || chunk.size() > SpooledBytes.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "%d bytes of a log (expected: 1 to %d in a message)"
                            .formatted(chunk.size(), SpooledBytes.MAX_CHUNK_BYTES));
        }
        if (bytes.size() + chunk.size() > MAX_BYTES) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "a log of more than %d bytes (expected: at most that many); pack it, or compare files with 'lockstep diff events'"
                                    .formatted(MAX_BYTES))
                    .asRuntimeException();
        }
        bytes.add(chunk);
    }

    /** Returns the log, which is complete; closes with this, too. */
    LogText text(String name) throws IOException {
        return LogText.of(name, bytes.file(), bytes.directory(), MAX_TEXT_BYTES);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
