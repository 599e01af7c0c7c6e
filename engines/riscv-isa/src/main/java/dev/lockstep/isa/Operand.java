package dev.lockstep.isa;

import java.util.Locale;

/** An operand of assembly text: where its value goes, and the register it names, if any. */
enum Operand {
    RD(Slot.RD, RegisterFile.X),
    RS1(Slot.RS1, RegisterFile.X),
    RS2(Slot.RS2, RegisterFile.X),
    FD(Slot.RD, RegisterFile.F),
    FS1(Slot.RS1, RegisterFile.F),
    FS2(Slot.RS2, RegisterFile.F),
    FS3(Slot.RS3, RegisterFile.F),
    IMM(Slot.IMM),
    SHAMT(Slot.IMM),
    UPPER(Slot.IMM),
    TARGET(Slot.IMM),
    CSR(Slot.IMM),
    PRED(Slot.IMM),
    SUCC(Slot.IMM),
    ZIMM(Slot.RS1),
    RM(Slot.RM),
    CODE(Slot.IMM);

    private final Slot slot;
    private final RegisterFile registerFile;

    Operand(Slot slot) {
        this(slot, RegisterFile.NONE);
    }

    Operand(Slot slot, RegisterFile registerFile) {
        this.slot = slot;
        this.registerFile = registerFile;
    }

    static Operand of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    Slot slot() {
        return slot;
    }

    RegisterFile registerFile() {
        return registerFile;
    }
}
