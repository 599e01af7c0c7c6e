package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The path of a Unix socket: makes room for it, and takes it away when nobody listens there. */
final class SocketFile {
    /** What the kernel takes, without the terminating zero. */
    static final int MAX_PATH_BYTES = 107;

    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    private SocketFile() {}

    /** Says so if the kernel would not take the path. */
    static void checkLength(Path socket) {
        int length = socket.toString().getBytes(Charset.defaultCharset()).length;
        if (length > MAX_PATH_BYTES) {
            throw new ConfigException(
                    "socket path %s: %d bytes (expected: at most %d; use a shorter directory)"
                            .formatted(socket, length, MAX_PATH_BYTES));
        }
    }

    /** Makes room for a socket, or says why there is none. */
    static void free(Path socket) throws IOException {
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS) && !isSocket(socket)) {
            throw new ConfigException(
                    socket + " is no socket; remove it or choose another directory");
        }
        if (!removeIfDead(socket)) {
            throw inUse(socket);
        }
    }

    /** Returns what to throw when another coordinator is there. */
    static ConfigException inUse(Path path) {
        return new ConfigException(
                "another coordinator listens at "
                        + path
                        + "; stop it or choose another runtime directory");
    }

    /** Returns what to throw when nobody can listen there. */
    static ConfigException cannotListen(Path socket, Throwable cause) {
        return new ConfigException("cannot listen at " + socket + ": " + cause.getMessage(), cause);
    }

    /** Lets nobody but this user connect. */
    static void makePrivate(Path socket) {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw cannotListen(socket, e);
        }
    }

    /** Removes a socket of our own. */
    static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", socket, e.toString());
        }
    }

    /**
     * Removes a socket that nobody listens on; leaves everything else alone. Returns whether the
     * path is free.
     */
    static boolean removeIfDead(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (!isSocket(socket) || answers(socket)) {
            return false;
        }
        Files.deleteIfExists(socket);
        return true;
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    /** Only a refusal proves that the file outlived the one who listened. */
    private static boolean answers(Path socket) throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
