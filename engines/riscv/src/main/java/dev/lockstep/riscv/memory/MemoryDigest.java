package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.MemoryWindow.BYTE;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.protocol.Digest;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The memory half of docs/protocol.md, "State digests". */
final class MemoryDigest {
    private static final byte[] ZERO = new byte[GuestMemory.PAGE_BYTES];

    private final byte[] flags;
    private final long base;
    private final byte[] content = new byte[GuestMemory.PAGE_BYTES];

    /**
     * @param flags of the pages
     * @param base host address of the first page
     */
    MemoryDigest(byte[] flags, long base) {
        this.flags = flags;
        this.base = base;
    }

    /** Returns the digest of the first {@code pageCount} pages. */
    long sum(int pageCount) {
        long sum = 0;
        for (int page = 0; page < pageCount; page++) {
            sum += term(page);
        }
        return sum;
    }

    private long term(int page) {
        if ((flags[page] & PageFlags.USED) == 0) {
            return 0;
        }
        long address = (long) page << GuestMemory.PAGE_SHIFT;
        MemorySegment.copy(HOST, BYTE, base + address, content, 0, content.length);
        return Arrays.equals(content, ZERO)
                ? 0
                : Digest.mix(Hashing.xxh3_64().hashBytesToLong(content))
                        * Digest.constant(address, 0);
    }
}
