package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

/**
 * Where mappings and the heap go, in the places qemu-user 7.2 gives them when its address space is
 * reserved (-R): mappings from the top down, each search starting where the last one ended.
 */
final class AddressSpace implements Portable {
    /** Returned by {@link #find} when there is no room. */
    static final long NO_ROOM = -1;

    static final long PAGE = GuestMemory.PAGE_BYTES;

    // Above any window, so that the first search starts at the top.
    private static final long INITIAL_START = 1L << 38;

    private final GuestMemory memory;
    private long nextStart = INITIAL_START;
    private long initialBreak;
    private long currentBreak;

    /** End of the pages the heap has ever had: it never gives any back. */
    private long heapEnd;

    AddressSpace(GuestMemory memory) {
        this.memory = memory;
    }

    @Override
    public void exchange(Fields fields) {
        nextStart = fields.bits("next_mapping", nextStart, -PAGE);
        initialBreak = fields.bits("heap_start", initialBreak, -PAGE);
        currentBreak = fields.number("brk", currentBreak, initialBreak, Long.MAX_VALUE);
        heapEnd = fields.number("heap_end", heapEnd, currentBreak, memory.sizeBytes());
    }

    static long pageUp(long address) {
        return (address + PAGE - 1) & -PAGE;
    }

    /**
     * Returns where {@code size} bytes (whole pages) fit.
     *
     * @param hint wanted address, or 0
     */
    long find(long hint, long size) {
        long start = (hint & -PAGE) == 0 ? nextStart : hint & -PAGE;
        long found = search(start, size);
        if (found != NO_ROOM && start == nextStart) {
            nextStart = found;
        }
        return found;
    }

    private long search(long start, long size) {
        long limit = memory.sizeBytes();
        if (Long.compareUnsigned(size, limit) > 0) {
            return NO_ROOM;
        }
        if (Long.compareUnsigned(start, limit - size) > 0) {
            return highestFree(limit, size);
        }
        long found = highestFree(start + size, size);
        return found != NO_ROOM ? found : highestFree(limit, size);
    }

    private long highestFree(long limit, long size) {
        long end = limit;
        // Page 0 is never given, so that a null pointer faults.
        for (long page = limit - PAGE; page > 0; page -= PAGE) {
            if (!memory.isFree(page, PAGE)) {
                end = page;
            } else if (page + size == end) {
                return page;
            }
        }
        return NO_ROOM;
    }

    /**
     * Maps {@code size} zero bytes (whole pages) where {@link #find} says; the address, or {@link
     * #NO_ROOM}.
     */
    long map(long hint, long size, Permissions permissions) {
        long address = find(hint, size);
        if (address != NO_ROOM) {
            memory.map(address, size, permissions);
        }
        return address;
    }

    /** Starts an empty heap behind {@code address}. */
    void startHeap(long address) {
        initialBreak = pageUp(address);
        currentBreak = initialBreak;
        heapEnd = initialBreak;
    }

    /** Returns the address at which the heap starts. */
    long heapStart() {
        return initialBreak;
    }

    /** Returns the end of the pages that the heap has. */
    long heapEnd() {
        return heapEnd;
    }

    /** Moves the end of the heap and returns where it is afterwards. */
    long setBreak(long wanted) {
        if (Long.compareUnsigned(wanted, initialBreak) < 0 || !reserveHeap(wanted)) {
            return currentBreak;
        }
        if (wanted > currentBreak) {
            memory.zero(currentBreak, wanted - currentBreak);
        }
        currentBreak = wanted;
        return currentBreak;
    }

    private boolean reserveHeap(long wanted) {
        if (Long.compareUnsigned(wanted, heapEnd) <= 0) {
            return true;
        }
        long size = pageUp(wanted) - heapEnd;
        if (size <= 0 || !memory.isFree(heapEnd, size)) {
            return false;
        }
        memory.map(heapEnd, size, Permissions.READ_WRITE);
        heapEnd += size;
        return true;
    }
}
