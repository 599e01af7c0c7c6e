package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;

/** Decodes the code at an entry: first its block alone, and a trace once it is hot. */
final class Translator {
    /** Executions of a block alone before a trace is made that starts with it. */
    private static final int HOT_EXECUTIONS = 16;

    private static final int MAX_STEPS = 48;
    private static final int MAX_BLOCKS = 8;

    private final BlockReader reader;
    private final Entries entries;
    private final NodeSet nodeSet;

    Translator(BlockReader reader, Entries entries, Recording recording) {
        this.reader = reader;
        this.entries = entries;
        nodeSet = new NodeSet(recording);
    }

    /** Returns the trace of the block at {@code entry} alone. */
    Node block(Entry entry) {
        if (entry.block != null) {
            return entry.block;
        }
        GuestBlock source = reader.read(entry.pc);
        var builder = new TraceBuilder(entries, nodeSet);
        builder.add(source, false);
        Node block = builder.build();
        if (!source.endsInFetchFault()) {
            entry.source = source;
            entry.block = block;
            entries.watch(entry, source);
        }
        return block;
    }

    /** Notes that the block at {@code entry} was executed alone and led to {@code successor}. */
    void count(Entry entry, Entry successor) {
        GuestBlock source = entry.source;
        if (source == null) {
            return;
        }
        entry.transfers += successor.pc == source.end() ? 0 : 1;
        if (++entry.executions == HOT_EXECUTIONS) {
            setTrace(entry);
        }
    }

    /** Follows the way that was gone most often, as long as it is known. */
    private void setTrace(Entry start) {
        var builder = new TraceBuilder(entries, nodeSet);
        Entry entry = start;
        GuestBlock source = start.source;
        for (int blocks = 1; source != null; blocks++) {
            entries.watch(start, source);
            boolean taken = entry.transfers * 2 > entry.executions;
            Entry successor = entries.at(successor(source, taken));
            int steps = builder.steps() + source.instructions().size();
            boolean goesOn = blocks < MAX_BLOCKS && isKnown(successor, MAX_STEPS - steps);
            // The way that leaves the trace early is the shorter one.
            builder.add(source, goesOn == taken);
            entry = successor;
            source = goesOn && builder.isOpen() ? successor.source : null;
        }
        start.setTrace(builder.build(), builder.steps(), builder.blocks());
    }

    private static long successor(GuestBlock block, boolean taken) {
        Instruction last = block.instructions().getLast();
        return switch (last.op().kind()) {
            case BRANCH -> taken ? block.end() - last.length() + last.imm() : block.end();
            case JUMP -> block.end() - last.length() + last.imm();
            default -> block.end();
        };
    }

    private static boolean isKnown(Entry entry, int maxSteps) {
        return entry.source != null && entry.source.instructions().size() <= maxSteps;
    }

    /** Returns the rest of the block that {@code row} is in, from there on. */
    Node rest(Row row) {
        var builder = new TraceBuilder(entries, nodeSet);
        builder.addRest(row.block, row.ordinal, false);
        return builder.build();
    }
}
