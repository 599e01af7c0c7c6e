package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.block.GuestBlock;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;

/**
 * What the meanings of instructions are written with: operands come from here, effects and
 * transfers of control go here. Knows which instruction is being emitted.
 *
 * <p>What is on the stack is a long unless said otherwise; "takes" means pops.
 */
class Emitter {
    /** Slots after the registers that it uses itself. */
    static final int SCRATCH_SLOTS = 6;

    private final CodeBuilder code;
    private final Frame frame;
    private final int addressSlot;
    private final int valueSlot;
    private final int scratchSlot;
    private final GuestBlock block;
    private final DigestEmitter digest;
    private long pc;
    private int index;
    private boolean ended;

    Emitter(CodeBuilder code, Frame frame) {
        this.code = code;
        this.frame = frame;
        addressSlot = frame.registers().endSlot();
        valueSlot = addressSlot + 2;
        scratchSlot = valueSlot + 2;
        block = frame.block();
        digest = frame.digest();
        pc = block.pc();
    }

    /** Emits the whole block. */
    final void emitBlock() {
        for (Instruction next : block.instructions()) {
            if (BlockFrame.mayTrap(next)) {
                frame.mark(index, pc);
            }
            emitInstruction(next);
            pc += next.length();
            index++;
            if (ended) {
                return;
            }
        }
        if (block.endsInFetchFault()) {
            raise(TrapCause.INSTRUCTION_PAGE_FAULT, block.fetchFault());
        } else {
            fallThrough();
        }
    }

    void emitInstruction(Instruction instruction) {
        Meanings.emit(instruction, this);
    }

    final CodeBuilder code() {
        return code;
    }

    /** Returns the number of the instruction in its block, from 0. */
    final int index() {
        return index;
    }

    final long pc() {
        return pc;
    }

    /** Returns the address after the block. */
    final long end() {
        return block.end();
    }

    /** Returns a local of two slots for the use of one meaning. */
    final int scratchSlot() {
        return scratchSlot;
    }

    // Operands

    final Emitter x(int number) {
        frame.registers().push(RegisterFile.X, number);
        return this;
    }

    final Emitter f(int number) {
        frame.registers().push(RegisterFile.F, number);
        return this;
    }

    final Emitter register(RegisterFile file, int number) {
        frame.registers().push(file, number);
        return this;
    }

    final Emitter constant(long value) {
        code.loadConstant(value);
        return this;
    }

    /** Pushes the hart. */
    final Emitter hart() {
        Field.HART.push(code);
        return this;
    }

    /** Pushes the memory. */
    final Emitter memory() {
        Field.MEMORY.push(code);
        return this;
    }

    /** Takes an address and pushes what is there, sign-extended. */
    final Emitter load(int width) {
        frame.load(width, addressSlot);
        return this;
    }

    // Effects

    /** Takes the value for an x register. */
    final void writeX(int rd) {
        writeRegister(RegisterFile.X, rd);
    }

    /** Takes the value for an f register, all 64 bits. */
    final void writeF(int rd) {
        writeRegister(RegisterFile.F, rd);
    }

    void writeRegister(RegisterFile file, int rd) {
        countRegister(file, rd);
        setRegister(file, rd);
    }

    /** Takes address and value and stores the value's low {@code width} bytes. */
    void store(int width) {
        takeStore();
        performStore(width);
        countStore(width);
    }

    /** Takes the value for a CSR of {@link Csrs}. */
    void writeCsr(int number) {
        countCsr(number);
        setCsr(number);
    }

    // Effects, in parts

    final void countRegister(RegisterFile file, int rd) {
        if (file == RegisterFile.F) {
            digest.count(pc, Digest.F + rd);
        } else if (rd != 0) {
            digest.count(pc, Digest.X + rd);
        }
    }

    final void setRegister(RegisterFile file, int rd) {
        frame.registers().pop(file, rd);
    }

    /** Counts a write of x0, which there is not. */
    final void countZero() {
        digest.count(pc, Digest.X);
    }

    /** Takes the value for x0 of the hart; compiled code never reads it. */
    final void setZero() {
        code.lstore(valueSlot);
        Field.X.push(code).iconst_0().lload(valueSlot).lastore();
    }

    final void takeStore() {
        code.lstore(valueSlot).lstore(addressSlot);
    }

    /** Inverts bits of the value taken. */
    final void flipStore(long mask) {
        code.lload(valueSlot).loadConstant(mask).lxor().lstore(valueSlot);
    }

    /** Adds to the value taken. */
    final void addToStore(long amount) {
        code.lload(valueSlot).loadConstant(amount).ladd().lstore(valueSlot);
    }

    /** Adds to the address taken. */
    final void moveStore(long distance) {
        code.lload(addressSlot).loadConstant(distance).ladd().lstore(addressSlot);
    }

    final void performStore(int width) {
        frame.store(width, addressSlot, valueSlot);
    }

    final void countStore(int width) {
        digest.countStore(pc, width, addressSlot, valueSlot);
    }

    final void countCsr(int number) {
        digest.count(pc, Digest.CSR + number);
    }

    final void setCsr(int number) {
        hart().code.loadConstant(number);
        Csrs.WRITE.emit(code);
    }

    // Transfers

    /**
     * Takes what {@code test} tests and ends the block: on at the target if the test holds, else
     * after the instruction.
     *
     * @param test a branch of the JVM
     */
    void branch(Opcode test, long target) {
        Label taken = code.newLabel();
        code.branch(test, taken);
        fallThrough();
        code.labelBinding(taken);
        jump(target);
    }

    void jump(long target) {
        go(Exit.TAKEN, target, countTransfer(target));
    }

    /** Takes the target. */
    void jumpIndirect() {
        countIndirect();
        goIndirect();
    }

    /** Takes the target. */
    final void goIndirect() {
        frame.goIndirect();
        ended = true;
    }

    /** Counts a transfer to the target on the stack, by which the digest turns. */
    final void countIndirect() {
        digest.count(pc, Digest.TRANSFER);
        digest.turn();
    }

    final void fallThrough() {
        go(Exit.NEXT, block.end(), 0);
    }

    /** Counts a taken direct transfer and returns how often the digest turns by it. */
    final int countTransfer(long target) {
        digest.countTransfer(pc, target);
        if (!Digest.turns(false, pc, target)) {
            return 0;
        }
        digest.turn();
        return 1;
    }

    final void go(int link, long target, int turns) {
        frame.go(link, target, turns);
        ended = true;
    }

    final void environmentCall() {
        frame.handBackEcall(index, pc);
        ended = true;
    }

    final void raise(int cause, long value) {
        frame.raise(index, pc, cause, value);
        ended = true;
    }
}
