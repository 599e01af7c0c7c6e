package dev.lockstep.server.sqlite;

import dev.lockstep.server.run.ConfigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file that is locked for as long as its owner lives, however it dies. The file goes with the
 * lock.
 */
public final class OwnerLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLock.class);

    private static final String PREFIX_OF_THIS_PROCESS = ProcessHandle.current().pid() + "-";

    private final String name;
    private final Path file;
    private final FileChannel channel;

    private OwnerLock(String name, Path file, FileChannel channel) {
        this.name = name;
        this.file = file;
        this.channel = channel;
    }

    /** Takes a lock that nobody else has. */
    public static OwnerLock create(Path stateDirectory) {
        while (true) {
            Optional<OwnerLock> lock = tryCreate(stateDirectory);
            if (lock.isPresent()) {
                return lock.get();
            }
        }
    }

    /**
     * The file gets its name once it is locked: under that name, nobody ever finds it free while
     * this process lives. Empty when somebody took the unlocked file for one left behind.
     */
    private static Optional<OwnerLock> tryCreate(Path stateDirectory) {
        String name = PREFIX_OF_THIS_PROCESS + UUID.randomUUID();
        Path file = directory(stateDirectory).resolve(name);
        Path unlocked = file.resolveSibling(name + ".new");
        try {
            Files.createDirectories(directory(stateDirectory));
            FileChannel channel =
                    FileChannel.open(
                            unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                channel.lock();
                Files.move(unlocked, file, StandardCopyOption.ATOMIC_MOVE);
                return Optional.of(new OwnerLock(name, file, channel));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Returns the names of all locks but those of this process, whoever lives. */
    public static List<String> ofOtherProcesses(Path stateDirectory) {
        Path directory = directory(stateDirectory);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(PREFIX_OF_THIS_PROCESS))
                    .toList();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    /**
     * Takes over the lock of an owner that died, whose file may be gone; empty while it lives. Not
     * to be asked about a lock of this process: closing any channel of a file drops all locks this
     * process has on it.
     */
    public static Optional<OwnerLock> takeOver(Path stateDirectory, String name) {
        return take(stateDirectory, name, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Returns whether a lock was given up, or left behind by an owner that died. */
    public static boolean isFree(Path stateDirectory, Owner owner) {
        if (owner.isThisProcess()) {
            return !Files.exists(directory(stateDirectory).resolve(owner.lock()));
        }
        Optional<OwnerLock> taken = takeOver(stateDirectory, owner.lock());
        taken.ifPresent(OwnerLock::close);
        return taken.isPresent();
    }

    /** Removes the lock of an owner that died, if it is there and nobody else is about to. */
    public static void removeDead(Path stateDirectory, String name) {
        take(stateDirectory, name, StandardOpenOption.WRITE).ifPresent(OwnerLock::close);
    }

    private static Optional<OwnerLock> take(
            Path stateDirectory, String name, OpenOption... options) {
        Path file = directory(stateDirectory).resolve(name);
        try {
            Files.createDirectories(directory(stateDirectory));
            FileChannel channel = FileChannel.open(file, options);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new OwnerLock(name, file, channel));
            }
            channel.close();
            return Optional.empty();
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Returns what {@link #takeOver} finds it by. */
    public String name() {
        return name;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", file, e.toString());
        }
    }

    private static Path directory(Path stateDirectory) {
        return stateDirectory.resolve("locks");
    }

    private static ConfigException unusable(Path file, IOException cause) {
        return new ConfigException(
                "cannot lock %s: %s; choose another state directory".formatted(file, cause), cause);
    }
}
