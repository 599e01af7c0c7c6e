package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** A guest block in a region, with the blocks of the region that it leads to. */
final class RegionNode {
    private final GuestBlock block;
    private final Map<Long, RegionNode> successors = new LinkedHashMap<>();
    private int number;

    RegionNode(GuestBlock block) {
        this.block = block;
    }

    GuestBlock block() {
        return block;
    }

    Instruction last() {
        return block.instructions().getLast();
    }

    /** Returns the place in the order in which a region's blocks are emitted. */
    int number() {
        return number;
    }

    void setNumber(int number) {
        this.number = number;
    }

    void connect(RegionNode successor) {
        successors.put(successor.block.pc(), successor);
    }

    Collection<RegionNode> successors() {
        return successors.values();
    }

    /** Returns the block at {@code pc} if it is in the region and this one leads there. */
    @Nullable RegionNode successor(long pc) {
        return successors.get(pc);
    }

    /** Returns whether the block ends as functions do: by a jump to where a link register says. */
    boolean returns() {
        return last().op().kind() == Kind.JUMP_REGISTER
                && last().rd() == 0
                && (RegisterUse.sources(last()) & RegisterUse.LINKS) != 0;
    }

    /** Returns whether the block ends by calling: its successor is where the call returns to. */
    boolean calls() {
        Kind kind = last().op().kind();
        return (kind == Kind.JUMP || kind == Kind.JUMP_REGISTER)
                && (RegisterUse.destination(last()) & RegisterUse.LINKS) != 0;
    }
}
