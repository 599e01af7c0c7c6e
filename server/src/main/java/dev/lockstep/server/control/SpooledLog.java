package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.server.events.LogText;
import dev.lockstep.server.files.TemporaryFile;

import io.grpc.Status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A log that a client sends, in a temporary file. */
final class SpooledLog implements AutoCloseable {
    /** As it is sent. */
    private static final long MAX_BYTES = 8L << 30;

    /** Of a packed one: a little of it may be very much text. */
    private static final long MAX_TEXT_BYTES = 16L << 30;

    private static final int MAX_CHUNK_BYTES = 1 << 20;

    private final Path directory;
    private final FileChannel file;

    private SpooledLog(Path directory, FileChannel file) {
        this.directory = directory;
        this.file = file;
    }

    static SpooledLog in(Path directory) {
        return new SpooledLog(directory, TemporaryFile.in(directory));
    }

    /**
     * Adds what comes next.
     *
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED if the log is too long
     */
    void add(ByteString chunk) throws IOException {
        if (chunk.isEmpty() || chunk.size() > MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "%d bytes of a log (expected: 1 to %d in a message)"
                            .formatted(chunk.size(), MAX_CHUNK_BYTES));
        }
        if (file.position() + chunk.size() > MAX_BYTES) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "a log of more than %d bytes (expected: at most that many); pack it, or compare files with 'lockstep diff events'"
                                    .formatted(MAX_BYTES))
                    .asRuntimeException();
        }
        try {
            for (ByteBuffer bytes : chunk.asReadOnlyByteBufferList()) {
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
        } catch (IOException e) {
            throw TemporaryFile.noRoom(directory, e);
        }
    }

    /** Returns the log, which is complete; closes with this, too. */
    LogText text(String name) throws IOException {
        return LogText.of(name, file, directory, MAX_TEXT_BYTES);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
