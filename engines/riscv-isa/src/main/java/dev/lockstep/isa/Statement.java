package dev.lockstep.isa;

import java.util.Map;

/**
 * One instruction of assembly text.
 *
 * @param row whose mnemonic and operands the text has
 * @param ordering of an atomic: aq·2 + rl
 */
record Statement(String text, Row row, String operands, int ordering) {

    static Statement parse(String text) {
        String[] words = text.split("\\s+", 2);
        String operands = words.length > 1 ? words[1] : "";
        for (Row row : InstructionTable.ROWS) {
            int ordering = row.ordering(words[0]);
            if (ordering >= 0 && row.syntax().hasAsManyAs(operands)) {
                return new Statement(text, row, operands, ordering);
            }
        }
        throw new IllegalArgumentException(
                "instruction: %s (expected: mnemonic and operands of an instruction of the table)"
                        .formatted(text));
    }

    /** Returns the length of the encoding in bytes. */
    int length() {
        return row.pattern().length();
    }

    /**
     * Returns the encoding at address {@code pc}.
     *
     * @throws IllegalArgumentException if an operand has no encoding, or is an unknown label
     */
    int encode(long pc, Map<String, Long> labels) {
        try {
            Map<Slot, Long> values = row.syntax().read(operands, pc, labels);
            if (row.isAtomic()) {
                values.put(Slot.RM, (long) ordering);
            }
            return checkedMeaning(row.pattern().encode(values));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
        }
    }

    /** Refuses encodings that are another instruction, such as that of {@code c.lui sp,1}. */
    private int checkedMeaning(int code) {
        Row actual = Decoder.rule(code).row();
        if (!actual.baseMnemonic().equals(row.baseMnemonic())) {
            throw new IllegalArgumentException(
                    "encoding: 0x%x (expected: one that is not %s)"
                            .formatted(code, actual.mnemonic()));
        }
        return code;
    }
}
