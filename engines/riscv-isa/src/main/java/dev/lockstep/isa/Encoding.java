package dev.lockstep.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Some of the encodings of an instruction: those with certain bits.
 *
 * @param mask the bits that count; of a compressed instruction the upper half too, which is 0
 * @param match what they are
 */
public record Encoding(int mask, int match) {
    private static final int UPPER_HALF = 0xffff_0000;

    /**
     * Returns the encodings of a mnemonic, which together are all that decode to it: of a base
     * instruction those of its compressed forms too, of an atomic all orderings unless it names
     * one. Empty if there is no such mnemonic.
     */
    public static List<Encoding> of(String mnemonic) {
        List<Encoding> all = new ArrayList<>();
        List<Row> rows = InstructionTable.ROWS;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.baseMnemonic().equals(mnemonic) || row.mnemonic().equals(mnemonic)) {
                all.addAll(without(rows.subList(0, i), of(row)));
            } else if (row.ordering(mnemonic) > 0) {
                all.addAll(ordered(of(row), row.pattern().field(Slot.RM), row.ordering(mnemonic)));
            }
        }
        return List.copyOf(all);
    }

    private static List<Encoding> ordered(List<Encoding> any, Field ordering, int value) {
        int bits = ordering.insert(3);
        return any.stream()
                .map(it -> new Encoding(it.mask | bits, it.match | ordering.insert(value)))
                .toList();
    }

    /** Returns the encodings of one row; where a field must not be 0, one of its bits is set. */
    private static List<Encoding> of(Row row) {
        BitPattern pattern = row.pattern();
        int mask = pattern.length() == Short.BYTES ? pattern.mask() | UPPER_HALF : pattern.mask();
        List<Encoding> all = List.of(new Encoding(mask, pattern.match()));
        for (Field field : pattern.fields()) {
            if (field.nonZero()) {
                int zeros = zeros(field);
                all = all.stream().flatMap(it -> it.minus(new Encoding(zeros, 0))).toList();
            }
        }
        return all;
    }

    private static int zeros(Field field) {
        int bits = 0;
        for (Field.Segment segment : field.segments()) {
            bits |= segment.insert(-1L);
        }
        return bits;
    }

    /** Takes away what rows before it decode. */
    private static List<Encoding> without(List<Row> before, List<Encoding> own) {
        List<Encoding> rest = own;
        for (Row row : before) {
            for (Encoding other : of(row)) {
                rest = rest.stream().flatMap(it -> it.minus(other)).toList();
            }
        }
        return rest;
    }

    /** Returns what is left of these without others, in parts that have nothing in common. */
    private Stream<Encoding> minus(Encoding other) {
        if (((match ^ other.match) & mask & other.mask) != 0) {
            return Stream.of(this);
        }
        List<Encoding> rest = new ArrayList<>();
        int sameMask = mask;
        int sameMatch = match;
        for (int left = other.mask & ~mask; left != 0; left &= left - 1) {
            int bit = Integer.lowestOneBit(left);
            sameMask |= bit;
            rest.add(new Encoding(sameMask, sameMatch | (~other.match & bit)));
            sameMatch |= other.match & bit;
        }
        return rest.stream();
    }
}
