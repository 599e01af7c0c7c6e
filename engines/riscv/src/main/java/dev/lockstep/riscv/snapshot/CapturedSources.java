package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import dev.lockstep.protocol.Protocol;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.memory.PageRows;
import dev.lockstep.riscv.memory.PageSource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
     * source has now, all 4096 bytes. Sources that are too large, or too large together, are left
     * out.
     *
     * @param pages what was captured
     * @throws StateException if the program would be left out, which is to be the first source
     */
    public SourcedPages compare(PageRows pages) {
        return compare(pages, Protocol.MAX_STATE_PAGES);
    }

    /** Does so with a bound of the pages that are told of. */
    SourcedPages compare(PageRows pages, int maxPages) {
        Comparison comparison = new Comparison(pages, maxPages - pages.count());
        comparison.placeProgram();
        origins.forEach(comparison::compare);
        return comparison.result();
    }

    private final class Comparison {
        private final PageRows pages;
        private final PageHash hash = new PageHash();
        private final byte[] buffer = new byte[PAGE_BYTES];

        /** How many pages further sources may have. */
        private int room;

        /** With their places; the program has the first. */
        private final Map<SourceIndex, Integer> places = new LinkedHashMap<>();

        private final Map<PageSource, Optional<SourceIndex>> read = new LinkedHashMap<>();
        private final List<PageRun<Integer>> found = new ArrayList<>();

        Comparison(PageRows pages, int room) {
            this.pages = pages;
            this.room = room;
        }

        void placeProgram() {
            SourceIndex index = indexes.of(program).orElseThrow(this::programTooLarge);
            place(index).orElseThrow(this::programTooLarge);
        }

        private StateException programTooLarge() {
            return new StateException(
                    "the program, %s of %d bytes, has no room in a state beside %d pages of memory (expected: a file of at most %d bytes, and %d pages more)"
                            .formatted(
                                    program.name(),
                                    program.lengthBytes(),
                                    pages.count(),
                                    SourceIndex.MAX_BYTES,
                                    room));
        }

        /** Returns the place of a source; empty if there is no room for it. */
        private OptionalInt place(SourceIndex index) {
            if (!places.containsKey(index)) {
                if (index.pageCount() > room) {
                    return OptionalInt.empty();
                }
                room -= index.pageCount();
                places.put(index, places.size());
            }
            return OptionalInt.of(places.get(index));
        }

        void compare(PageRun<PageSource> run) {
            read.computeIfAbsent(run.source(), indexes::of)
                    .ifPresent(index -> run.pages().forEach(page -> compare(page, index)));
        }

        private void compare(PageRun<PageSource> page, SourceIndex index) {
            int row = pages.indexOf(page.address());
            if (row >= 0 && index.hasAt(page.offset(), pages.hash(row), hash, buffer)) {
                place(index)
                        .ifPresent(place ->
                                found.add(
                                        new PageRun<>(
                                                page.address(),
                                                PAGE_BYTES,
                                                0,
                                                place,
                                                page.offset())));
            }
        }

        SourcedPages result() {
            List<PageRun<Integer>> runs = PageRun.joined(found);
            int told = Math.min(runs.size(), GuestSources.MAX_RUNS);
            return new SourcedPages(List.copyOf(places.keySet()), runs.subList(0, told));
        }
    }
}
