package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;

/** RV64A. Accesses of words take and give sign-extended values. */
final class AtomicInstructions {
    private static final StaticCall LOAD_RESERVED = StaticCall.of(Atomics.class, "loadReserved");
    private static final StaticCall CLAIM = StaticCall.of(Atomics.class, "claim");
    private static final StaticCall LOAD_FOR_UPDATE = StaticCall.of(Atomics.class, "loadForUpdate");
    private static final StaticCall MINIMUM =
            StaticCall.of(Math.class, "min", long.class, long.class, long.class);
    private static final StaticCall MAXIMUM =
            StaticCall.of(Math.class, "max", long.class, long.class, long.class);
    private static final StaticCall MINIMUM_UNSIGNED =
            StaticCall.of(Integers.class, "minimumUnsigned");
    private static final StaticCall MAXIMUM_UNSIGNED =
            StaticCall.of(Integers.class, "maximumUnsigned");

    private AtomicInstructions() {}

    static void emit(Instruction i, Emitter e) {
        switch (i.op()) {
            case LR_W, LR_D -> emitLoadReserved(i, e);
            case SC_W, SC_D -> emitStoreConditional(i, e);
            default -> emitUpdate(i, e);
        }
    }

    private static void emitLoadReserved(Instruction i, Emitter e) {
        pushAccess(i, e).hart().memory();
        LOAD_RESERVED.emit(e.code());
        e.writeX(i.rd());
    }

    private static void emitStoreConditional(Instruction i, Emitter e) {
        CodeBuilder code = e.code();
        Label failed = code.newLabel();
        pushAccess(i, e).hart().memory();
        CLAIM.emit(code).dup().i2l().lstore(e.scratchSlot()).ifeq(failed);
        e.x(i.rs1()).x(i.rs2()).store(i.op().width());
        code.labelBinding(failed).lload(e.scratchSlot()).lconst_1().lxor();
        e.writeX(i.rd());
    }

    private static void emitUpdate(Instruction i, Emitter e) {
        CodeBuilder code = e.code();
        pushAccess(i, e).memory();
        LOAD_FOR_UPDATE.emit(code).lstore(e.scratchSlot());
        e.x(i.rs1());
        pushUpdated(i, e);
        e.store(i.op().width());
        code.lload(e.scratchSlot());
        e.writeX(i.rd());
    }

    private static CodeBuilder pushUpdated(Instruction i, Emitter e) {
        return switch (i.op()) {
            case AMOSWAP_W, AMOSWAP_D -> e.x(i.rs2()).code();
            case AMOADD_W, AMOADD_D -> pushBoth(i, e).ladd();
            case AMOXOR_W, AMOXOR_D -> pushBoth(i, e).lxor();
            case AMOAND_W, AMOAND_D -> pushBoth(i, e).land();
            case AMOOR_W, AMOOR_D -> pushBoth(i, e).lor();
            case AMOMIN_W, AMOMIN_D -> MINIMUM.emit(pushBoth(i, e));
            case AMOMAX_W, AMOMAX_D -> MAXIMUM.emit(pushBoth(i, e));
            case AMOMINU_W, AMOMINU_D -> MINIMUM_UNSIGNED.emit(pushBoth(i, e));
            case AMOMAXU_W, AMOMAXU_D -> MAXIMUM_UNSIGNED.emit(pushBoth(i, e));
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        };
    }

    /** Pushes the old value and rs2; for words both sign-extended, which keeps every order. */
    private static CodeBuilder pushBoth(Instruction i, Emitter e) {
        e.code().lload(e.scratchSlot());
        e.x(i.rs2());
        return i.op().width() == Integer.BYTES ? e.code().l2i().i2l() : e.code();
    }

    /** Pushes the address and, as an int, the width. */
    private static Emitter pushAccess(Instruction i, Emitter e) {
        e.x(i.rs1()).code().loadConstant(i.op().width());
        return e;
    }
}
