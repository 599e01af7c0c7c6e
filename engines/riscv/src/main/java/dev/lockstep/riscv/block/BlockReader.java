package dev.lockstep.riscv.block;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Reads blocks out of guest memory by the block rule (docs/protocol.md, "Block rule"). */
public final class BlockReader {
    /** A block ends after the instruction whose last byte reaches or crosses a multiple of this. */
    public static final int BOUNDARY_BYTES = 128;

    /** No block has more steps. */
    public static final int MAX_STEPS = BOUNDARY_BYTES / Short.BYTES;

    /** No instruction is here: an address that is odd. */
    private static final long NO_CUT = -1;

    private final GuestMemory memory;
    private final Hart hart;
    private final long cutPc;
    private final int maxInstructions;

    public BlockReader(GuestMemory memory, Hart hart) {
        this(memory, hart, null);
    }

    /** Returns a reader whose blocks are single instructions, for who wants to see each. */
    public static BlockReader ofSingleSteps(GuestMemory memory, Hart hart) {
        return new BlockReader(memory, hart, null, 1);
    }

    /**
     * Creates a reader that also ends a block before one address.
     *
     * @param hart whether it has a floating-point unit decides what is legal
     * @param cutPc the address at which a block is always to start, or null
     */
    public BlockReader(GuestMemory memory, Hart hart, @Nullable Long cutPc) {
        this(memory, hart, cutPc, Integer.MAX_VALUE);
    }

    /**
     * Creates a reader that also ends a block after some number of instructions, which the block
     * rule does not ask for.
     *
     * @param maxInstructions as many as a block may have
     */
    public BlockReader(GuestMemory memory, Hart hart, @Nullable Long cutPc, int maxInstructions) {
        this.memory = memory;
        this.hart = hart;
        this.cutPc = cutPc == null ? NO_CUT : cutPc;
        this.maxInstructions = maxInstructions;
    }

    /**
     * Returns the block that starts at {@code pc} and asks the memory to watch the pages it was
     * read from.
     *
     * <p>A block that ends in a fetch fault is not to be kept: nothing watches the page that could
     * become executable.
     */
    public GuestBlock read(long pc) {
        List<Instruction> instructions = new ArrayList<>();
        long next = pc;
        long fault = GuestBlock.NO_FAULT;
        boolean open = true;
        while (open) {
            try {
                Instruction instruction = fetch(next);
                instructions.add(instruction);
                next += instruction.length();
                open = !endsAfter(pc, instructions.size(), instruction, next);
            } catch (GuestTrap trap) {
                fault = trap.value();
                open = false;
            }
        }
        if (next != pc) {
            memory.watchCode(pc, next - pc);
        }
        return new GuestBlock(pc, instructions, next, fault);
    }

    /**
     * Returns whether a block ends after an instruction that does not trap.
     *
     * @param pc of its first instruction
     * @param instructions as many as it has with this one
     * @param next address behind this one
     */
    public boolean endsAfter(long pc, int instructions, Instruction last, long next) {
        long boundary = (pc & -BOUNDARY_BYTES) + BOUNDARY_BYTES;
        return instructions >= maxInstructions
                || next >= boundary
                || next == cutPc
                || last.op().endsBlock();
    }

    private Instruction fetch(long pc) {
        int parcel = memory.fetchParcel(pc);
        Instruction instruction =
                Decoder.length(parcel) == 2
                        ? Decoder.decode(parcel)
                        : Decoder.decode(parcel | memory.fetchParcel(pc + 2) << 16);
        return instruction.needsFloats() && !hart.hasFloats ? instruction.asIllegal() : instruction;
    }
}
