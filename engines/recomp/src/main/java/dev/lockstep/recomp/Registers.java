package dev.lockstep.recomp;

import dev.lockstep.isa.RegisterFile;

import java.lang.classfile.CodeBuilder;

/**
 * The guest registers that a compiled unit keeps in JVM locals, as raw 64 bits. Sets of them are as
 * in {@link RegisterUse}.
 */
final class Registers {
    private static final StaticCall SPILL_CHOSEN = StaticCall.of(Registers.class, "spillChosen");

    private final CodeBuilder code;
    private final int[] slots = new int[Long.SIZE];
    private final int endSlot;
    private long changed;

    /**
     * @param used those there is a local for
     * @param firstSlot the first local that is free
     */
    Registers(CodeBuilder code, long used, int firstSlot) {
        this.code = code;
        int slot = firstSlot;
        for (long rest = used; rest != 0; rest &= rest - 1) {
            slots[Long.numberOfTrailingZeros(rest)] = slot;
            slot += 2;
        }
        endSlot = slot;
    }

    /** Returns the first local after the registers. */
    int endSlot() {
        return endSlot;
    }

    void push(RegisterFile file, int number) {
        long bit = RegisterUse.bit(file, number);
        if (bit == 0) {
            code.lconst_0();
        } else {
            code.lload(slots[Long.numberOfTrailingZeros(bit)]);
        }
    }

    void pop(RegisterFile file, int number) {
        long bit = RegisterUse.bit(file, number);
        changed |= bit;
        if (bit == 0) {
            code.pop2();
        } else {
            code.lstore(slots[Long.numberOfTrailingZeros(bit)]);
        }
    }

    /** Returns the registers changed since they were last stored back. */
    long changed() {
        return changed;
    }

    void setChanged(long set) {
        changed = set;
    }

    /** Emits a copy of the one register of a set to another local. */
    void emitSave(long register, int slot) {
        code.lload(slots[Long.numberOfTrailingZeros(register)]).lstore(slot);
    }

    /** Emits the way back. */
    void emitRestore(long register, int slot) {
        code.lload(slot).lstore(slots[Long.numberOfTrailingZeros(register)]);
    }

    void emitLoads(long set) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            int register = Long.numberOfTrailingZeros(rest);
            pushElement(register).laload().lstore(slots[register]);
        }
    }

    /** Gives locals a value that nobody is to use. */
    void emitClears(long set) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            code.lconst_0().lstore(slots[Long.numberOfTrailingZeros(rest)]);
        }
    }

    void emitSpills(long set) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            int register = Long.numberOfTrailingZeros(rest);
            pushElement(register).lload(slots[register]).lastore();
        }
    }

    /** Emits spills of those registers of {@code set} that are in the set in a local. */
    void emitSpills(long set, int chosenSlot) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            int register = Long.numberOfTrailingZeros(rest);
            pushElement(register).lload(slots[register]).lload(chosenSlot).loadConstant(register);
            SPILL_CHOSEN.emit(code);
        }
    }

    /** Called by compiled code. */
    static void spillChosen(long[] file, int number, long value, long chosen, int register) {
        if ((chosen & 1L << register) != 0) {
            file[number] = value;
        }
    }

    private CodeBuilder pushElement(int register) {
        Field file = register < RegisterUse.F ? Field.X : Field.F;
        return file.push(code).loadConstant(register % RegisterUse.F);
    }
}
