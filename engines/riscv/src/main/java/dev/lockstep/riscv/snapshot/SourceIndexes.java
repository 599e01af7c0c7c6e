package dev.lockstep.riscv.snapshot;

import dev.lockstep.riscv.memory.PageSource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What sources were when they were read last; read again only if they may have changed. */
final class SourceIndexes {
    private final Map<PageSource, SourceIndex> known = new ConcurrentHashMap<>();

    /** Returns what a source is now; nothing if that cannot be told. */
    Optional<SourceIndex> of(PageSource source) {
        SourceIndex last = known.get(source);
        if (last != null && last.isCurrent()) {
            return Optional.of(last);
        }
        Optional<SourceIndex> read = SourceIndex.of(source);
        read.ifPresent(index -> known.put(source, index));
        return read;
    }
}
