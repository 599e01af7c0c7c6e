package dev.lockstep.server.events;

import dev.lockstep.server.run.ConfigException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The text of one log: its lines once in their order, and each of those given out again by its
 * place.
 */
public sealed interface LogText extends Closeable permits LogFile, KeptLog {
    /**
     * Opens a log; waits for the first bytes of a pipe.
     *
     * @param file plain or packed with gzip or zstd, or a pipe
     * @param temporaryDirectory where a copy is kept if the file can be read only once
     * @throws ConfigException if the file cannot be read, or the directory not be used
     */
    static LogText open(Path file, Path temporaryDirectory) {
        return LogFile.open(file, temporaryDirectory);
    }

    /**
     * Takes a log from a file that is open already, from its beginning.
     *
     * @param name as the user calls it
     * @param file closed with the log; who calls has to close it if there is none
     * @param temporaryDirectory where a copy is kept if the file is packed
     * @param maxTextBytes how long that copy may be; reading further is a {@link
     *     TextLimitException}
     * @throws ConfigException if the directory cannot be used
     * @throws IOException if the file cannot be read
     */
    static LogText of(String name, FileChannel file, Path temporaryDirectory, long maxTextBytes)
            throws IOException {
        return LogFile.of(name, file, temporaryDirectory, maxTextBytes);
    }

    /** Returns what the user calls it. */
    String name();

    /** Returns the size of a regular file, packed or not, when it was opened. */
    OptionalLong sizeBytes();

    /** Returns how many bytes of the file or pipe were read so far; call from any thread. */
    long readBytes();

    /** Returns the lines in their order: always the same ones, there is but one pass. */
    LogLines lines();

    /**
     * Returns the line that starts at {@code offset} of the text, without its end: a fresh array.
     * Only for lines that {@link #lines} gave out already. Reads the disk; call from any thread.
     */
    byte[] line(long offset) throws IOException;
}
