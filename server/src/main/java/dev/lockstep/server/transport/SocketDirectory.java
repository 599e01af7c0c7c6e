package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The runtime directory of one coordinator: its sockets and the lock that makes them its own. */
public final class SocketDirectory implements AutoCloseable {
    /** Name of the socket that engines connect to. */
    public static final String ENGINE_SOCKET = "engine.sock";

    /** Name of the socket of the services. */
    public static final String CONTROL_SOCKET = "control.sock";

    /** How the names of sockets end at which plugins of QEMU are awaited. */
    private static final String PLUGIN_SOCKET = ".qemu.sock";

    private static final Logger LOG = LoggerFactory.getLogger(SocketDirectory.class);
    private static final List<String> SOCKETS = List.of(ENGINE_SOCKET, CONTROL_SOCKET);

    private static final String WAY_OUT = "choose another directory, or make it private: chmod 700";

    private final Path path;
    private final RuntimeLock lock;
    private final AtomicLong plugins = new AtomicLong();

    private SocketDirectory(Path path, RuntimeLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a directory, which is created with mode 0700 when missing, and frees it of what a dead
     * coordinator left.
     *
     * @throws ConfigException if it is in use, open to others, cannot be created, or a path in it
     *     would be too long
     */
    public static SocketDirectory claim(Path directory) {
        SOCKETS.forEach(name -> SocketFile.checkLength(directory.resolve(name)));
        PrivateDirectory.claim(directory, WAY_OUT);
        try {
            RuntimeLock lock =
                    RuntimeLock.tryTake(directory).orElseThrow(() -> SocketFile.inUse(directory));
            try {
                for (String name : SOCKETS) {
                    SocketFile.free(directory.resolve(name));
                }
            } catch (IOException | ConfigException e) {
                lock.close();
                throw e;
            }
            return new SocketDirectory(directory, lock);
        } catch (IOException e) {
            throw PrivateDirectory.unusable(directory, e, WAY_OUT);
        }
    }

    /**
     * Does {@code removal} while no coordinator can have the directory; nothing if one has it.
     * Whoever removes a directory that he did not claim must do it this way.
     */
    public static void removeUnlessClaimed(Path directory, Removal removal) throws IOException {
        Optional<RuntimeLock> lock = RuntimeLock.tryTake(directory);
        if (lock.isPresent()) {
            try (RuntimeLock _ = lock.get()) {
                removal.remove(directory);
            }
        }
    }

    /** Takes something of a directory away. */
    @FunctionalInterface
    public interface Removal {
        void remove(Path directory) throws IOException;
    }

    /** Removes the sockets that a dead coordinator left; leaves those of a living one alone. */
    public static void removeLeftovers(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                removeUnlessClaimed(directory, SocketDirectory::removeDead);
            }
        } catch (IOException e) {
            LOG.info("left alone {}: {}", directory, e.toString());
        }
    }

    /**
     * Returns the path of another socket for a plugin of QEMU, and makes room for it.
     *
     * @throws ConfigException if it is too long or taken
     */
    Path newPluginSocket() {
        Path socket = resolve(plugins.incrementAndGet() + PLUGIN_SOCKET);
        SocketFile.checkLength(socket);
        try {
            SocketFile.free(socket);
        } catch (IOException e) {
            throw SocketFile.cannotListen(socket, e);
        }
        return socket;
    }

    /** Returns the path of a socket. */
    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Gives the directory back; the sockets must be gone. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("cannot give back {}: {}", path, e.toString());
        }
    }

    private static void removeDead(Path directory) throws IOException {
        for (String name : SOCKETS) {
            SocketFile.removeIfDead(directory.resolve(name));
        }
        try (DirectoryStream<Path> plugins =
                Files.newDirectoryStream(directory, "*" + PLUGIN_SOCKET)) {
            for (Path socket : plugins) {
                SocketFile.removeIfDead(socket);
            }
        }
    }
}
