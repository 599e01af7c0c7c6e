package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_SHIFT;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;
import static dev.lockstep.riscv.memory.PageFlags.KEPT;
import static dev.lockstep.riscv.memory.PageFlags.STATE;
import static dev.lockstep.riscv.memory.PageFlags.STORE_FAST;
import static dev.lockstep.riscv.memory.PageFlags.USED;
import static dev.lockstep.riscv.memory.PageFlags.WATCHED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What guest memory was at earlier moments, its marks.
 *
 * <p>A page is kept as it is when it is touched for the first time since the newest mark. So what
 * it was at a mark is the first that was kept of it since then, or, if there is none, what it is.
 */
final class PageJournal implements AutoCloseable {
    // What is counted of the memory that holds something, beside the copies of pages; generous,
    // since arrays grow in leaps.
    private static final int ENTRY_BYTES = 32;
    private static final int INTERVAL_BYTES = 256;

    private static final MemorySegment ZERO_PAGE = MemorySegment.ofArray(new byte[PAGE_BYTES]);

    /** Stands for the copy of a page that was never used. */
    private static final int ZEROS = -1;

    private final byte[] flags;
    private final long base;
    private final long limitBytes;
    private final PageCopies copies;

    /** From the oldest mark on; the last one goes on to the present. */
    private final ArrayDeque<Interval> intervals = new ArrayDeque<>();

    private long lastMark;
    private long heldBytes;

    /**
     * @param flags of the pages
     * @param base host address of the first page
     * @param limitBytes how much memory is held at most; beyond, the oldest marks are forgotten
     */
    PageJournal(byte[] flags, long base, long limitBytes) {
        this.flags = flags;
        this.base = base;
        this.limitBytes = limitBytes;
        copies = new PageCopies((int) (limitBytes / PAGE_BYTES));
    }

    /** The pages touched between a mark and the next one, as they were at the mark. */
    private static final class Interval {
        private static final int FIRST_CAPACITY = 16;

        private final long mark;
        private int count;
        private int[] pages = new int[FIRST_CAPACITY];
        private int[] copies = new int[FIRST_CAPACITY];
        private byte[] states = new byte[FIRST_CAPACITY];

        Interval(long mark) {
            this.mark = mark;
        }

        void add(int page, int copy, byte state) {
            if (count == pages.length) {
                pages = Arrays.copyOf(pages, 2 * count);
                copies = Arrays.copyOf(copies, 2 * count);
                states = Arrays.copyOf(states, 2 * count);
            }
            pages[count] = page;
            copies[count] = copy;
            states[count++] = state;
        }
    }

    /** Takes something that was kept of a page. */
    @FunctionalInterface
    private interface KeptPage {
        void accept(int page, int copy, byte state);
    }

    /** Returns whether there is a mark. */
    boolean isKeeping() {
        return !intervals.isEmpty();
    }

    /** Returns whether what is kept since the newest mark takes a quarter of all there may be. */
    boolean isFilling() {
        return isKeeping() && intervals.getLast().count > limitBytes / PAGE_BYTES / 4;
    }

    boolean isReachable(long mark) {
        return intervals.stream().anyMatch(interval -> interval.mark == mark);
    }

    /** Sets a mark; returns its number. */
    long mark(int pageCount) {
        if (intervals.isEmpty()) {
            for (int page = 0; page < pageCount; page++) {
                forgetKept(page);
            }
        } else {
            Interval newest = intervals.getLast();
            for (int i = 0; i < newest.count; i++) {
                forgetKept(newest.pages[i]);
            }
        }
        begin(++lastMark);
        keepInsideLimit();
        return lastMark;
    }

    private void forgetKept(int page) {
        flags[page] &= (byte) ~(KEPT | STORE_FAST);
    }

    private void begin(long mark) {
        intervals.addLast(new Interval(mark));
        heldBytes += INTERVAL_BYTES;
    }

