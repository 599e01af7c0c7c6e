package dev.lockstep.isa;

import java.util.ArrayList;
import java.util.List;

/** The rows for instructions of one length, in buckets by eight bits of the encoding. */
final class DecodeIndex {

    private static final int LOW_BITS = 5;
    private static final int LOW_MASK = (1 << LOW_BITS) - 1;
    private static final int FUNCT3_MASK = 0b111;
    private static final int BUCKET_COUNT = 1 << 8;

    private final int lowShift;
    private final int funct3Shift;
    private final List<List<DecodeRule>> buckets = new ArrayList<>();

    /**
     * Sorts the rows for instructions of {@code length} bytes.
     *
     * @param lowShift where the five low bits of a bucket's number stand in an encoding
     * @param funct3Shift where the three high bits stand
     */
    DecodeIndex(int length, int lowShift, int funct3Shift) {
        this.lowShift = lowShift;
        this.funct3Shift = funct3Shift;
        List<DecodeRule> rules =
                InstructionTable.ROWS.stream()
                        .filter(row -> row.pattern().length() == length)
                        .map(DecodeRule::of)
                        .toList();
        for (int bucket = 0; bucket < BUCKET_COUNT; bucket++) {
            buckets.add(rulesOf(bucket, rules));
        }
    }

    /** Returns the rule of the first row that matches; the last row always does. */
    DecodeRule find(int code) {
        int low = (code >>> lowShift) & LOW_MASK;
        int funct3 = (code >>> funct3Shift) & FUNCT3_MASK;
        for (DecodeRule rule : buckets.get(funct3 << LOW_BITS | low)) {
            if (rule.row().pattern().matches(code)) {
                return rule;
            }
        }
        throw new IllegalStateException("code: 0x%x (expected: a row matches)".formatted(code));
    }

    /** Returns the rules that encodings in this bucket may match. */
    private List<DecodeRule> rulesOf(int bucket, List<DecodeRule> rules) {
        int code = (bucket & LOW_MASK) << lowShift | bucket >>> LOW_BITS << funct3Shift;
        int key = LOW_MASK << lowShift | FUNCT3_MASK << funct3Shift;
        var possible = new ArrayList<DecodeRule>();
        for (DecodeRule rule : rules) {
            BitPattern pattern = rule.row().pattern();
            if (((pattern.match() ^ code) & pattern.mask() & key) == 0) {
                possible.add(rule);
            }
        }
        return possible;
    }
}
