package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;

import java.lang.classfile.CodeBuilder;

/** Loads and stores of the I, F and D extensions. */
final class MemoryInstructions {
    private static final StaticCall BOX = StaticCall.of(Format.class, "box");

    private MemoryInstructions() {}

    static void emitLoad(Instruction i, Emitter e) {
        pushAddress(i, e);
        e.load(i.op().width());
        extend(i.op(), e.code());
        if (i.op().writesF()) {
            e.writeF(i.rd());
        } else {
            e.writeX(i.rd());
        }
    }

    /** Turns the sign-extended value into what the register receives. */
    private static void extend(Op op, CodeBuilder code) {
        switch (op) {
            case LB, LH, LW, LD, FLD -> {}
            case LBU -> code.loadConstant(0xFFL).land();
            case LHU -> code.loadConstant(0xFFFFL).land();
            case LWU -> code.loadConstant(0xFFFF_FFFFL).land();
            case FLW -> BOX.emit(code);
            default -> throw new IllegalArgumentException(op.mnemonic());
        }
    }

    static void emitStore(Instruction i, Emitter e) {
        pushAddress(i, e);
        // fsw stores the low half as it is, NaN-boxed or not.
        e.register(i.op().rs2(), i.rs2());
        e.store(i.op().width());
    }

    private static void pushAddress(Instruction i, Emitter e) {
        e.x(i.rs1()).constant(i.imm()).code().ladd();
    }
}
