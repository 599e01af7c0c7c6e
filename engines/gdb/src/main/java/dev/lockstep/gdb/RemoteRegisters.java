package dev.lockstep.gdb;

import dev.lockstep.riscv.Hart;

/**
 * The registers of the stub's hart, as far as they are known here, and brought to what ours has.
 */
final class RemoteRegisters {
    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS_MASK = (1 << FFLAGS_BITS) - 1;
    private static final int FRM_MASK = 0b111;

    private final GdbStub stub;
    private final boolean hasFloats;
    private final boolean floatsAreGeneral;

    /** What the stub has, by slots of {@link RegisterMap}. */
    private final long[] values = new long[RegisterMap.SLOTS];

    RemoteRegisters(GdbStub stub) {
        this.stub = stub;
        hasFloats = stub.registers().hasFloats();
        floatsAreGeneral = hasFloats && stub.isGeneral(RegisterMap.F + RegisterMap.FILE - 1);
        load();
        if (hasFloats) {
            for (int slot = RegisterMap.F; slot < RegisterMap.PC; slot++) {
                values[slot] = stub.read(slot);
            }
            loadFcsr();
        }
    }

    /** Returns whether there are floating-point registers, flags and mode. */
    boolean hasFloats() {
        return hasFloats;
    }

    /** Returns whether {@link #load} brings the floating-point registers, too. */
    boolean floatsAreGeneral() {
        return floatsAreGeneral;
    }

    /** Reads the integer registers and pc, and what comes with them. */
    void load() {
        stub.readGeneral(values);
    }

    /** Reads one floating-point register. */
    void loadFloat(int number) {
        values[RegisterMap.F + number] = stub.read(RegisterMap.F + number);
    }

    /** Reads floating-point flags and mode. */
    void loadFcsr() {
        if (stub.registers().has(RegisterMap.FCSR)) {
            long fcsr = stub.read(RegisterMap.FCSR);
            values[RegisterMap.FFLAGS] = fcsr & FFLAGS_MASK;
            values[RegisterMap.FRM] = fcsr >> FFLAGS_BITS & FRM_MASK;
        } else {
            values[RegisterMap.FFLAGS] = stub.read(RegisterMap.FFLAGS) & FFLAGS_MASK;
            values[RegisterMap.FRM] = stub.read(RegisterMap.FRM) & FRM_MASK;
        }
    }

    /** Has a hart have all that the stub has in floating-point registers, flags and mode. */
    void takeFloats(Hart hart) {
        if (hasFloats) {
            for (int i = 0; i < RegisterMap.FILE; i++) {
                loadFloat(i);
                hart.f[i] = f(i);
            }
            loadFcsr();
            hart.fflags = (int) values[RegisterMap.FFLAGS];
            hart.frm = (int) values[RegisterMap.FRM];
        }
    }

    long pc() {
        return values[RegisterMap.PC];
    }

    long x(int number) {
        return values[number];
    }

    long f(int number) {
        return values[RegisterMap.F + number];
    }

    /** Returns what a read of fcsr would give. */
    int fcsr() {
        return (int) (values[RegisterMap.FRM] << FFLAGS_BITS | values[RegisterMap.FFLAGS]);
    }

    /** Writes a register. */
    void set(int slot, long value) {
        stub.write(slot, value);
        values[slot] = value;
    }

    /** Writes what our hart has otherwise. */
    void bringTo(Hart hart) {
        for (int i = 1; i < RegisterMap.FILE; i++) {
            bring(i, hart.x[i]);
        }
        bring(RegisterMap.PC, hart.pc);
        if (hasFloats) {
            for (int i = 0; i < RegisterMap.FILE; i++) {
                bring(RegisterMap.F + i, hart.f[i]);
            }
            if (hart.fflags != values[RegisterMap.FFLAGS] || hart.frm != values[RegisterMap.FRM]) {
                setFcsr(hart);
            }
        }
    }

    private void bring(int slot, long value) {
        if (values[slot] != value) {
            set(slot, value);
        }
    }

    private void setFcsr(Hart hart) {
        if (stub.registers().has(RegisterMap.FCSR)) {
            stub.write(RegisterMap.FCSR, (long) hart.frm << FFLAGS_BITS | hart.fflags);
        } else {
            stub.write(RegisterMap.FFLAGS, hart.fflags);
            stub.write(RegisterMap.FRM, hart.frm);
        }
        values[RegisterMap.FFLAGS] = hart.fflags;
        values[RegisterMap.FRM] = hart.frm;
    }
}
