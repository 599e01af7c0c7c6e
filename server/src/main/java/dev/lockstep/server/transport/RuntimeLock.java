package dev.lockstep.server.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds a runtime directory for one coordinator, so that of two that start at once only one takes
 * the sockets. The kernel lets go of it when the holder dies. The file stays: removed, it could
 * still be locked by one who had opened it before, beside one who locks its successor.
 */
final class RuntimeLock implements AutoCloseable {
    static final String NAME = "coordinator.lock";

    /**
     * Files locked by this process. The kernel knows a lock's process only, and drops it when the
     * process closes any channel to the file; so a second one must not even be opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private RuntimeLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock of an existing directory; empty when another coordinator has it. */
    static Optional<RuntimeLock> tryTake(Path directory) throws IOException {
        Path file = directory.toRealPath().resolve(NAME);
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        Optional<RuntimeLock> lock = Optional.empty();
        try {
            lock = tryLock(file);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                HELD.remove(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(file);
    }

    private static Optional<RuntimeLock> tryLock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new RuntimeLock(file, channel));
    }
}