    /** Keeps a page as it is, if it is touched for the first time since the newest mark. */
    void keep(int page) {
        if ((flags[page] & KEPT) == 0) {
            if (isKeeping()) {
                add(page);
            }
            flags[page] |= (byte) KEPT;
        }
    }

    private void add(int page) {
        boolean isUsed = (flags[page] & USED) != 0;
        heldBytes += ENTRY_BYTES + (isUsed ? PAGE_BYTES : 0);
        keepInsideLimit();
        if (isKeeping()) {
            int copy = isUsed ? copies.copy(hostAddress(page)) : ZEROS;
            intervals.getLast().add(page, copy, (byte) (flags[page] & STATE));
        } else {
            heldBytes = 0;
        }
    }

    private void keepInsideLimit() {
        while (heldBytes > limitBytes && isKeeping()) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        release(intervals.removeFirst());
    }

    private void release(Interval interval) {
        for (int i = 0; i < interval.count; i++) {
            heldBytes -= ENTRY_BYTES;
            if (interval.copies[i] != ZEROS) {
                heldBytes -= PAGE_BYTES;
                copies.giveBack(interval.copies[i]);
            }
        }
        heldBytes -= INTERVAL_BYTES;
    }

    /** Forgets the marks before {@code mark}. */
    void forgetBefore(long mark) {
        while (isKeeping() && intervals.getFirst().mark < mark) {
            forgetOldest();
        }
    }

    /**
     * Makes all pages what they were at a mark, and forgets all later ones.
     *
     * @param changing is told of pages that are about to change by this
     */
    void goBackTo(long mark, IntConsumer changing) {
        forEachSince(mark, (page, copy, state) -> restore(page, copy, state, changing));
        while (intervals.getLast().mark > mark) {
            release(intervals.removeLast());
        }
        release(intervals.removeLast());
        begin(mark);
    }

    private void restore(int page, int copy, byte state, IntConsumer changing) {
        boolean hasOtherContent = !hasContent(page, copy);
        if (hasOtherContent || ((flags[page] ^ state) & STATE) != 0) {
            changing.accept(page);
        }
        if (hasOtherContent && copy == ZEROS) {
            HOST.asSlice(hostAddress(page), PAGE_BYTES).fill((byte) 0);
        } else if (hasOtherContent) {
            copies.restore(copy, hostAddress(page));
        }
        flags[page] = (byte) (state | (flags[page] & WATCHED));
    }

    private boolean hasContent(int page, int copy) {
        return copy == ZEROS ? isZero(page) : copies.isEqual(copy, hostAddress(page));
    }

    private boolean isZero(int page) {
        return (flags[page] & USED) == 0
                || HOST.asSlice(hostAddress(page), PAGE_BYTES).mismatch(ZERO_PAGE) < 0;
    }

    /** Returns the pages that hold something else than at a mark. */
    BitSet changedSince(long mark) {
        BitSet changed = new BitSet();
        forEachSince(mark, (page, copy, _) -> changed.set(page, !hasContent(page, copy)));
        return changed;
    }

    /** Calls {@code action} once for each page touched since a mark, with what it was then. */
    private void forEachSince(long mark, KeptPage action) {
        if (!isReachable(mark)) {
            throw new IllegalArgumentException("mark: " + mark + " (expected: one in reach)");
        }
        BitSet seen = new BitSet();
        List<Interval> since = new ArrayList<>(intervals);
        since.removeIf(interval -> interval.mark < mark);
        for (Interval interval : since) {
            for (int i = 0; i < interval.count; i++) {
                int page = interval.pages[i];
                if (!seen.get(page)) {
                    seen.set(page);
                    action.accept(page, interval.copies[i], interval.states[i]);
                }
            }
        }
    }

    private long hostAddress(int page) {
        return base + ((long) page << PAGE_SHIFT);
    }

    @Override
    public void close() {
        intervals.clear();
        copies.close();
    }
}
