package dev.lockstep.riscv.linux;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An open file description of the guest: shared by the descriptors that were duplicated from one.
 */
final class OpenFile {
    /** Access mode bits of the flags. */
    static final int ACCESS_MODE = 3;

    static final int WRITE_ONLY = 1;
    static final int READ_WRITE = 2;
    static final int APPEND = 02000;
    static final int NONBLOCK = 04000;

    private final Path path;
    private final @Nullable FileChannel channel;

    /** The same file for writing; another channel where Java has none for both directions. */
    private final @Nullable FileChannel writer;

    private final FileStatus statusAtOpen;
    private int flags;
    private int descriptors = 1;

    private OpenFile(
            Path path, @Nullable FileChannel channel, @Nullable FileChannel writer, int flags)
            throws IOException {
        this.path = path;
        this.channel = channel;
        this.writer = writer;
        this.flags = flags;
        statusAtOpen = FileStatus.of(path, true);
    }

    /**
     * Takes over one of the process's own standard streams. On a terminal each of them can be both
     * read and written.
     */
    static Optional<OpenFile> standard(int descriptor) {
        FileDescriptor stream =
                switch (descriptor) {
                    case 0 -> FileDescriptor.in;
                    case 1 -> FileDescriptor.out;
                    default -> FileDescriptor.err;
                };
        FileChannel reader = new FileInputStream(stream).getChannel();
        FileChannel writer = new FileOutputStream(stream).getChannel();
        Path path = Path.of("/proc/self/fd/" + descriptor);
        try {
            int flags = HostProcess.fileFlags(descriptor);
            return Optional.of(new OpenFile(path, reader, writer, flags));
        } catch (IOException e) {
            // The stream was closed before we were started; the guest finds it closed, too.
            return Optional.empty();
        }
    }

    static OpenFile of(Path path, FileChannel channel, int flags) throws IOException {
        return new OpenFile(path, channel, channel, flags);
    }

    static OpenFile directory(Path path, int flags) throws IOException {
        return new OpenFile(path, null, null, flags);
    }

    /** Returns the channel for all but writing, or nothing for a directory. */
    Optional<FileChannel> channel() {
        return Optional.ofNullable(channel);
    }

    /** Returns the channel for writing, or nothing for a directory. */
    Optional<FileChannel> writer() {
        return Optional.ofNullable(writer);
    }

    Path path() {
        return path;
    }

    int flags() {
        return flags;
    }

    void setFlags(int flags) {
        this.flags = flags;
    }

    boolean isReadable() {
        return (flags & ACCESS_MODE) != WRITE_ONLY;
    }

    boolean isWritable() {
        return (flags & ACCESS_MODE) != 0;
    }

    /** Returns whether what is written goes to the end; what is no file has none. */
    boolean appends() {
        return (flags & APPEND) != 0 && statusAtOpen.isRegular();
    }

    /** Returns whether reading or writing may wait for somebody else. */
    boolean mayBlock() {
        return !statusAtOpen.isRegular();
    }

    /**
     * Returns the present status; for a file that has lost its name, that of when it was opened.
     */
    FileStatus status() throws IOException {
        if (Files.exists(path)) {
            return FileStatus.of(path, true);
        }
        return channel == null ? statusAtOpen : statusAtOpen.withSize(channel.size());
    }

    OpenFile duplicate() {
        descriptors++;
        return this;
    }

    void closeDescriptor() throws IOException {
        descriptors--;
        if (descriptors == 0 && channel != null) {
            channel.close();
        }
    }
}
