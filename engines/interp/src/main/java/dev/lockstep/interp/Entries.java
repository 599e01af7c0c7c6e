package dev.lockstep.interp;

import dev.lockstep.riscv.block.GuestBlock;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The entries by address, and those to forget when a page of code changes. */
final class Entries {
    private static final int MAX_ENTRIES = 1 << 17;
    private static final int RECENT_ENTRIES = 1 << 13;

    private final Map<Long, Entry> entries = new HashMap<>();
    private final NavigableMap<Long, Set<Entry>> byPage = new TreeMap<>();
    private final Entry[] recent = new Entry[RECENT_ENTRIES];

    Entries() {
        Arrays.fill(recent, new Entry(-1));
    }

    /**
     * Returns the entry of an address, the same as long as there are not too many.
     *
     * <p>Hot path: runs at every jump to a register.
     */
    Entry at(long pc) {
        Entry entry = recent[slot(pc)];
        return entry.pc == pc ? entry : find(pc);
    }

    private Entry find(long pc) {
        Entry entry = entries.computeIfAbsent(pc, Entry::new);
        recent[slot(pc)] = entry;
        return entry;
    }

    private static int slot(long pc) {
        return (int) (pc >>> 1) & RECENT_ENTRIES - 1;
    }

    /**
     * Full, forgets everything. Entries from before then have no code and never will: look them up
     * anew.
     */
    void limit() {
        if (entries.size() >= MAX_ENTRIES) {
            entries.values().forEach(Entry::forget);
            entries.clear();
            byPage.clear();
            Arrays.fill(recent, new Entry(-1));
        }
    }

    /** Has {@code entry} forgotten when the code of {@code block} changes. */
    void watch(Entry entry, GuestBlock block) {
        long last = page(Math.max(block.end() - 1, block.pc()));
        for (long page = page(block.pc()); page <= last; page++) {
            byPage.computeIfAbsent(page, number -> newSet()).add(entry);
        }
    }

    private static Set<Entry> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Forgets what has code in the pages of {@code [address, address + length)}. */
    void invalidate(long address, long length) {
        // Guest memory ends far below the sign bit, so that signed order is the order of addresses.
        Map<Long, Set<Entry>> pages =
                byPage.subMap(page(address), true, page(address + length - 1), true);
        pages.values().stream().flatMap(Collection::stream).forEach(Entry::forget);
        pages.clear();
    }

    private static long page(long address) {
        return address / GuestMemory.PAGE_BYTES;
    }
}
