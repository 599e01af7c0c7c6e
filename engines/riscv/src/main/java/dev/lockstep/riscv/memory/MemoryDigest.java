package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_SHIFT;
import static dev.lockstep.riscv.memory.MemoryWindow.BYTE;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;
import static dev.lockstep.riscv.memory.PageFlags.STORE_FAST;
import static dev.lockstep.riscv.memory.PageFlags.USED;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.protocol.Digest;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The memory half of docs/protocol.md, "State digests": a sum with a term for each page. On demand
 * it remembers the terms; the next digest then looks only at pages touched in between.
 */
final class MemoryDigest {
    private static final byte[] ZERO = new byte[PAGE_BYTES];

    private final byte[] flags;
    private final long base;
    private final byte[] content = new byte[PAGE_BYTES];

    /** By page; none while nothing is remembered. */
    private long[] terms = new long[0];

    private long sum;

    /** Pages touched since their term was computed. */
    private final BitSet stale = new BitSet();

    /**
     * @param flags of the pages
     * @param base host address of the first page
     */
    MemoryDigest(byte[] flags, long base) {
        this.flags = flags;
        this.base = base;
    }

    boolean remembers() {
        return terms.length != 0;
    }

    /** Takes note that a page's content changes; its next store need not tell again. */
    void touch(int page) {
        if (remembers()) {
            stale.set(page);
        }
    }

    /** Returns the digest of the first {@code pageCount} pages, and remembers nothing. */
    long computeOnce(int pageCount) {
        long total = 0;
        for (int page = 0; page < pageCount; page++) {
            total += term(page);
        }
        return total;
    }

    /** Returns the digest of the first {@code pageCount} pages; has later stores tell of it. */
    long compute(int pageCount) {
        if (!remembers()) {
            terms = new long[pageCount];
            stale.set(0, pageCount);
        }
        for (int page = stale.nextSetBit(0); page >= 0; page = stale.nextSetBit(page + 1)) {
            long term = term(page);
            sum += term - terms[page];
            terms[page] = term;
            flags[page] &= (byte) ~STORE_FAST;
        }
        stale.clear();
        return sum;
    }

    private long term(int page) {
        if ((flags[page] & USED) == 0) {
            return 0;
        }
        copyContent(page);
        return Arrays.equals(content, ZERO)
                ? 0
                : Digest.mix(hash()) * Digest.constant((long) page << PAGE_SHIFT, 0);
    }

    /** Returns XXH3-64 of what a page holds. */
    long hash(int page) {
        copyContent(page);
        return hash();
    }

    private void copyContent(int page) {
        long address = base + ((long) page << PAGE_SHIFT);
        MemorySegment.copy(HOST, BYTE, address, content, 0, PAGE_BYTES);
    }

    private long hash() {
        return Hashing.xxh3_64().hashBytesToLong(content);
    }
}
