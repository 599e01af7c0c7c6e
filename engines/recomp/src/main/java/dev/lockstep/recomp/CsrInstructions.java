package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.TrapCause;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;

/** Zicsr on the registers of user mode; every other CSR is an illegal instruction. */
final class CsrInstructions {
    private static final StaticCall READ = StaticCall.of(Csrs.class, "read");
    private static final StaticCall LEGALIZE = StaticCall.of(Csrs.class, "legalize");

    private CsrInstructions() {}

    static void emit(Instruction i, Emitter e) {
        int number = (int) i.imm();
        boolean counter = isCounter(number);
        boolean readable = counter || (number >= Csrs.FFLAGS && number <= Csrs.FCSR);
        boolean forbidden = counter && isWriting(i);
        if (!readable || forbidden) {
            Meanings.raiseIllegal(i, e);
            return;
        }
        if (number == Csrs.TIME) {
            // An input: the machine answers it.
            e.raise(TrapCause.TIME_READ, i.rd());
            return;
        }
        if (counter) {
            pushSteps(e);
        } else {
            READ.emit(e.hart().code().loadConstant(number));
        }
        e.code().lstore(e.scratchSlot());
        if (isWriting(i)) {
            LEGALIZE.emit(pushNew(i, e).loadConstant(number));
            e.writeCsr(number);
        }
        e.code().lload(e.scratchSlot());
        e.writeX(i.rd());
    }

    private static boolean isCounter(int number) {
        return number == Csrs.CYCLE || number == Csrs.TIME || number == Csrs.INSTRET;
    }

    /** Setting or clearing the bits of x0 or of 0 does not count as a write. */
    private static boolean isWriting(Instruction i) {
        return i.op() == Op.CSRRW || i.op() == Op.CSRRWI || i.rs1() != 0;
    }

    /** Cycle and instret tell the steps before the instruction. */
    private static void pushSteps(Emitter e) {
        e.hart().code().getfield(Names.HART_TYPE, "steps", ConstantDescs.CD_long);
        e.constant(e.index()).code().ladd();
    }

    private static CodeBuilder pushNew(Instruction i, Emitter e) {
        return switch (i.op()) {
            case CSRRW -> e.x(i.rs1()).code();
            case CSRRWI -> e.constant(i.rs1()).code();
            case CSRRS -> pushOld(e).x(i.rs1()).code().lor();
            case CSRRSI -> pushOld(e).constant(i.rs1()).code().lor();
            case CSRRC -> pushOld(e).x(i.rs1()).constant(-1).code().lxor().land();
            case CSRRCI -> pushOld(e).constant(~i.rs1()).code().land();
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        };
    }

    private static Emitter pushOld(Emitter e) {
        e.code().lload(e.scratchSlot());
        return e;
    }
}
