package dev.lockstep.interp;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes one trace of the blocks that are added to it, each of which leads to the next: nodes that
 * are linked, the first of which executes all.
 */
final class TraceBuilder {
    /** Stands for an instruction that cannot be fetched. */
    private static final Instruction NOTHING = Decoder.decode(0);

    private final Entries entries;
    private final NodeSet nodeSet;
    private final List<Node> nodes = new ArrayList<>();

    /** The last rows, as long as there are no nodes for them. */
    private final List<Row> run = new ArrayList<>();

    private @Nullable Row last;
    private int steps;
    private int blocks;

    /** What is known of the digest behind all that was added. */
    private Known known = Known.NOTHING;

    /** Where execution goes on after the last block. */
    private long next;

    /** Whether the last node tells where execution goes on. */
    private boolean ended;

    TraceBuilder(Entries entries, NodeSet nodeSet) {
        this.entries = entries;
        this.nodeSet = nodeSet;
    }

    /** Returns how many steps the trace takes. */
    int steps() {
        return steps;
    }

    /** Returns how many blocks it has, not counting one that only traps. */
    int blocks() {
        return blocks;
    }

    /** Returns whether execution goes on at {@link #next} after the last block. */
    boolean isOpen() {
        return !ended;
    }

    long next() {
        return next;
    }

    /**
     * Adds a block.
     *
     * @param taken whether the trace goes on where the branch that the block may end in leads
     */
    void add(GuestBlock block, boolean taken) {
        addRest(block, 0, taken);
    }

    /** Adds the instructions of a block from number {@code first} on. */
    void addRest(GuestBlock block, int first, boolean taken) {
        long pc = block.pc();
        for (int ordinal = 0; ordinal < block.instructions().size(); ordinal++) {
            Instruction instruction = block.instructions().get(ordinal);
            if (ordinal >= first) {
                add(new Row(block, instruction, pc, ordinal));
            }
            pc += instruction.length();
        }
        if (block.endsInFetchFault()) {
            add(new Row(block, NOTHING, pc, block.instructions().size()));
        }
        endBlock(taken);
    }

    /** Returns the first node of the trace of all that was added. */
    Node build() {
        if (!ended) {
            add(new GotoNode(exit(entries.at(next), known)));
        }
        closeRun();
        for (int i = 1; i < nodes.size(); i++) {
            nodes.get(i - 1).next = nodes.get(i);
        }
        return nodes.getFirst();
    }

    private void add(Row row) {
        if (ended) {
            return;
        }
        row.place(steps++, blocks, known, nodeSet.effects());
        last = row;
        if (row.isTrap()) {
            add(new TrapNode(row));
            ended = true;
        } else if (row.isIdle()) {
            return;
        } else if (row.isRare() || !nodeSet.has(row.op)) {
            add(new RareNode(row));
        } else {
            run.add(row);
            known = row.knownAfter();
        }
    }

    private void add(Node node) {
        closeRun();
        nodes.add(node);
    }

    private void closeRun() {
        nodeSet.cover(run, nodes);
        run.clear();
    }

    private void endBlock(boolean taken) {
        if (ended || last == null) {
            return;
        }
        blocks++;
        switch (last.kind()) {
            case BRANCH -> endInBranch(last, taken);
            case JUMP_REGISTER -> {
                last.indirectExit = indirectExit(last);
                ended = true;
            }
            case JUMP -> goOn(transfer(last));
            default -> goOn(End.fallThrough(last, known));
        }
    }

    private void endInBranch(Row branch, boolean taken) {
        End transfer = transfer(branch);
        End fallThrough = End.fallThrough(branch, known);
        branch.exit = exit(taken ? fallThrough : transfer);
        if (taken) {
            branch.invert();
        }
        goOn(taken ? transfer : fallThrough);
    }

    private End transfer(Row jump) {
        return End.transfer(jump, known, nodeSet.effects());
    }

    private Exit exit(End end) {
        Entry target = entries.at(end.pc);
        return nodeSet.recordsBlocks()
                ? new Exit.Recording(target, end, steps, blocks)
                : exit(target, end.known);
    }

    /** Returns a way out that has nothing to record. */
    private Exit exit(Entry target, Known digest) {
        return nodeSet.isFree()
                ? new Exit.Free(target, steps, blocks)
                : new Exit.Digesting(target, digest, steps, blocks);
    }

    private IndirectExit indirectExit(Row jump) {
        if (nodeSet.recordsBlocks()) {
            return new IndirectExit.Recording(jump, known, blocks);
        }
        return nodeSet.isFree()
                ? new IndirectExit.Free(jump, blocks)
                : new IndirectExit.Digesting(jump, known, blocks);
    }

    /** Goes on behind a block; a record takes the digest so far. */
    private void goOn(End end) {
        if (nodeSet.recordsBlocks()) {
            add(new RecordNode(end));
            known = Known.NOTHING;
        } else {
            known = end.known;
        }
        next = end.pc;
    }
}
