package dev.lockstep.riscv.bare;

import dev.lockstep.isa.Csr;
import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;

import java.util.OptionalLong;

/**
 * The privilege mode of a hart that has machine mode and user mode only, and the CSRs that come
 * with it (Privileged specification, "Machine-Level ISA"). Nothing interrupts this hart, and no
 * memory is protected. The floating-point unit is off, or on and dirty.
 *
 * <p>Fields that only supervisor mode, interrupts or protection would use read as zero, which the
 * specification permits: writes to them are ignored.
 */
final class MachineMode implements Portable {
    private static final int USER = 0;
    private static final int MACHINE = 3;

    // mstatus
    private static final long MIE = 1L << 3;
    private static final long MPIE = 1L << 7;
    private static final int MPP_SHIFT = 11;
    private static final long MPP = 3L << MPP_SHIFT;
    private static final long MPRV = 1L << 17;

    private static final long FS = 3L << 13;
    private static final long SD = 1L << 63;

    /** UXL says 64 bits. */
    private static final long MSTATUS_FIXED = 2L << 32;

    /** 64 bits, and the letters of the extensions. */
    private static final long MISA_VALUE = 2L << 62 | letters("ACDFIMU");

    /** Direct: every trap goes to the base. Vectored: so do all but interrupts. */
    private static final long MTVEC_MASK = ~2L;

    private static final long MEPC_MASK = ~1L;

    private static final long INTERRUPT_ENABLES = 1L << 3 | 1L << 7 | 1L << 11;

    /** Counters are always user mode's too. */
    private static final long MCOUNTEREN_VALUE = 7;

    // A number of a CSR says who may do what with it.
    private static final int LOWEST_MODE_SHIFT = 8;
    private static final int ACCESS_SHIFT = 10;
    private static final int READ_ONLY = 3;
    private static final int TWO_BITS = 3;

    private int mode = MACHINE;
    private long mstatus = FS;
    private long mtvec;
    private long mepc;
    private long mcause;
    private long mtval;
    private long mscratch;
    private long mie;

    /** What the counters were ahead of the steps when they were last written. */
    private long cycleOffset;

    private long instretOffset;

    private static long letters(String extensions) {
        return extensions.chars().mapToLong(letter -> 1L << (letter - 'A')).sum();
    }

    @Override
    public void exchange(Fields fields) {
        mode = checkedMode("mode", fields.number("mode", mode, USER, MACHINE));
        mstatus = fields.bits("mstatus", mstatus, MIE | MPIE | MPP | MPRV | FS);
        mtvec = fields.bits("mtvec", mtvec, MTVEC_MASK);
        mepc = fields.bits("mepc", mepc, MEPC_MASK);
        mcause = fields.number("mcause", mcause);
        mtval = fields.number("mtval", mtval);
        mscratch = fields.number("mscratch", mscratch);
        mie = fields.bits("mie", mie, INTERRUPT_ENABLES);
        cycleOffset = fields.number("mcycle_ahead", cycleOffset);
        instretOffset = fields.number("minstret_ahead", instretOffset);
        checkedMode("mstatus.MPP", (int) ((mstatus & MPP) >>> MPP_SHIFT));
        if (hasFloats() && (mstatus & FS) != FS) {
            throw new IllegalArgumentException("mstatus.FS: (expected: off, or on and dirty)");
        }
    }

    private static int checkedMode(String name, int mode) {
        if (mode != USER && mode != MACHINE) {
            throw new IllegalArgumentException("%s: %d (expected: 0 or 3)".formatted(name, mode));
        }
        return mode;
    }

    boolean inMachineMode() {
        return mode == MACHINE;
    }

    /** Returns where traps go. */
    long trapHandler() {
        return mtvec & ~3L;
    }

    /** Enters the handler of traps; returns its address. */
    long enter(long pc, int cause, long value) {
        mepc = pc;
        mcause = cause;
        mtval = value;
        long interrupts = (mstatus & MIE) == 0 ? 0 : MPIE;
        mstatus = interrupts | ((long) mode << MPP_SHIFT) | (mstatus & (MPRV | FS));
        mode = MACHINE;
        return trapHandler();
    }

