package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.PageFlags.STORE_FAST;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What was captured of guest memory, and which pages were touched since. While nothing ever was,
 * nothing is noticed. Confined to the engine's thread.
 */
final class MemoryCaptures implements AutoCloseable {
    private final byte[] flags;
    private final long base;
    private final int pageCount;
    private final long limitBytes;

    private @Nullable CapturedMemory last;

    /** Pages touched since the last capture. */
    private BitSet touched = new BitSet();

    /**
     * @param flags of the pages
     * @param base host address of the first page
     * @param limitBytes what copies of pages may take
     */
    MemoryCaptures(byte[] flags, long base, int pageCount, long limitBytes) {
        this.flags = flags;
        this.base = base;
        this.pageCount = pageCount;
        this.limitBytes = limitBytes;
    }

    /** Takes note that a page's content is about to change; its next store need not tell again. */
    void touch(int page) {
        if (last != null) {
            touched.set(page);
            last.keep(page);
        }
    }

    CapturedMemory capture() {
        if (last != null && last.isHeld()) {
            throw new CaptureException("what was captured last is still held (one at a time)");
        }
        KnownPages known = last == null ? KnownPages.none(pageCount) : last.knownAfter(touched);
        touched = new BitSet(pageCount);
        last =
                new CapturedMemory(
                        Arrays.copyOf(flags, pageCount),
                        base,
                        known,
                        new PageCopies((int) (limitBytes / PAGE_BYTES)));
        for (int page = 0; page < pageCount; page++) {
            flags[page] &= (byte) ~STORE_FAST;
        }
        return last;
    }

    @Override
    public void close() {
        if (last != null) {
            last.lose("the guest is gone");
        }
    }
}
