package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;

/**
 * Executes the Zicsr instructions on the CSRs a user program sees. The counters cycle and instret
 * tell how many steps came before the instruction that reads them; time is the machine's to tell.
 */
final class Csrs {
    private static final int FFLAGS = 0x001;
    private static final int FRM = 0x002;
    private static final int FCSR = 0x003;
    private static final int CYCLE = 0xc00;
    private static final int TIME = 0xc01;
    private static final int INSTRET = 0xc02;

    private static final int FFLAGS_MASK = 0x1f;
    private static final int FRM_MASK = 0x7;
    private static final int FRM_SHIFT = 5;

    private final Hart hart;
    private final long[] registers;
    private final SideEffects sideEffects;

    Csrs(Hart hart, long[] registers, SideEffects sideEffects) {
        this.hart = hart;
        this.registers = registers;
        this.sideEffects = sideEffects;
    }

    /**
     * Executes the instruction at {@code pc} and returns what it writes to rd.
     *
     * @param stepsBefore steps before this one since the start
     */
    long execute(Instruction in, long pc, long stepsBefore) {
        int csr = (int) in.imm();
        if (csr == TIME && !writes(in)) {
            throw new GuestTrap(TrapCause.TIME_READ, in.rd());
        }
        long source = isImmediate(in) ? in.rs1() : registers[in.rs1()];
        long old = read(csr, in, stepsBefore);
        if (writes(in)) {
            write(csr, updated(in, old, source), in);
            sideEffects.addCsr(pc, csr, read(csr, in, stepsBefore));
        }
        return old;
    }

    private static boolean isImmediate(Instruction in) {
        return switch (in.op()) {
            case CSRRWI, CSRRSI, CSRRCI -> true;
            default -> false;
        };
    }

    /** Setting or clearing no bits, by x0 or by 0, is not a write (manual, "CSR Instructions"). */
    private static boolean writes(Instruction in) {
        return switch (in.op()) {
            case CSRRW, CSRRWI -> true;
            default -> in.rs1() != 0;
        };
    }

    private static long updated(Instruction in, long old, long source) {
        return switch (in.op()) {
            case CSRRW, CSRRWI -> source;
            case CSRRS, CSRRSI -> old | source;
            default -> old & ~source;
        };
    }

    private long read(int csr, Instruction in, long stepsBefore) {
        return switch (csr) {
            case FFLAGS -> hart.fflags;
            case FRM -> hart.frm;
            case FCSR -> hart.frm << FRM_SHIFT | hart.fflags;
            case CYCLE, INSTRET -> stepsBefore;
            default -> throw illegal(in);
        };
    }

    private void write(int csr, long value, Instruction in) {
        switch (csr) {
            case FFLAGS -> hart.fflags = (int) value & FFLAGS_MASK;
            case FRM -> hart.frm = (int) value & FRM_MASK;
            case FCSR -> {
                hart.fflags = (int) value & FFLAGS_MASK;
                hart.frm = (int) value >>> FRM_SHIFT & FRM_MASK;
            }
            default -> throw illegal(in);
        }
    }

    private static GuestTrap illegal(Instruction in) {
        return new GuestTrap(TrapCause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(in.raw()));
    }
}
