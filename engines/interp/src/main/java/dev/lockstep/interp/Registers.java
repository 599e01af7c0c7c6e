package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.Hart;

/**
 * How the interpreter numbers registers: x0 to x31, f0 to f31 (the digest's slots are the same),
 * and a sink for results that nobody reads, so that writing needs no test for x0.
 */
final class Registers {
    static final int F = 32;
    static final int SINK = 64;
    private static final int COUNT = 65;

    private Registers() {}

    static long[] create() {
        return new long[COUNT];
    }

    /** Copies the hart's registers into {@code registers}. */
    static void load(Hart hart, long[] registers) {
        System.arraycopy(hart.x, 0, registers, 0, F);
        System.arraycopy(hart.f, 0, registers, F, hart.f.length);
    }

    /** Copies {@code registers} back into the hart. */
    static void save(long[] registers, Hart hart) {
        System.arraycopy(registers, 0, hart.x, 0, F);
        System.arraycopy(registers, F, hart.f, 0, hart.f.length);
    }

    static int destination(Instruction instruction) {
        return switch (instruction.op().rd()) {
            case X -> instruction.rd() == 0 ? SINK : instruction.rd();
            case F -> F + instruction.rd();
            case NONE -> SINK;
        };
    }

    /** Returns where operand {@code number} in {@code file} lies; x0, which reads as 0, if none. */
    static int source(RegisterFile file, int number) {
        return switch (file) {
            case X -> number;
            case F -> F + number;
            case NONE -> 0;
        };
    }
}
