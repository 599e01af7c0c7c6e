package dev.lockstep.cli.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What it costs to bring bytes from one place to another, and nothing else.
 *
 * @param copySeconds for a copy in memory, both places of which were in use before
 * @param fileSeconds for a new file, until the disk has it
 */
record PlainTransfer(double copySeconds, double fileSeconds) {
    private static final long CHUNK_BYTES = 1 << 20;

    /** Bits of the golden ratio: words that differ. */
    private static final long STRIDE = 0x9e3779b97f4a7c15L;

    /**
     * Measures both.
     *
     * @param bytes a multiple of 1 MiB
     * @param directory on the disk that is to be measured
     */
    static PlainTransfer of(long bytes, Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(bytes);
            for (long i = 0; i < bytes; i += Long.BYTES) {
                from.set(ValueLayout.JAVA_LONG, i, i * STRIDE);
            }
            MemorySegment to = arena.allocate(bytes).copyFrom(from);
            long start = System.nanoTime();
            to.copyFrom(from);
            long copied = System.nanoTime();
            write(to, directory);
            long written = System.nanoTime();
            return new PlainTransfer((copied - start) / 1e9, (written - copied) / 1e9);
        }
    }

    private static void write(MemorySegment bytes, Path directory) throws IOException {
        Path file = directory.resolve("plain");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes.byteSize(); at += CHUNK_BYTES) {
                channel.write(bytes.asSlice(at, CHUNK_BYTES).asByteBuffer());
            }
            channel.force(true);
        }
        Files.delete(file);
    }
}
