package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;

import java.util.List;

/**
 * Which guest registers a sequence of instructions uses, as sets of bits: x1 to x31 in bits 1 to
 * 31, f0 to f31 in bits 32 to 63. x0 is in no set.
 *
 * @param read those read before they are written
 * @param written those written
 */
record RegisterUse(long read, long written) {
    /** Bit of the first f register. */
    static final int F = 32;

    /** Return address and alternate link register: a jump that writes them is a call. */
    static final long LINKS = 1 << 1 | 1 << 5;

    static RegisterUse of(List<Instruction> instructions) {
        long read = 0;
        long written = 0;
        for (Instruction instruction : instructions) {
            read |= sources(instruction) & ~written;
            written |= destination(instruction);
        }
        return new RegisterUse(read, written);
    }

    static long sources(Instruction instruction) {
        Op op = instruction.op();
        return bit(op.rs1(), instruction.rs1())
                | bit(op.rs2(), instruction.rs2())
                | bit(op.rs3(), instruction.rs3());
    }

    static long destination(Instruction instruction) {
        return bit(instruction.op().rd(), instruction.rd());
    }

    /** Returns the set of one register: empty for x0 and for no register. */
    static long bit(RegisterFile file, int number) {
        return switch (file) {
            case NONE -> 0;
            case X -> number == 0 ? 0 : 1L << number;
            case F -> 1L << (F + number);
        };
    }

    long all() {
        return read | written;
    }
}
