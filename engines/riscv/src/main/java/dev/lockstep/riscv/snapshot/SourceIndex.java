package dev.lockstep.riscv.snapshot;

import static dev.lockstep.protocol.Protocol.PAGE_HASH_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Source;
import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.memory.PageSource;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a source was when it was read.
 *
 * @param version of the source
 * @param sha256 of all of it
 * @param pageHashes SHA-256 of its pages, 32 bytes each; the last one is filled up with zeros
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record SourceIndex(
        PageSource source, Object version, long lengthBytes, byte[] sha256, byte[] pageHashes) {
    /** Larger files are no sources: to read them would take too long. */
    static final long MAX_BYTES = 1 << 30;

    /** Reads a source; nothing if it cannot be read, is too large, or changes meanwhile. */
    static Optional<SourceIndex> of(PageSource source) {
        Object version = source.version();
        long length = source.lengthBytes();
        if (length > MAX_BYTES) {
            return Optional.empty();
        }
        MessageDigest whole = PageHash.sha256();
        PageHash hash = new PageHash();
        byte[] page = new byte[PAGE_BYTES];
        byte[] hashes = new byte[pageCount(length) * PAGE_HASH_BYTES];
        for (int i = 0; i < pageCount(length); i++) {
            long offset = (long) i * PAGE_BYTES;
            if (!source.read(offset, page)) {
                return Optional.empty();
            }
            hash.put(page, hashes, i * PAGE_HASH_BYTES);
            whole.update(page, 0, (int) Math.min(PAGE_BYTES, length - offset));
        }
        return source.version().equals(version)
                ? Optional.of(new SourceIndex(source, version, length, whole.digest(), hashes))
                : Optional.empty();
    }

    private static int pageCount(long length) {
        return (int) ((length + PAGE_BYTES - 1) / PAGE_BYTES);
    }

    int pageCount() {
        return pageCount(lengthBytes);
    }

    boolean isCurrent() {
        return source.version().equals(version);
    }

    byte[] pageHash(int page) {
        int place = page * PAGE_HASH_BYTES;
        return Arrays.copyOfRange(pageHashes, place, place + PAGE_HASH_BYTES);
    }

    /** Returns whether 4096 bytes at any offset, all of them inside, have a hash. */
    boolean hasAt(long offset, byte[] wanted, PageHash hash, byte[] buffer) {
        if (offset < 0 || offset > lengthBytes - PAGE_BYTES) {
            return false;
        }
        if (offset % PAGE_BYTES == 0) {
            int place = (int) (offset / PAGE_BYTES) * PAGE_HASH_BYTES;
            return Arrays.equals(
                    pageHashes, place, place + PAGE_HASH_BYTES, wanted, 0, PAGE_HASH_BYTES);
        }
        return source.read(offset, buffer) && Arrays.equals(hash.of(buffer), wanted);
    }

    Source message() {
        return Source.newBuilder()
                .setSha256(ByteString.copyFrom(sha256))
                .setLengthBytes(lengthBytes)
                .setName(source.name())
                .build();
    }
}
