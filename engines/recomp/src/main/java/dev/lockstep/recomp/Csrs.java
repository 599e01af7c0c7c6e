package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/** The control and status registers a program in user mode sees, all but the counters. */
final class Csrs {
    static final int FFLAGS = 0x001;
    static final int FRM = 0x002;
    static final int FCSR = 0x003;
    static final int CYCLE = 0xC00;
    static final int TIME = 0xC01;
    static final int INSTRET = 0xC02;

    static final StaticCall WRITE = StaticCall.of(Csrs.class, "write");

    private static final int FFLAGS_MASK = 0x1F;
    private static final int FRM_MASK = 0x7;
    private static final int FRM_SHIFT = 5;

    private Csrs() {}

    static long read(Hart hart, int number) {
        return switch (number) {
            case FFLAGS -> hart.fflags;
            case FRM -> hart.frm;
            case FCSR -> (hart.frm << FRM_SHIFT) | hart.fflags;
            default -> throw unknown(number);
        };
    }

    static void write(long value, Hart hart, int number) {
        switch (number) {
            case FFLAGS -> hart.fflags = (int) value & FFLAGS_MASK;
            case FRM -> hart.frm = (int) value & FRM_MASK;
            case FCSR -> {
                hart.fflags = (int) value & FFLAGS_MASK;
                hart.frm = (int) (value >> FRM_SHIFT) & FRM_MASK;
            }
            default -> throw unknown(number);
        }
    }

    /** Returns what a read gives after {@code value} was written. */
    static long legalize(long value, int number) {
        return switch (number) {
            case FFLAGS -> value & FFLAGS_MASK;
            case FRM -> value & FRM_MASK;
            case FCSR -> value & ((FRM_MASK << FRM_SHIFT) | FFLAGS_MASK);
            default -> throw unknown(number);
        };
    }

    private static IllegalArgumentException unknown(int number) {
        return new IllegalArgumentException(
                "csr: 0x" + Integer.toHexString(number) + " (expected: fflags, frm or fcsr)");
    }
}
