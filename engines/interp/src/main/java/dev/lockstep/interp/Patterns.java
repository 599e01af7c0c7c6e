package dev.lockstep.interp;

import dev.lockstep.isa.Op;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sequences of operations that have a node of their own, and how to do with few of them.
 *
 * <p>In some, an operand is known to be the result of an operation before it.
 */
final class Patterns {
    /** Operations of a sequence at most: so many fit into a {@link #key}. */
    private static final int LONGEST = 4;

    private static final int STEP_BITS = Long.SIZE / LONGEST;
    private static final int OPERAND_BITS = 3;

    /** A pattern that covers some rows, by its number. */
    record Tile(int number, int length) {}

    /** The numbers of the patterns by their {@link #key}. */
    private final Map<Long, Integer> numbers = new HashMap<>();

    /**
     * @param patterns operations apart by spaces: the name of an {@link Op}, then the operations
     *     whose results it has as operands, such as {@code ADD/a0b1}
     */
    Patterns(List<String> patterns) {
        for (int number = 0; number < patterns.size(); number++) {
            long key = 0;
            for (String word : patterns.get(number).split(" ")) {
                String[] parts = word.split("/");
                String operands = parts.length == 1 ? "" : parts[1];
                int a = operand(operands, 'a');
                key = key(key, Op.valueOf(parts[0]), a, operand(operands, 'b'));
            }
            numbers.put(key, number);
        }
    }

    /** Returns the number of an operation from 1 on, 0 if there is none. */
    private static int operand(String operands, char name) {
        int at = operands.indexOf(name);
        return at < 0 ? 0 : operands.charAt(at + 1) - '0' + 1;
    }

    @SuppressWarnings("EnumOrdinal") // Within one process; there are fewer than 2^10.
    private static long key(long prefix, Op op, int a, int b) {
        long step = op.ordinal() + 1L;
        step = (step << OPERAND_BITS) | a;
        step = (step << OPERAND_BITS) | b;
        return (prefix << STEP_BITS) | step;
    }

    boolean has(Op op) {
        return numbers.containsKey(key(0, op, 0, 0));
    }

    /**
     * Returns for each row the pattern to go on with there, so that all rows from there on are
     * covered by as few patterns as possible; null where there is none.
     */
    Tile[] cover(List<Row> rows) {
        var tiles = new Tile[rows.size()];
        var costs = new int[rows.size() + 1];
        Arrays.fill(costs, 0, rows.size(), Integer.MAX_VALUE);
        for (int at = rows.size() - 1; at >= 0; at--) {
            long exact = 0;
            long any = 0;
            int most = Math.min(LONGEST, rows.size() - at);
            for (int length = 1; length <= most; length++) {
                Row row = rows.get(at + length - 1);
                List<Row> before = rows.subList(at, at + length - 1);
                exact = key(exact, row.op, writer(before, row.rs1), writer(before, row.rs2));
                any = key(any, row.op, 0, 0);
                Integer number = numbers.getOrDefault(exact, numbers.get(any));
                if (number != null && costs[at + length] + 1 < costs[at]) {
                    costs[at] = costs[at + length] + 1;
                    tiles[at] = new Tile(number, length);
                }
            }
        }
        return tiles;
    }

    /** Returns which of the rows, from 1 on, was last to write a register; 0 if none did. */
    private static int writer(List<Row> rows, int register) {
        int number = rows.size();
        while (number > 0 && rows.get(number - 1).rd != register) {
            number--;
        }
        return number;
    }
}
