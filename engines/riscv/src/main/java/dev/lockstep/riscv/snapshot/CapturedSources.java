package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.memory.PageRows;
import dev.lockstep.riscv.memory.PageSource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What pages were filled from, as it was known when they were captured. Confined to one thread. */
public final class CapturedSources {
    private final PageSource program;
    private final List<PageRun<PageSource>> origins;
    private final SourceIndexes indexes;

    CapturedSources(PageSource program, List<PageRun<PageSource>> origins, SourceIndexes indexes) {
        this.program = program;
        this.origins = origins;
        this.indexes = indexes;
    }

    /**
     * Reads the sources and compares. A page counts as its source's if its content is what the
     * source has now, all 4096 bytes.
     *
     * @param pages what was captured
     */
    public SourcedPages compare(PageRows pages) {
        Comparison comparison = new Comparison(pages);
        indexes.of(program).ifPresent(comparison::place);
        origins.forEach(comparison::compare);
        return comparison.result();
    }

    private final class Comparison {
        private final PageRows pages;
        private final PageHash hash = new PageHash();
        private final byte[] buffer = new byte[PAGE_BYTES];

        /** With their places; the program has the first. */
        private final Map<SourceIndex, Integer> places = new LinkedHashMap<>();

        private final Map<PageSource, Optional<SourceIndex>> read = new LinkedHashMap<>();
        private final List<PageRun<Integer>> found = new ArrayList<>();

        Comparison(PageRows pages) {
            this.pages = pages;
        }

        int place(SourceIndex index) {
            return places.computeIfAbsent(index, _ -> places.size());
        }

        void compare(PageRun<PageSource> run) {
            read.computeIfAbsent(run.source(), indexes::of)
                    .ifPresent(index -> run.pages().forEach(page -> compare(page, index)));
        }

        private void compare(PageRun<PageSource> page, SourceIndex index) {
            int row = pages.indexOf(page.address());
            if (row >= 0 && index.hasAt(page.offset(), pages.hash(row), hash, buffer)) {
                found.add(
                        new PageRun<>(page.address(), PAGE_BYTES, 0, place(index), page.offset()));
            }
        }

        SourcedPages result() {
            List<PageRun<Integer>> runs = PageRun.joined(found);
            int told = Math.min(runs.size(), GuestSources.MAX_RUNS);
            return new SourcedPages(List.copyOf(places.keySet()), runs.subList(0, told));
        }
    }
}
