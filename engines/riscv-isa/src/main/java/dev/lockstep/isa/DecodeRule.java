package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;

/** A row made ready to decode: which field each component of the base instruction comes from. */
record DecodeRule(Row row, Op op, Field rd, Field rs1, Field rs2, Field rs3, Field imm, Field rm) {

    static DecodeRule of(Row row) {
        String op = row.baseMnemonic().toUpperCase(Locale.ROOT).replace('.', '_');
        return new DecodeRule(
                row,
                Op.valueOf(op),
                source(row, Slot.RD),
                source(row, Slot.RS1),
                source(row, Slot.RS2),
                source(row, Slot.RS3),
                source(row, Slot.IMM),
                source(row, Slot.RM));
    }

    private static Field source(Row row, Slot slot) {
        return row.expands() ? expandedSource(row, slot) : row.pattern().field(slot);
    }

    /** Finds a slot of addi in {@code addi rd,x2,imm} by the operands of addi. */
    private static Field expandedSource(Row row, Slot slot) {
        List<String> words = row.expansionWords();
        Row base = InstructionTable.base(words.getFirst());
        List<Slot> slots = base.syntax().operands().stream().map(Operand::slot).distinct().toList();
        if (slots.size() != words.size() - 1) {
            throw new IllegalStateException(
                    "expansion: %s (expected: %d operands)".formatted(words, slots.size()));
        }
        int index = slots.indexOf(slot);
        return index < 0 ? Field.constant(slot, 0) : meaning(row, slot, words.get(index + 1));
    }

    private static Field meaning(Row row, Slot slot, String word) {
        if (word.matches("-?\\d.*")) {
            return Field.constant(slot, Integer.decode(word));
        }
        if (word.matches("x\\d+")) {
            return Field.constant(slot, Integer.parseInt(word.substring(1)));
        }
        return row.pattern().field(Operand.of(word).slot());
    }

    Instruction decode(int raw) {
        return new Instruction(
                op,
                (int) rd.extract(raw),
                (int) rs1.extract(raw),
                (int) rs2.extract(raw),
                (int) rs3.extract(raw),
                imm.extract(raw),
                (int) rm.extract(raw),
                row.pattern().length(),
                raw);
    }
}
