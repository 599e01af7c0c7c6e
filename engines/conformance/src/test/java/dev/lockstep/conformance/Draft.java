package dev.lockstep.conformance;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** A sequence in the making: its code so far, and which registers it may not write. */
final class Draft {
    private static final int REGISTERS = 32;

    final Random random;
    final List<Base> bases;

    /** The width of all LR and SC: what an SC finds reserved in another width nobody defines. */
    final int reservedWidth;

    private final ByteBuffer code =
            ByteBuffer.allocate(Layout.SEQUENCE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int kept = 1;

    Draft(Random random, List<Base> bases) {
        this.random = random;
        this.bases = bases;
        reservedWidth = random.nextBoolean() ? Integer.BYTES : Long.BYTES;
        bases.forEach(base -> keep(base.register()));
    }

    int position() {
        return code.position();
    }

    ByteBuffer code() {
        return code.duplicate().flip().asReadOnlyBuffer();
    }

    void add(Instruction instruction) {
        if (instruction.length() == Short.BYTES) {
            code.putShort((short) instruction.raw());
        } else {
            code.putInt(instruction.raw());
        }
    }

    void add(Op op, int rd, int rs1, int rs2, long imm) {
        code.putInt(Assembler.encode(op, rd, rs1, rs2, 0, imm, 0));
    }

    void addRaw(int raw) {
        code.putInt(raw);
    }

    /** Leaves room for an instruction that is not known yet, and returns its position. */
    int skip(int length) {
        int position = code.position();
        code.position(position + length);
        return position;
    }

    void put(int position, Op op, int rd, int rs1, int rs2, long imm) {
        code.putInt(position, Assembler.encode(op, rd, rs1, rs2, 0, imm, 0));
    }

    void putCompressed(int position, Instruction instruction) {
        code.putShort(position, (short) instruction.raw());
    }

    void keep(int register) {
        kept |= 1 << register;
    }

    boolean isKept(int register) {
        return (kept >>> register & 1) != 0;
    }

    /** Does something while a register may not be written. */
    void keeping(int register, Runnable action) {
        int before = kept;
        keep(register);
        action.run();
        kept = before;
    }

    boolean mayWrite(Instruction instruction) {
        return !instruction.op().writesX() || instruction.rd() == 0 || !isKept(instruction.rd());
    }

    int anyRegister() {
        return random.nextInt(REGISTERS);
    }

    /** Returns a register that may be written and is not x0. */
    int freeRegister() {
        int register = anyRegister();
        while (isKept(register)) {
            register = anyRegister();
        }
        return register;
    }

    /** Returns a register that may be written, sometimes x0. */
    int destination() {
        return random.nextInt(16) == 0 ? 0 : freeRegister();
    }

    Base anyBase() {
        return bases.get(random.nextInt(bases.size()));
    }

    Base alignedBase() {
        return bases.get(random.nextInt(SequenceGenerator.ALIGNED_BASES));
    }
}
