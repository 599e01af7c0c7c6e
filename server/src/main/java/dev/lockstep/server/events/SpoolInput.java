package dev.lockstep.server.events;

import dev.lockstep.server.files.TemporaryFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Copies what is read to a temporary file, where it can be read again. */
final class SpoolInput extends BulkInput {
    private final InputStream in;
    private final Path directory;
    private final FileChannel spool;
    private final long maxBytes;

    SpoolInput(InputStream in, Path directory, FileChannel spool, long maxBytes) {
        this.in = in;
        this.directory = directory;
        this.spool = spool;
        this.maxBytes = maxBytes;
    }

    /** Returns the copy; what was read is there already. */
    FileChannel spool() {
        return spool;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            write(ByteBuffer.wrap(buffer, offset, count));
        }
        return count;
    }

    private void write(ByteBuffer bytes) {
        try {
            if (spool.position() + bytes.remaining() > maxBytes) {
                throw new TextLimitException(
                        "an archive of more than %d bytes of text (expected: at most that many)"
                                .formatted(maxBytes));
            }
            while (bytes.hasRemaining()) {
                spool.write(bytes);
            }
        } catch (IOException e) {
            throw TemporaryFile.noRoom(directory, e);
        }
    }

    @Override
    public void close() throws IOException {
        try (spool) {
            in.close();
        }
    }
}
