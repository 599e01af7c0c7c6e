package dev.lockstep.riscv.told;

import dev.lockstep.isa.Instruction;

/**
 * Says which way branches go. For who has registers and has to know where a guest would have gone;
 * engines have their own.
 */
public final class Branches {
    private Branches() {}

    /** Returns whether a branch is taken with these registers. */
    public static boolean isTaken(Instruction branch, long[] x) {
        long left = x[branch.rs1()];
        long right = x[branch.rs2()];
        return switch (branch.op()) {
            case BEQ -> left == right;
            case BNE -> left != right;
            case BLT -> left < right;
            case BGE -> left >= right;
            case BLTU -> Long.compareUnsigned(left, right) < 0;
            case BGEU -> Long.compareUnsigned(left, right) >= 0;
            default -> throw new IllegalArgumentException("no branch: " + branch);
        };
    }
}