    /** Leaves the handler of traps as MRET does; returns the address to go on at. */
    long leave() {
        mode = (int) ((mstatus & MPP) >>> MPP_SHIFT);
        long interrupts = (mstatus & MPIE) == 0 ? 0 : MIE;
        long borrowed = mode == MACHINE ? mstatus & MPRV : 0;
        mstatus = interrupts | MPIE | borrowed | (mstatus & FS);
        return mepc;
    }

    /** Returns whether the floating-point unit is on. */
    boolean hasFloats() {
        return (mstatus & FS) != 0;
    }

    /** Returns whether the present mode may read, or write, this CSR, if there is one. */
    boolean permits(int csr, boolean writes) {
        return (csr >>> LOWEST_MODE_SHIFT & TWO_BITS) <= mode
                && !(writes && csr >>> ACCESS_SHIFT == READ_ONLY)
                && !Csr.isFloat(csr) // Engines refuse it only while the unit is off.
                && !(mode == USER && isUserEventCounter(csr));
    }

    /**
     * Returns the value of a CSR; empty if there is none of that number.
     *
     * @param steps what the counters count
     */
    OptionalLong read(int csr, long steps) {
        return Csr.of(csr)
                .map(known -> OptionalLong.of(read(known, steps)))
                .orElseGet(() -> isZero(csr) ? OptionalLong.of(0) : OptionalLong.empty());
    }

    private long read(Csr csr, long steps) {
        return switch (csr) {
            case MSTATUS -> mstatus | MSTATUS_FIXED | (hasFloats() ? SD : 0);
            case MISA -> MISA_VALUE;
            case MIE -> mie;
            case MTVEC -> mtvec;
            case MCOUNTEREN -> MCOUNTEREN_VALUE;
            case MSCRATCH -> mscratch;
            case MEPC -> mepc;
            case MCAUSE -> mcause;
            case MTVAL -> mtval;
            case MCYCLE -> steps + cycleOffset;
            case MINSTRET -> steps + instretOffset;
            case CYCLE, TIME, INSTRET -> steps;
            default -> 0;
        };
    }

    /**
     * Writes what can be written of a CSR.
     *
     * @param steps before the instruction that writes; a counter has the value at the next one
     */
    void write(int csr, long value, long steps) {
        Csr.of(csr).ifPresent(known -> write(known, value, steps));
    }

    private void write(Csr csr, long value, long steps) {
        switch (csr) {
            case MSTATUS ->
                    mstatus =
                            (value & (MIE | MPIE | MPRV))
                                    | previousMode(value)
                                    | ((value & FS) == 0 ? 0 : FS);
            case MIE -> mie = value & INTERRUPT_ENABLES;
            case MTVEC -> mtvec = value & MTVEC_MASK;
            case MCYCLE -> cycleOffset = value - (steps + 1);
            case MINSTRET -> instretOffset = value - (steps + 1);
            case MSCRATCH -> mscratch = value;
            case MEPC -> mepc = value & MEPC_MASK;
            case MCAUSE -> mcause = value;
            case MTVAL -> mtval = value;
            default -> {}
        }
    }

    /** Returns MPP as written, or as it was if that is no mode of this hart. */
    private long previousMode(long written) {
        int wanted = (int) ((written & MPP) >>> MPP_SHIFT);
        return (wanted == USER || wanted == MACHINE ? written : mstatus) & MPP;
    }

    /** Returns whether a CSR without a name here is there, and always reads as zero. */
    private static boolean isZero(int csr) {
        boolean isProtection =
                isBetween(csr, 0x3b0, 0x3ef) || (isBetween(csr, 0x3a0, 0x3ae) && csr % 2 == 0);
        boolean isCounter = isBetween(csr, 0xb03, 0xb1f) || isUserEventCounter(csr);
        boolean isEvent = csr == 0x320 || isBetween(csr, 0x323, 0x33f);
        boolean isTrigger = isBetween(csr, 0x7a0, 0x7a3);
        boolean isConfiguration = csr == 0x30a || csr == 0xf15;
        return isProtection || isCounter || isEvent || isTrigger || isConfiguration;
    }

    private static boolean isUserEventCounter(int csr) {
        return isBetween(csr, 0xc03, 0xc1f);
    }

    private static boolean isBetween(int csr, int first, int last) {
        return csr >= first && csr <= last;
    }
}
