package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;

/**
 * How one value is scattered over an encoding. A field without segments is the constant {@code
 * bias}.
 *
 * @param signBit the value's highest bit, which is extended; 0 if the value is unsigned
 * @param bias added to what the bits say: 8 for the three-bit registers of RVC
 * @param nonZero whether the encoding with value 0 is reserved or another instruction
 */
record Field(Slot slot, List<Segment> segments, int signBit, int bias, boolean nonZero) {

    private static final int FIRST_RESERVED_ROUNDING_MODE = 5;
    private static final int LAST_RESERVED_ROUNDING_MODE = 6;

    /** {@code width} bits at {@code rawShift} of the encoding, {@code valueShift} of the value. */
    record Segment(int rawShift, int valueShift, int width) {

        private long mask() {
            return (1L << width) - 1;
        }

        long extract(int raw) {
            return ((raw >>> rawShift) & mask()) << valueShift;
        }

        int insert(long value) {
            return (int) (((value >>> valueShift) & mask()) << rawShift);
        }
    }

    Field {
        segments = List.copyOf(segments);
    }

    static Field constant(Slot slot, int value) {
        return new Field(slot, List.of(), 0, value, false);
    }

    long extract(int raw) {
        long value = 0;
        for (Segment segment : segments) {
            value |= segment.extract(raw);
        }
        int unused = signBit == 0 ? 0 : Long.SIZE - 1 - signBit;
        return ((value << unused) >> unused) + bias;
    }

    /**
     * Returns the bits of an encoding that carry {@code value}, all others 0.
     *
     * @throws IllegalArgumentException if the field cannot hold the value
     */
    int insert(long value) {
        int raw = 0;
        for (Segment segment : segments) {
            raw |= segment.insert(value - bias);
        }
        if (extract(raw) != value || !accepts(raw)) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: a value that the encoding can hold)"
                            .formatted(slot.name().toLowerCase(Locale.ROOT), value));
        }
        return raw;
    }

    /** Returns whether some of the field's values are reserved. */
    boolean isRestricted() {
        return nonZero || slot == Slot.RM;
    }

    /** Returns whether the field's bits in {@code raw} are not reserved. */
    boolean accepts(int raw) {
        if (slot == Slot.RM) {
            long mode = extract(raw);
            return mode < FIRST_RESERVED_ROUNDING_MODE || mode > LAST_RESERVED_ROUNDING_MODE;
        }
        return !nonZero || extract(raw) != 0;
    }
}
