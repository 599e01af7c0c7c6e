package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.transport.PrivateDirectory;
import dev.lockstep.server.transport.SocketDirectory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;

/**
 * The place of one coordinator's sockets: a directory of mode 0700 that is locked while its owner
 * lives. What a killed owner left is removed by the next one.
 *
 * <pre>
 * BASE                 $XDG_RUNTIME_DIR/lockstep or /tmp/lockstep-UID
 *   .lock              held while directories are made or removed
 *   PID or serve       one per coordinator; other names if a server was told to live here
 *     .lock            held by its owner, unless that is such a server
 *     coordinator.lock held by its owner
 *     engine.sock
 *     control.sock
 * </pre>
 */
final class RuntimeDirectory implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String WAY_OUT =
            "remove it, or set XDG_RUNTIME_DIR to a private directory";

    private final Path path;
    private final FileChannel lock;

    private RuntimeDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Returns where this user's runtime directories stand. */
    static Path defaultBase(Map<String, String> environment) throws IOException {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return runtime.startsWith("/") && Files.isDirectory(Path.of(runtime))
                ? Path.of(runtime, "lockstep")
                : Path.of("/tmp", "lockstep-" + PrivateDirectory.userId());
    }

    /** Returns where the user's server has its sockets unless it is told otherwise. */
    static Path ofServer(Map<String, String> environment) throws IOException {
        return defaultBase(environment).resolve("serve");
    }

    /**
     * Removes what dead owners left under {@code base} and creates a directory for this process.
     *
     * @throws ConfigException if {@code base} is somebody else's
     */
    static RuntimeDirectory create(Path base) throws IOException {
        return createAt(base.resolve(Long.toString(ProcessHandle.current().pid())));
    }

    /**
     * Removes what dead owners left in the parent of {@code path} and creates {@code path}.
     *
     * @throws ConfigException if a living owner has it, or its parent is somebody else's
     */
    static RuntimeDirectory createAt(Path path) throws IOException {
        Path base = Objects.requireNonNull(path.getParent(), path::toString);
        PrivateDirectory.claim(base, WAY_OUT);
        try (FileChannel baseLock = open(base.resolve(LOCK));
                FileLock _ = baseLock.lock()) {
            removeStale(base);
            Files.createDirectory(path, PrivateDirectory.MODE);
            FileChannel lock = open(path.resolve(LOCK));
            lock.lock();
            return new RuntimeDirectory(path, lock);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(
                    "another coordinator lives in "
                            + path
                            + "; stop it or choose another runtime directory",
                    e);
        } catch (IOException e) {
            throw PrivateDirectory.unusable(path, e, WAY_OUT);
        }
    }

    /** Removes what dead owners left under {@code base}. */
    static void sweep(Path base) throws IOException {
        if (!Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        PrivateDirectory.claim(base, WAY_OUT);
        try (FileChannel baseLock = open(base.resolve(LOCK));
                FileLock _ = baseLock.lock()) {
            removeStale(base);
        } catch (IOException e) {
            throw PrivateDirectory.unusable(base, e, WAY_OUT);
        }
    }

    Path path() {
        return path;
    }

    /** Removes the directory and all in it. */
    @Override
    public void close() throws IOException {
        // Under the lock of the base, or one who sweeps could put a file into what is removed.
        try (FileChannel baseLock = open(path.resolveSibling(LOCK));
                FileLock _ = baseLock.lock();
                lock) {
            delete(path);
        }
    }

    private static void removeStale(Path base) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(base)) {
            for (Path child : children) {
                if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                    removeIfStale(child);
                }
            }
        }
    }

    private static void removeIfStale(Path directory) throws IOException {
        try (FileChannel lock = open(directory.resolve(LOCK));
                @Nullable FileLock held = lock.tryLock()) {
            if (held != null) {
                // A server that was told to live here holds the lock of coordinators only.
                SocketDirectory.removeUnlessClaimed(directory, RuntimeDirectory::delete);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                Files.deleteIfExists(child);
            }
        }
        Files.delete(directory);
    }

    private static FileChannel open(Path lock) throws IOException {
        return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
