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
        List<String> words = row.expands() ? row.expansionWords() : List.of(row.mnemonic());
        Op op = Op.valueOf(words.getFirst().toUpperCase(Locale.ROOT).replace('.', '_'));
        var sources = new EnumMap<Slot, Field>(Slot.class);
        for (Slot slot : Slot.values()) {
            sources.put(slot, row.expands() ? Field.constant(slot, 0) : row.pattern().field(slot));
        }
        if (row.expands()) {
            sources.putAll(expand(row, words));
        }
        return new DecodeRule(row, op, sources);
    }

    /** Matches the words of {@code addi rd,x2,imm} with the operands of addi. */
    private static Map<Slot, Field> expand(Row row, List<String> words) {
        Row base = InstructionTable.base(words.getFirst());
        List<Slot> slots = base.syntax().operands().stream().map(Operand::slot).distinct().toList();
        if (slots.size() != words.size() - 1) {
            throw new IllegalStateException(
                    "expansion: %s (expected: %d operands)".formatted(words, slots.size()));
        }
        var sources = new EnumMap<Slot, Field>(Slot.class);
        for (int i = 0; i < slots.size(); i++) {
            sources.put(slots.get(i), source(row, slots.get(i), words.get(i + 1)));
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
