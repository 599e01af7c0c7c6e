package dev.lockstep.server.events;

import dev.lockstep.server.files.TemporaryFile;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Copies what is read to a temporary file, where it can be read again. */
final class SpoolInput extends FilterInputStream {
    private final Path directory;
    private final FileChannel spool;

    SpoolInput(InputStream in, Path directory, FileChannel spool) {
        super(in);
        this.directory = directory;
        this.spool = spool;
    }

    /** Returns the copy; what was read is there already. */
    FileChannel spool() {
        return spool;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
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
