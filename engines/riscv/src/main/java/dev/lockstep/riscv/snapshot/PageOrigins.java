package dev.lockstep.riscv.snapshot;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each page was filled from last.
 *
 * @param <S> how sources are told apart
 */
final class PageOrigins<S> {
    /** Disjoint, by address. */
    private final TreeMap<Long, PageRun<S>> runs = new TreeMap<>();

    /** Takes note of pages, whatever they came from before. */
    void put(PageRun<S> run) {
        remove(run.address(), run.lengthBytes());
        runs.put(run.address(), run);
    }

    /** Forgets whole pages. */
    void remove(long address, long lengthBytes) {
        long end = address + lengthBytes;
        Map.Entry<Long, PageRun<S>> before = runs.lowerEntry(address);
        if (before != null && before.getValue().end() > address) {
            cut(before.getValue(), address, end);
        }
        for (PageRun<S> run : List.copyOf(runs.subMap(address, end).values())) {
            cut(run, address, end);
        }
    }

    private void cut(PageRun<S> run, long start, long end) {
        runs.remove(run.address());
        if (run.address() < start) {
            runs.put(run.address(), run.part(run.address(), start));
        }
        if (run.end() > end) {
            runs.put(end, run.part(end, run.end()));
        }
    }

    void clear() {
        runs.clear();
    }

    /** Returns how many runs it takes to tell all. */
    int count() {
        return runs.size();
    }

    /** Returns all, disjoint and ascending. */
    List<PageRun<S>> runs() {
        return List.copyOf(runs.values());
    }
}
