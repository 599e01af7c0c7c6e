package dev.lockstep.server.events;

import dev.lockstep.server.run.ConfigException;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** The bytes of a file or pipe as they are. Of a file no more than it had when it was opened. */
final class RawInput extends BulkInput {
    /** Opened by its name, a socket would be refused. */
    private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

    private final FileChannel channel;
    private final OptionalLong sizeBytes;
    private final long limit;
    private volatile long readBytes;

    private RawInput(FileChannel channel, OptionalLong sizeBytes) {
        this.channel = channel;
        this.sizeBytes = sizeBytes;
        this.limit = sizeBytes.orElse(Long.MAX_VALUE);
    }

    /**
     * Opens a file to be read; waits for the other end of a pipe that has a name.
     *
     * @throws ConfigException if it cannot be read
     */
    static RawInput open(Path file) {
        if (Files.isDirectory(file)) {
            throw new ConfigException(file + ": is a directory (expected: an event log)");
        }
        try {
            return Files.isRegularFile(file) ? regular(file) : stream(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file (expected: an event log)", e);
        } catch (AccessDeniedException e) {
            throw new ConfigException(file + ": permission denied (expected: to be readable)", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static ConfigException unreadable(Path file, IOException cause) {
        return new ConfigException(
                "%s: cannot be read: %s".formatted(file, cause.getMessage()), cause);
    }

    /** Reads a regular file that is open. */
    static RawInput of(FileChannel channel) throws IOException {
        return new RawInput(channel, OptionalLong.of(channel.size()));
    }

    private static RawInput regular(Path file) throws IOException {
        return of(FileChannel.open(file, StandardOpenOption.READ));
    }

    private static RawInput stream(Path file) throws IOException {
        FileChannel channel =
                file.equals(STANDARD_INPUT)
                        ? new FileInputStream(FileDescriptor.in).getChannel()
                        : FileChannel.open(file, StandardOpenOption.READ);
        return new RawInput(channel, OptionalLong.empty());
    }

    /** Returns the file, if it can be read at any place. */
    FileChannel channel() {
        return channel;
    }

    /** Returns the size of a regular file when it was opened. */
    OptionalLong sizeBytes() {
        return sizeBytes;
    }

    /** Returns how many bytes were read so far; call from any thread. */
    long readBytes() {
        return readBytes;
    }

    /** Returns how a text ended that was read to its end. */
    TextEnd end() throws IOException {
        if (sizeBytes.isPresent() && channel.size() > limit) {
            return new TextEnd.Grown(limit, channel.size());
        }
        return new TextEnd.Complete();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, limit - readBytes);
        if (wanted == 0) {
            return length == 0 ? 0 : -1;
        }
        int count = channel.read(ByteBuffer.wrap(buffer, offset, wanted));
        if (count > 0) {
            advance(count);
        } else if (sizeBytes.isPresent()) {
            throw BrokenTextException.cut(
                    "the file shrank from %,d to %,d bytes while it was read"
                            .formatted(limit, channel.size()));
        }
        return count;
    }

    /** Only the thread that reads writes it. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void advance(int count) {
        readBytes += count;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
