package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.ConstantDescs;

/**
 * Emits one instruction of a block so that it goes wrong as a {@link Fault} says, and the others as
 * they are.
 */
final class FaultyEmitter extends Emitter {
    /** So far a wrong target is from the right one. */
    private static final int ASTRAY_BYTES = 4;

    private final Fault fault;
    private final int faultyIndex;
    private final Instruction faulty;

    /** Whether what is emitted is only there to be counted: the right instruction's effects. */
    private boolean counting;

    FaultyEmitter(CodeBuilder code, Frame frame, Fault fault, int faultyIndex) {
        super(code, frame);
        this.fault = fault;
        this.faultyIndex = faultyIndex;
        faulty = frame.block().instructions().get(faultyIndex);
    }

    @Override
    void emitInstruction(Instruction instruction) {
        if (index() != faultyIndex) {
            super.emitInstruction(instruction);
            return;
        }
        switch (fault.kind()) {
            case SKIP -> emitSkipped();
            case SWAP_OPERANDS, ROUND, WRONG_SHIFT -> emitOther();
            // An instruction without a destination is left out where it has no other effect.
            case WRITE_X0 -> super.emitInstruction(Wrongness.withDestination(faulty, 1));
            case FLAG -> {
                super.emitInstruction(faulty);
                flipFlags();
            }
            default -> super.emitInstruction(faulty);
        }
    }

    private void emitSkipped() {
        // Without its meaning a skipped transfer falls through, as every block does at its end.
        if (fault.silent()) {
            super.emitInstruction(faulty);
        }
    }

    /** Emits another instruction, whose register is set, though the right one may be counted. */
    private void emitOther() {
        if (fault.silent()) {
            counting = true;
            super.emitInstruction(faulty);
            counting = false;
        }
        switch (fault.kind()) {
            case SWAP_OPERANDS -> super.emitInstruction(Wrongness.withOperandsSwapped(faulty));
            case ROUND -> super.emitInstruction(Wrongness.withOtherRounding(faulty));
            default -> {
                Wrongness.pushShifted(faulty, this);
                writeX(faulty.rd());
            }
        }
    }

    private void flipFlags() {
        hart().code()
                .dup()
                .getfield(Names.HART_TYPE, "fflags", ConstantDescs.CD_int)
                .loadConstant((int) fault.operand())
                .ixor()
                .putfield(Names.HART_TYPE, "fflags", ConstantDescs.CD_int);
    }

    @Override
    void writeRegister(RegisterFile file, int rd) {
        if (index() != faultyIndex) {
            super.writeRegister(file, rd);
            return;
        }
        switch (fault.kind()) {
            case FLIP, OFF_BY_ONE, ZERO_EXTEND, SIGN_EXTEND, TRUNCATE, NAN_PAYLOAD ->
                    writeWrongly(() -> Wrongness.change(fault, faulty, code()), file, rd);
            case STALE_REGISTER -> writeWrongly(() -> keepOld(file, rd), file, rd);
            case SWAP_OPERANDS, ROUND, WRONG_SHIFT -> writeOther(file, rd);
            case SKIP -> {
                countRegister(file, rd);
                code().pop2();
            }
            case WRITE_X0 -> writeZero();
            default -> super.writeRegister(file, rd);
        }
    }

    private void writeWrongly(Runnable change, RegisterFile file, int rd) {
        if (fault.silent()) {
            countRegister(file, rd);
            change.run();
            setRegister(file, rd);
        } else {
            change.run();
            super.writeRegister(file, rd);
        }
    }

    private void keepOld(RegisterFile file, int rd) {
        code().pop2();
        register(file, rd);
    }

    private void writeOther(RegisterFile file, int rd) {
        if (counting) {
            countRegister(file, rd);
            code().pop2();
        } else if (fault.silent()) {
            setRegister(file, rd);
        } else {
            super.writeRegister(file, rd);
        }
    }

    private void writeZero() {
        if (!fault.silent()) {
            countZero();
        }
        setZero();
    }

