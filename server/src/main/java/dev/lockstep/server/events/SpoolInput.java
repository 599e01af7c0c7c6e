package dev.lockstep.server.events;

import dev.lockstep.server.run.ConfigException;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Copies what is read to a temporary file, where it can be read again. The file has no name left
 * once it is open, so nothing of it outlives the process.
 */
final class SpoolInput extends FilterInputStream {
    private final Path directory;
    private final FileChannel spool;

    SpoolInput(InputStream in, Path directory, FileChannel spool) {
        super(in);
        this.directory = directory;
        this.spool = spool;
    }

    /**
     * Opens the temporary file.
     *
     * @throws ConfigException if the directory does not allow it
     */
    static SpoolInput open(InputStream in, Path directory) {
        try {
            FileChannel spool =
                    FileChannel.open(
                            directory.resolve("lockstep-" + UUID.randomUUID()),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
            return new SpoolInput(in, directory, spool);
        } catch (IOException e) {
            throw unusable(directory, e);
        }
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
            throw unusable(directory, e);
        }
    }

    private static ConfigException unusable(Path directory, IOException cause) {
        return new ConfigException(
                "cannot keep a log in temporary directory %s: %s; choose another with --temp-dir"
                        .formatted(directory, cause.getMessage()),
                cause);
    }

    @Override
    public void close() throws IOException {
        try (spool) {
            in.close();
        }
    }
}
