package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Copies of pages, outside the Java heap, by number. What is given back is used again first, while
 * the host still has it at hand; so no more of the host's memory is taken than was ever in use.
 */
final class PageCopies implements AutoCloseable {
    private static final int FIRST_CAPACITY = 64;

    private final int limit;

    /** Host address of the first; none yet while there was none. */
    private long base;

    private boolean isReserved;

    /** How many numbers have ever been given. */
    private int givenCount;

    private int[] free = new int[FIRST_CAPACITY];
    private int freeCount;

    /**
     * @param limit how many there are at most
     */
    PageCopies(int limit) {
        this.limit = limit;
    }

    /**
     * Copies the page at a host address; returns the number of the copy, below the limit.
     *
     * @throws NoAddressSpaceException if the host has no room for copies; then there is none
     */
    int copy(long hostAddress) {
        if (!isReserved) {
            base = HostMapping.reserveLarge((long) limit * PAGE_BYTES);
            isReserved = true;
        }
        int number = freeCount > 0 ? free[--freeCount] : givenCount++;
        MemorySegment.copy(HOST, hostAddress, HOST, place(number), PAGE_BYTES);
        return number;
    }

    /** Writes a copy over the page at a host address. */
    void restore(int number, long hostAddress) {
        MemorySegment.copy(HOST, place(number), HOST, hostAddress, PAGE_BYTES);
    }

    /** Returns whether the page at a host address is as the copy. */
    boolean isEqual(int number, long hostAddress) {
        long end = place(number) + PAGE_BYTES;
        return MemorySegment.mismatch(
                        HOST, place(number), end, HOST, hostAddress, hostAddress + PAGE_BYTES)
                < 0;
    }

    void giveBack(int number) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = number;
    }

    /** Returns whether there are as many as there may be. */
    boolean isFull() {
        return freeCount == 0 && givenCount == limit;
    }

    long limitBytes() {
        return (long) limit * PAGE_BYTES;
    }

    /** Returns the host address of a copy. */
    long place(int number) {
        return base + (long) number * PAGE_BYTES;
    }

    @Override
    public void close() {
        if (isReserved) {
            isReserved = false;
            HostMapping.release(base, (long) limit * PAGE_BYTES);
        }
    }
}
