package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.server.files.TemporaryFile;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What a client sends, in a temporary file without a name. */
final class SpooledBytes implements AutoCloseable {
    /** Of one message. */
    static final int MAX_CHUNK_BYTES = 1 << 20;

    private final Path directory;
    private final FileChannel file;

    private SpooledBytes(Path directory, FileChannel file) {
        this.directory = directory;
        this.file = file;
    }

    static SpooledBytes in(Path directory) {
        return new SpooledBytes(directory, TemporaryFile.in(directory));
    }

    /** Adds what comes next. */
    void add(ByteString chunk) throws IOException {
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

    /** Returns how much has come. */
    long size() throws IOException {
        return file.position();
    }

    /** Returns a part of what has come. */
    byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            // In pieces: the channel holds each of them a second time, outside the heap.
            int piece = Math.min(MAX_CHUNK_BYTES, length - at);
            int count = file.read(ByteBuffer.wrap(bytes, at, piece), offset + at);
            if (count < 0) {
                throw new EOFException("a temporary file in %s was cut".formatted(directory));
            }
            at += count;
        }
        return bytes;
    }

    /** Returns the file, which closes with this. */
    FileChannel file() {
        return file;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
