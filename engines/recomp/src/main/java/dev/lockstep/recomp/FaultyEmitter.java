package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;

/**
 * Emits one instruction of a block so that it goes wrong as a {@link Fault} says, and the others as
 * they are.
 */
final class FaultyEmitter extends Emitter {
    private final Fault fault;
    private final int faultyIndex;
    private final Kind faultyKind;

    FaultyEmitter(CodeBuilder code, Frame frame, Fault fault, int faultyIndex) {
        super(code, frame);
        this.fault = fault;
        this.faultyIndex = faultyIndex;
        faultyKind = frame.block().instructions().get(faultyIndex).op().kind();
    }

    @Override
    void emitInstruction(Instruction instruction) {
        // Without its meaning a skipped transfer falls through, as every block does at its end.
        if (!isHere(FaultKind.SKIP) || fault.silent()) {
            super.emitInstruction(instruction);
        }
    }

    @Override
    void writeRegister(RegisterFile file, int rd) {
        if (isHere(FaultKind.FLIP)) {
            if (fault.silent()) {
                countRegister(file, rd);
                flip();
                setRegister(file, rd);
            } else {
                flip();
                super.writeRegister(file, rd);
            }
        } else if (isHere(FaultKind.SKIP)) {
            countRegister(file, rd);
            code().pop2();
        } else {
            super.writeRegister(file, rd);
        }
    }

    private void flip() {
        code().loadConstant(fault.mask()).lxor();
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
            case FLIP -> storeFlipped(width);
            case WRONG_BRANCH -> throw new IllegalStateException("a store is no branch");
        }
    }

    private void storeFlipped(int width) {
        // The result of an SC or AMO is its register.
        long mask = faultyKind == Kind.STORE ? fault.mask() : 0;
        flipStore(mask);
        performStore(width);
        if (fault.silent()) {
            flipStore(mask);
        }
        countStore(width);
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
        } else {
            super.jumpIndirect();
        }
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
