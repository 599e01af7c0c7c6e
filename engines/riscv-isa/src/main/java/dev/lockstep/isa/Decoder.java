package dev.lockstep.isa;

import java.util.Arrays;
import java.util.List;

/** Decodes instructions by the table, whose rows are sorted into buckets by major opcode. */
public final class Decoder {

    private static final int LOW_PARCEL = 0xffff;
    private static final int QUADRANT = 0b11;

    /**
     * Bits that select a bucket: opcode and funct3; of compressed instructions, the quadrant too.
     */
    private static final int BASE_KEY = 0x707c;

    private static final int COMPRESSED_KEY = 0xe003;
    private static final int COMPRESSED_BUCKETS = 1 << 5;
    private static final int BASE_BUCKETS = 1 << 8;

    private static final DecodeRule[][] BUCKETS = sort();

    private Decoder() {}

    /**
     * Decodes the instruction that starts with the low parcel of {@code raw}; the high parcel
     * counts only if the length is 4.
     */
    public static Instruction decode(int raw) {
        int code = length(raw) == Short.BYTES ? raw & LOW_PARCEL : raw;
        return rule(code).decode(code);
    }

    /** Returns the length in bytes, 2 or 4, of the instruction that starts with this parcel. */
    public static int length(int firstParcel) {
        return (firstParcel & QUADRANT) == QUADRANT ? Integer.BYTES : Short.BYTES;
    }

    /** Returns the rule of the first row that matches; the last row of each length always does. */
    static DecodeRule rule(int code) {
        for (DecodeRule rule : BUCKETS[bucket(code)]) {
            if (rule.row().pattern().matches(code)) {
                return rule;
            }
        }
        throw new IllegalStateException("code: 0x%x (expected: a row matches)".formatted(code));
    }

    private static int bucket(int code) {
        return length(code) == Short.BYTES
                ? Integer.compress(code, COMPRESSED_KEY)
                : COMPRESSED_BUCKETS + Integer.compress(code, BASE_KEY);
    }

    private static DecodeRule[][] sort() {
        List<DecodeRule> rules = InstructionTable.ROWS.stream().map(DecodeRule::of).toList();
        var buckets = new DecodeRule[COMPRESSED_BUCKETS + BASE_BUCKETS][];
        Arrays.setAll(
                buckets,
                bucket ->
                        rules.stream()
                                .filter(rule -> fits(rule, bucket))
                                .toArray(DecodeRule[]::new));
        return buckets;
    }

    /** Whether encodings in this bucket can match the rule. */
    private static boolean fits(DecodeRule rule, int bucket) {
        BitPattern pattern = rule.row().pattern();
        boolean compressed = bucket < COMPRESSED_BUCKETS;
        int key = compressed ? COMPRESSED_KEY : BASE_KEY;
        int code = Integer.expand(compressed ? bucket : bucket - COMPRESSED_BUCKETS, key);
        return compressed == (pattern.length() == Short.BYTES)
                && ((pattern.match() ^ code) & pattern.mask() & key) == 0;
    }
}
