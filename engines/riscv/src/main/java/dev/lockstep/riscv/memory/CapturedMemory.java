package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_SHIFT;
import static dev.lockstep.riscv.memory.MemoryWindow.BYTE;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;
import static dev.lockstep.riscv.memory.PageFlags.MAPPED;
import static dev.lockstep.riscv.memory.PageFlags.USED;

import dev.lockstep.proto.v1.MappedRange;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What guest memory was at one moment, for another thread than the engine's, while the guest goes
 * on.
 *
 * <p>At that moment nothing is copied but the flags. As long as this is held, a page is copied when
 * it is about to change for the first time; until then it is read where it is. A page that was not
 * touched since an earlier capture is not even read: its hash is known.
 *
 * <p>Confined to one thread at a time, but for {@link #release} and {@link #isHeld}, which any
 * thread may call. All but these throw {@link CaptureException} when this is no longer held.
 */
public final class CapturedMemory {
    private final byte[] states;
    private final long base;
    private final KnownPages known;

    /** What this object is about is read, copied and given up by who has this. */
    private final Object lock = new Object();

    // The copies and their numbers are guarded by the lock.
    private final PageCopies copies;

    /** By page: the number of its copy plus 1, or 0 while there is none. */
    private final int[] copyNumbers;

    private volatile boolean isHeld = true;
    private volatile String whyNot = "";
    private volatile @Nullable PageRows rows;

    /**
     * @param states flags of all pages
     * @param base host address of the first page
     * @param known of which pages nothing needs to be read
     * @param copies where pages are kept that change
     */
    CapturedMemory(byte[] states, long base, KnownPages known, PageCopies copies) {
        this.states = states;
        this.base = base;
        this.known = known;
        this.copies = copies;
        copyNumbers = new int[states.length];
    }

    /** Returns whether contents can still be had. */
    public boolean isHeld() {
        return isHeld;
    }

    /** Returns mapped memory: ascending, disjoint, neighbours with equal permissions joined. */
    public List<MappedRange> mappings() {
        List<MappedRange> ranges = new ArrayList<>();
        int start = 0;
        for (int page = 1; page <= states.length; page++) {
            if (page == states.length || mapping(page) != mapping(start)) {
                if ((states[start] & MAPPED) != 0) {
                    ranges.add(range(start, page));
                }
                start = page;
            }
        }
        return ranges;
    }

    private int mapping(int page) {
        return states[page] & PageFlags.MAPPING;
    }

    private MappedRange range(int start, int end) {
        return MappedRange.newBuilder()
                .setAddress(address(start))
                .setLengthBytes((long) (end - start) << PAGE_SHIFT)
                .setPermissions(PageFlags.permissionBits(states[start]))
                .build();
    }

    /** Returns the pages that hold other than zeros. The first call computes their hashes. */
    public PageRows pages() {
        PageRows computed = rows;
        if (computed == null) {
            computed = computeRows();
            rows = computed;
        }
        return computed;
    }

    private PageRows computeRows() {
        PageRows.Builder found = new PageRows.Builder(usedCount());
        PageHash hash = new PageHash();
        byte[] content = new byte[PAGE_BYTES];
        for (int page = 0; page < states.length; page++) {
            if (isUsed(page) && known.has(page)) {
                known.copyRow(address(page), found);
            } else if (isUsed(page)) {
                read(page, content);
                if (!PageHash.isZero(content)) {
                    found.add(address(page), hash.of(content));
                }
            }
        }
        return found.build();
    }

    private boolean isUsed(int page) {
        return (states[page] & USED) != 0;
    }

    private int usedCount() {
        return (int) IntStream.range(0, states.length).filter(this::isUsed).count();
    }

    /**
     * Returns the content that has a hash, 4096 bytes; a fresh array.
     *
     * @return empty if no page has that hash
     */
    public Optional<byte[]> content(byte[] hash) {
        int row = pages().indexOf(hash);
        return row < 0 ? Optional.empty() : Optional.of(content(pages().address(row)));
    }

    /** Returns what the page at an address held, 4096 bytes; a fresh array. */
    public byte[] content(long address) {
        byte[] content = new byte[PAGE_BYTES];
        read((int) (address >>> PAGE_SHIFT), content);
        return content;
    }

    private void read(int page, byte[] content) {
        synchronized (lock) {
            if (!isHeld) {
                throw new CaptureException("memory was captured, but is not held: " + whyNot);
            }
            if (!isUsed(page)) {
                Arrays.fill(content, (byte) 0);
                return;
            }
            long place = copyNumbers[page] == 0 ? place(page) : copies.place(copyNumbers[page] - 1);
            MemorySegment.copy(HOST, BYTE, place, content, 0, PAGE_BYTES);
        }
    }

    /** Ends keeping, and gives the memory of copies back; what is computed now is of no use. */
    public void release() {
        lose("released");
    }

    void lose(String why) {
        synchronized (lock) {
            if (isHeld) {
                whyNot = why;
                isHeld = false;
                copies.close();
            }
        }
    }

    /** Keeps a page that is about to change; the engine's thread. */
    void keep(int page) {
        // A number that is not 0 was written by this thread, so it is seen without the lock.
        if (isHeld && copyNumbers[page] == 0 && isUsed(page)) {
            synchronized (lock) {
                if (isHeld && copies.isFull()) {
                    lose("more than " + copies.limitBytes() + " bytes changed meanwhile");
                } else if (isHeld) {
                    copy(page);
                }
            }
        }
    }

    private void copy(int page) {
        try {
            copyNumbers[page] = copies.copy(place(page)) + 1;
        } catch (NoAddressSpaceException e) { // The guest can do without this.
            lose("there is no room for copies of pages: " + e.getMessage());
        }
    }

    /**
     * Returns what is known of pages now; the engine's thread.
     *
     * @param since pages touched since; not changed any more
     */
    KnownPages knownAfter(BitSet since) {
        PageRows computed = rows;
        return computed == null ? known.butFor(since) : new KnownPages(computed, since);
    }

    private static long address(int page) {
        return (long) page << PAGE_SHIFT;
    }

    private long place(int page) {
        return base + address(page);
    }
}
