package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.riscv.memory.FillListener;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.PageSource;

import java.util.Arrays;
import java.util.List;

/**
 * The files that pages of guest memory were filled from: its program, and what the guest mapped or
 * read. What became of the pages since is not noticed; whether they still have what their source
 * has is looked at when they are captured.
 *
 * <p>Confined to the engine's thread.
 */
public final class GuestSources implements FillListener {
    /** How many runs of pages are known, and told, at most; of further ones it is not told. */
    public static final int MAX_RUNS = 65_536;

    private final PageSource program;
    private final PageOrigins<PageSource> origins = new PageOrigins<>();
    private final SourceIndexes indexes = new SourceIndexes();

    /** Notices from now on what the memory is filled from. */
    public GuestSources(PageSource program, GuestMemory memory) {
        this.program = program;
        memory.tellFills(this);
    }

    @Override
    public void filled(long address, long length, PageSource source, long offset) {
        long start = (address + PAGE_BYTES - 1) & -PAGE_BYTES;
        long end = (address + length) & -PAGE_BYTES;
        if (start < end && origins.count() < MAX_RUNS) {
            origins.put(new PageRun<>(start, end - start, 0, source, offset + (start - address)));
        }
    }

    /**
     * Takes over what a snapshot tells of pages that came from the program; what came from other
     * files is not known here.
     */
    public void restore(List<Source> sources, List<SourceRun> runs) {
        byte[] sha256 = indexes.of(program).map(SourceIndex::sha256).orElse(new byte[0]);
        for (SourceRun run : runs) {
            Source source = sources.get(run.getSource());
            if (Arrays.equals(source.getSha256().toByteArray(), sha256)) {
                filled(run.getAddress(), run.getLengthBytes(), program, run.getOffset());
            }
        }
    }

    /** Returns what is known now, for the thread that looks at what was captured. */
    public CapturedSources capture() {
        return new CapturedSources(program, origins.runs(), indexes);
    }
}
