package dev.lockstep.isa;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row made ready to decode.
 *
 * @param sources where each component of the base instruction comes from
 */
record DecodeRule(Row row, Op op, Map<Slot, Field> sources) {

    static DecodeRule of(Row row) {
        String op = row.baseMnemonic().toUpperCase(Locale.ROOT).replace('.', '_');
        return new DecodeRule(row, Op.valueOf(op), row.expands() ? expand(row) : fields(row));
    }

    private static Map<Slot, Field> fields(Row row) {
        var sources = new EnumMap<Slot, Field>(Slot.class);
        for (Slot slot : Slot.values()) {
            sources.put(slot, row.pattern().field(slot));
        }
        return sources;
    }

    /** Matches the words of {@code addi rd,x2,imm} with the operands of addi. */
    private static Map<Slot, Field> expand(Row row) {
        List<String> words = row.expansionWords();
        Row base = InstructionTable.base(words.getFirst());
        List<Slot> slots = base.syntax().operands().stream().map(Operand::slot).distinct().toList();
        if (slots.size() != words.size() - 1) {
            throw new IllegalStateException(
                    "expansion: %s (expected: %d operands)".formatted(words, slots.size()));
        }
        var sources = new EnumMap<Slot, Field>(Slot.class);
        for (Slot slot : Slot.values()) {
            int word = 1 + slots.indexOf(slot);
            sources.put(
                    slot, word == 0 ? Field.constant(slot, 0) : source(row, slot, words.get(word)));
        }
        return sources;
    }

    private static Field source(Row row, Slot slot, String word) {
        if (Character.isDigit(word.charAt(0))) {
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
                (int) value(Slot.RD, raw),
                (int) value(Slot.RS1, raw),
                (int) value(Slot.RS2, raw),
                (int) value(Slot.RS3, raw),
                value(Slot.IMM, raw),
                (int) value(Slot.RM, raw),
                row.pattern().length(),
                raw);
    }

    private long value(Slot slot, int raw) {
        return sources.get(slot).extract(raw);
    }
}
