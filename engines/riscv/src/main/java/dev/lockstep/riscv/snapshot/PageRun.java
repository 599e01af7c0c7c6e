package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring pages with equal flags that were filled from neighbouring parts of a source.
 *
 * @param address a multiple of 4096
 * @param lengthBytes a positive multiple of 4096
 * @param source what they were filled from
 * @param offset of the first byte in the source; any number
 * @param <S> how sources are told apart
 */
record PageRun<S>(long address, long lengthBytes, int flags, S source, long offset) {
    /** Returns runs as long as can be, of pages or runs that ascend. */
    static <S> List<PageRun<S>> joined(Iterable<PageRun<S>> parts) {
        List<PageRun<S>> runs = new ArrayList<>();
        for (PageRun<S> part : parts) {
            if (!runs.isEmpty() && runs.getLast().goesOnWith(part)) {
                runs.add(runs.removeLast().withLength(part.end()));
            } else {
                runs.add(part);
            }
        }
        return runs;
    }

    private boolean goesOnWith(PageRun<S> next) {
        return next.address == end()
                && next.offset == offset + lengthBytes
                && next.flags == flags
                && next.source.equals(source);
    }

    private PageRun<S> withLength(long end) {
        return part(address, end);
    }

    /** Returns the address after the last byte. */
    long end() {
        return address + lengthBytes;
    }

    /** Returns the part between two addresses. */
    PageRun<S> part(long start, long end) {
        return new PageRun<>(start, end - start, flags, source, offset + (start - address));
    }

    /** Returns its pages, as a run each. */
    List<PageRun<S>> pages() {
        List<PageRun<S>> pages = new ArrayList<>();
        for (long at = address; at < end(); at += PAGE_BYTES) {
            pages.add(part(at, at + PAGE_BYTES));
        }
        return pages;
    }

    PageRun<S> withFlags(int current) {
        return new PageRun<>(address, lengthBytes, current, source, offset);
    }
}