    @Override
    void store(int width) {
        if (index() == faultyIndex) {
            takeStore();
            storeWrongly(width);
        } else {
            super.store(width);
        }
    }

    private void storeWrongly(int width) {
        switch (fault.kind()) {
            case DROP_STORE, SKIP -> {
                if (fault.silent()) {
                    countStore(width);
                }
            }
            case WIDEN_STORE -> {
                performStore(2 * width);
                countStore(fault.silent() ? width : 2 * width);
            }
            case EXTRA_STORE -> storeTwice(width);
            // The result of an SC or AMO is its register.
            case FLIP ->
                    storeFlipped(faulty.op().kind() == Kind.STORE ? fault.operand() : 0, width);
            case OFF_BY_ONE -> storeMore(faulty.op().kind() == Kind.STORE ? 1 : 0, width);
            default -> {
                performStore(width);
                countStore(width);
            }
        }
    }

    private void storeFlipped(long mask, int width) {
        flipStore(mask);
        performStore(width);
        if (fault.silent()) {
            flipStore(mask);
        }
        countStore(width);
    }

    private void storeMore(long amount, int width) {
        addToStore(amount);
        performStore(width);
        if (fault.silent()) {
            addToStore(-amount);
        }
        countStore(width);
    }

    private void storeTwice(int width) {
        performStore(width);
        countStore(width);
        moveStore(width);
        performStore(width);
        if (!fault.silent()) {
            countStore(width);
        }
    }

    @Override
    void writeCsr(int number) {
        if (isHere(FaultKind.SKIP)) {
            countCsr(number);
            code().pop2();
        } else {
            super.writeCsr(number);
        }
    }

    @Override
    void branch(Opcode test, long target) {
        if (isHere(FaultKind.WRONG_BRANCH) && !fault.silent()) {
            super.branch(inverse(test), target);
        } else if (isHere(FaultKind.WRONG_BRANCH)) {
            branchSilently(test, target, () -> go(Exit.TAKEN, target, 0));
        } else if (isHere(FaultKind.SKIP)) {
            branchSilently(test, target, this::fallThrough);
        } else {
            super.branch(test, target);
        }
    }

    /** Emits a branch that counts as a right one, but falls through when it should be taken. */
    private void branchSilently(Opcode test, long target, Runnable otherwise) {
        Label taken = code().newLabel();
        code().branch(test, taken);
        otherwise.run();
        code().labelBinding(taken);
        jumpNowhere(target);
    }

    @Override
    void jump(long target) {
        if (isHere(FaultKind.SKIP)) {
            jumpNowhere(target);
        } else if (isHere(FaultKind.WRONG_TARGET)) {
            long astray = target + ASTRAY_BYTES;
            go(Exit.TAKEN, astray, countTransfer(fault.silent() ? target : astray));
        } else {
            super.jump(target);
        }
    }

    private void jumpNowhere(long target) {
        int turns = countTransfer(target);
        go(Exit.NEXT, end(), turns);
    }

    @Override
    void jumpIndirect() {
        if (isHere(FaultKind.SKIP)) {
            countIndirect();
            code().pop2();
            go(Exit.NEXT, end(), 1);
        } else if (isHere(FaultKind.WRONG_TARGET)) {
            jumpAstray();
        } else {
            super.jumpIndirect();
        }
    }

    private void jumpAstray() {
        if (fault.silent()) {
            countIndirect();
        }
        code().loadConstant((long) ASTRAY_BYTES).ladd();
        if (!fault.silent()) {
            countIndirect();
        }
        goIndirect();
    }

    private boolean isHere(FaultKind kind) {
        return fault.kind() == kind && index() == faultyIndex;
    }

    private static Opcode inverse(Opcode test) {
        return switch (test) {
            case IFEQ -> Opcode.IFNE;
            case IFNE -> Opcode.IFEQ;
            case IFLT -> Opcode.IFGE;
            case IFGE -> Opcode.IFLT;
            default -> throw new IllegalArgumentException("test: " + test);
        };
    }
}
