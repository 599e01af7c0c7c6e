package dev.lockstep.isa;

import java.util.List;
import java.util.Map;

/**
 * The encoding column of a table row, such as {@code imm[11:5] rs2 rs1 010 imm[4:0] 0100011}.
 *
 * @param length of the encoding in bytes
 * @param mask the bits that are literal; {@code match} has their values
 * @param fields at most one per slot
 * @param restrictedFields those of the fields that have reserved values
 */
record BitPattern(
        int length, int mask, int match, List<Field> fields, List<Field> restrictedFields) {

    static BitPattern of(int length, int mask, int match, List<Field> fields) {
        return new BitPattern(
                length,
                mask,
                match,
                List.copyOf(fields),
                fields.stream().filter(Field::isRestricted).toList());
    }

    /** Returns whether {@code raw} is this encoding, and not a reserved one. */
    boolean matches(int raw) {
        if ((raw & mask) != match) {
            return false;
        }
        for (Field field : restrictedFields) {
            if (!field.accepts(raw)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the field of {@code slot}, which holds the constant 0 if there is none. */
    Field field(Slot slot) {
        for (Field field : fields) {
            if (field.slot() == slot) {
                return field;
            }
        }
        return Field.constant(slot, 0);
    }

    /**
     * Returns the encoding with these values, 0 for those that are missing; bits that hardware
     * ignores are 0.
     *
     * @throws IllegalArgumentException if a field cannot hold its value
     */
    int encode(Map<Slot, Long> values) {
        int raw = match;
        for (Field field : fields) {
            raw |= field.insert(values.getOrDefault(field.slot(), 0L));
        }
        return raw;
    }
}
