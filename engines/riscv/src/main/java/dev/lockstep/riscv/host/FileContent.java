package dev.lockstep.riscv.host;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.StateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file held at some time.
 *
 * @param sha256 of all of it, in hexadecimal
 */
public record FileContent(long sizeBytes, String sha256) {
    /** To begin from. */
    public static final FileContent BLANK = new FileContent(0, "");

    private static final int HASH_BYTES = 32;
    private static final int SLICE_BYTES = 256 << 10;

    /** Of a hash so much is shown: enough to tell that it is another. */
    private static final int SHOWN_CHARACTERS = 16;

    /** Returns what comes for this. */
    public FileContent exchange(Fields fields) {
        long size = fields.number("size_bytes", sizeBytes, 0, Long.MAX_VALUE);
        byte[] hash = fields.data("sha256", HexFormat.of().parseHex(sha256));
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException(
                    "sha256: %d bytes (expected: 32)".formatted(hash.length));
        }
        return new FileContent(size, HexFormat.of().formatHex(hash));
    }

    /** Reads a file at any place, without moving its position. */
    @FunctionalInterface
    public interface Bytes {
        /** Fills a segment from {@code offset} on; returns how far, 0 at the end, or an error. */
        long read(MemorySegment segment, long offset);
    }

    /** Returns what is behind a descriptor of the host. */
    public static Bytes behind(HostKernel kernel, long descriptor) {
        return (segment, offset) ->
                kernel.call(
                        HostCall.PREAD64,
                        descriptor,
                        segment.address(),
                        segment.byteSize(),
                        offset);
    }

    /**
     * Reads a file.
     *
     * @param sizeBytes how much it holds
     * @param name what to call it in messages
     * @throws StateException if it cannot be read, or holds less
     * @throws InterruptedException if the thread was interrupted
     */
    public static FileContent read(Bytes bytes, long sizeBytes, String name)
            throws InterruptedException {
        MessageDigest digest = newDigest();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slice = arena.allocate(SLICE_BYTES);
            long at = 0;
            while (at < sizeBytes) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while " + name + " was read");
                }
                long count =
                        bytes.read(slice.asSlice(0, Math.min(SLICE_BYTES, sizeBytes - at)), at);
                if (count <= 0) {
                    throw new StateException(
                            "%s: %s at byte %d (expected: %d bytes)"
                                    .formatted(
                                            name,
                                            count == 0 ? "ends" : "error " + -count,
                                            at,
                                            sizeBytes));
                }
                digest.update(slice.asSlice(0, count).asByteBuffer());
                at += count;
            }
        }
        return new FileContent(sizeBytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns it for people: {@code 12 bytes with SHA-256 0123456789abcdef...}. */
    @Override
    public String toString() {
        return "%d bytes with SHA-256 %s..."
                .formatted(
                        sizeBytes,
                        sha256.substring(0, Math.min(sha256.length(), SHOWN_CHARACTERS)));
    }
}
