package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;

import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * The guest registers that a compiled unit keeps in JVM locals, as raw 64 bits. Those it may change
 * are stored back wherever it ends.
 */
final class Registers {
    private static final int COUNT = 32;
    private static final int UNUSED = -1;

    private final int[] slots = new int[2 * COUNT];
    private final boolean[] read = new boolean[2 * COUNT];
    private final boolean[] written = new boolean[2 * COUNT];

    /**
     * @param firstSlot the first local that is free
     * @param mayTrap whether the unit can end before a register was written that it writes
     */
    Registers(List<Instruction> instructions, int firstSlot, boolean mayTrap) {
        for (Instruction instruction : instructions) {
            use(instruction);
        }
        int slot = firstSlot;
        for (int register = 0; register < slots.length; register++) {
            boolean used = read[register] || written[register];
            slots[register] = used ? slot : UNUSED;
            slot += used ? 2 : 0;
            read[register] |= mayTrap && written[register];
        }
    }

    private void use(Instruction instruction) {
        Op op = instruction.op();
        read(op.rs1(), instruction.rs1());
        read(op.rs2(), instruction.rs2());
        read(op.rs3(), instruction.rs3());
        int destination = index(op.rd(), instruction.rd());
        if (destination > 0) {
            written[destination] = true;
        }
    }

    private void read(RegisterFile file, int number) {
        int register = index(file, number);
        if (register > 0 && !written[register]) {
            read[register] = true;
        }
    }

    /** Returns 0 for x0 and for no register: neither is ever held in a local. */
    private static int index(RegisterFile file, int number) {
        return switch (file) {
            case NONE -> 0;
            case X -> number;
            case F -> COUNT + number;
        };
    }

    void push(CodeBuilder code, RegisterFile file, int number) {
        int register = index(file, number);
        if (register == 0) {
            code.lconst_0();
        } else {
            code.lload(slots[register]);
        }
    }

    void pop(CodeBuilder code, RegisterFile file, int number) {
        int register = index(file, number);
        if (register == 0) {
            code.pop2();
        } else {
            code.lstore(slots[register]);
        }
    }

    void emitLoads(CodeBuilder code) {
        for (int register = 1; register < slots.length; register++) {
            if (read[register]) {
                pushElement(code, register).laload().lstore(slots[register]);
            }
        }
    }

    void emitSpills(CodeBuilder code) {
        for (int register = 1; register < slots.length; register++) {
            if (written[register]) {
                pushElement(code, register).lload(slots[register]).lastore();
            }
        }
    }

    private CodeBuilder pushElement(CodeBuilder code, int register) {
        Field file = register < COUNT ? Field.X : Field.F;
        return file.push(code).loadConstant(register % COUNT);
    }
}
