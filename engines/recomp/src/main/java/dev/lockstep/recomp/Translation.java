package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.Collection;
import java.util.stream.LongStream;

/** Compiled code for the guest code at one address, in use until it is dropped. */
abstract class Translation {
    /** An odd address, where no code begins. */
    private static final long DROPPED = 1;

    /** Where the guest code begins, or {@link #DROPPED}: so that one comparison tells both. */
    long pc = DROPPED;

    private long place = DROPPED;

    private long[] pages = {};

    /** Says what this was made from; the first of the blocks is where it begins. */
    final void place(Collection<GuestBlock> blocks) {
        place = blocks.iterator().next().pc();
        pc = place;
        pages = blocks.stream().flatMapToLong(Translation::pagesOf).distinct().toArray();
    }

    private static LongStream pagesOf(GuestBlock block) {
        return LongStream.rangeClosed(
                page(block.pc()), page(Math.max(block.pc(), block.end() - 1)));
    }

    static long page(long address) {
        return Long.divideUnsigned(address, GuestMemory.PAGE_BYTES);
    }

    /** Returns the pages that hold the guest code. */
    final long[] pages() {
        return pages;
    }

    /** Returns whether this is still the translation of what begins at {@code address}. */
    final boolean isFor(long address) {
        return pc == address;
    }

    /** Returns the address of the code, in use or not. */
    final long place() {
        return place;
    }

    /** Returns whether the code is in use. */
    final boolean isInUse() {
        return pc != DROPPED;
    }

    /** Takes code back into use that was dropped. */
    final void revive() {
        pc = place;
    }

    /** Takes the code out of use, so that nobody finds it any more and it can be unloaded. */
    void drop() {
        pc = DROPPED;
    }
}
