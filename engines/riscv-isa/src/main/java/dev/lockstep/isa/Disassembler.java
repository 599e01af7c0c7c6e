package dev.lockstep.isa;

import java.util.function.ToLongFunction;

/** Writes instructions as {@code objdump -d -M no-aliases} does, with one space and 0x targets. */
public final class Disassembler {

    private Disassembler() {}

    /** Returns the instruction as encoded: {@code c.addi a0,1}. */
    public static String text(Instruction instruction, long pc) {
        Row row = Decoder.rule(instruction.raw()).row();
        return format(row, slot -> row.pattern().field(slot).extract(instruction.raw()), pc);
    }

    /** Returns the base instruction, also if it was compressed: {@code addi a0,a0,1}. */
    public static String baseText(Instruction instruction, long pc) {
        Row base = InstructionTable.base(instruction.op().mnemonic());
        return format(base, slot -> slot.valueIn(instruction), pc);
    }

    private static String format(Row row, ToLongFunction<Slot> values, long pc) {
        String operands = row.syntax().format(values, pc);
        int ordering = row.isAtomic() ? (int) values.applyAsLong(Slot.RM) : 0;
        return (row.mnemonic(ordering) + " " + operands).stripTrailing();
    }
}
