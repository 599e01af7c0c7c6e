package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.snapshot.PagedMemory.DIRTY;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Knows which pages of a memory were filled from a source. Whoever fills them says so; a page that
 * is written afterwards is dirty, and its origin counts no more. Numbers are unsigned.
 */
final class PageTracker {
    private final SnapshotProfile profile;
    private final DataSource source;
    private final PagedMemory memory;
    private PageOrigins<Integer> origins = new PageOrigins<>();

    PageTracker(SnapshotProfile profile, DataSource source, PagedMemory memory) {
        this.profile = profile;
        this.source = source;
        this.memory = memory;
    }

    private boolean checks() {
        return profile == SnapshotProfile.CHECKED;
    }

    /**
     * Takes note that memory was filled from a source: of the whole pages of the range alone, and
     * when checked, of those that have the same as the source.
     */
    void track(long start, long length, int id, long offset) {
        if (checks() && length != 0) {
            PageSpan.of(start, length);
        }
        // Unchecked, a range near 2^64 goes on at page 0.
        long pad = -start & (PAGE_BYTES - 1);
        if (Long.compareUnsigned(length, pad) >= 0) {
            long end = pad + Long.divideUnsigned(length - pad, PAGE_BYTES) * PAGE_BYTES;
            for (long done = pad; done != end; done += PAGE_BYTES) {
                trackPage(start + done, id, offset + done);
            }
        }
    }

    private void trackPage(long address, int id, long offset) {
        long page = Long.divideUnsigned(address, PAGE_BYTES);
        if (!checks() || hasContent(page, id, offset)) {
            memory.clearFlags(page, DIRTY);
            origins.put(new PageRun<>(address, PAGE_BYTES, memory.flags(page), id, offset));
        }
    }

    private boolean hasContent(long page, int id, long offset) {
        byte[] content = memory.load(page * PAGE_BYTES, PAGE_BYTES);
        return source.load(id, offset, PAGE_BYTES)
                .filter(data -> Arrays.equals(data.bytes(), content))
                .isPresent();
    }

    /** Takes note that the pages of a range, partial ones too, have no source. */
    void untrack(long start, long length) {
        if (length != 0) {
            PageSpan span = PageSpan.of(start, length);
            for (long page = span.first(); page <= span.last(); page++) {
                memory.setFlags(page, DIRTY);
                origins.remove(page * PAGE_BYTES, PAGE_BYTES);
            }
        }
    }

    /** How many bytes were stored, and how many there are from the offset on. */
    record Stored(long length, long fullLength) {}

    /**
     * Fills memory from a source. If a later step fails, what was written is dirty.
     *
     * @param length 0 for all from the offset on
     * @param sizeAddress where the full length goes, 8 bytes, before anything else
     */
    Stored store(long address, int id, long offset, long length, long sizeAddress) {
        DataSource.Data data = source.loadOrThrow(id, offset, length);
        memory.store(sizeAddress, littleEndian(data.fullLength()));
        untrack(address, data.bytes().length);
        memory.store(address, data.bytes());
        track(address, data.bytes().length, id, offset);
        return new Stored(data.bytes().length, data.fullLength());
    }

    private static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    /**
     * Takes note of where the pages of a program came from; after it was loaded, and before it is
     * executed.
     *
     * @param offset of the program in its source
     */
    void markProgram(List<LoadingAction> actions, int id, long offset) {
        for (LoadingAction action : actions) {
            if (checks()) {
                action.check();
            }
            track(
                    action.address() + action.offsetFromAddress(),
                    action.filledBytes(),
                    id,
                    offset + action.sourceStart());
        }
    }

    /** Returns the pages that have what their source has, those of one run next to each other. */
    List<PageRun<Integer>> sourcedPages() {
        return origins.runs().stream()
                .flatMap(run -> run.pages().stream())
                .filter(page -> (flagsNow(page) & DIRTY) == 0)
                .map(page -> checks() ? page.withFlags(flagsNow(page)) : page)
                .toList();
    }

    private int flagsNow(PageRun<Integer> page) {
        return memory.flags(page.address() / PAGE_BYTES);
    }

    /** Forgets all; if what is done then fails, nothing. */
    void retrack(Runnable tracking) {
        PageOrigins<Integer> before = origins;
        origins = new PageOrigins<>();
        try {
            tracking.run();
        } catch (SnapshotException e) {
            origins = before;
            throw e;
        }
    }

    void forgetAll() {
        origins = new PageOrigins<>();
    }
}
