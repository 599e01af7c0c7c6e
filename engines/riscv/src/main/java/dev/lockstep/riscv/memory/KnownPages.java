package dev.lockstep.riscv.memory;

import java.util.BitSet;

/**
 * What is known of pages before they are looked at.
 *
 * @param rows what an earlier capture had
 * @param touched pages that may hold something else since; never changed again
 */
record KnownPages(PageRows rows, BitSet touched) {
    /** Returns that nothing is known. */
    static KnownPages none(int pageCount) {
        BitSet all = new BitSet(pageCount);
        all.set(0, pageCount);
        return new KnownPages(PageRows.NONE, all);
    }

    KnownPages butFor(BitSet since) {
        BitSet all = (BitSet) touched.clone();
        all.or(since);
        return new KnownPages(rows, all);
    }

    /** Returns whether a page was not touched. */
    boolean has(int page) {
        return !touched.get(page);
    }

    /** Copies the row of a page that was not touched; without one it held, and holds, zeros. */
    void copyRow(long address, PageRows.Builder to) {
        int row = rows.indexOf(address);
        if (row >= 0) {
            to.add(rows, row);
        }
    }
}
