package dev.lockstep.cli;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a random program that needs nothing but its language, always ends, and prints what it
 * computes. Its variables are numbers n0, n1 ... and texts s0, s1 ...
 */
abstract class RandomScript {
    static final int LONGEST_TEXT = 40;

    private static final int STATEMENTS = 60;
    private static final int DEEPEST_BLOCK = 3;
    private static final int DEEPEST_EXPRESSION = 3;
    private static final int VARIABLES = 5;
    private static final List<String> WORDS =
            List.of("harbour", "Ferry", "x", "a1b2", "no-one", "42", "under_score", "lockstep");

    private final Random random;
    private int counters;

    RandomScript(long seed) {
        random = new Random(seed);
    }

    /** Returns the program. */
    abstract String write();

    abstract String assignment();

    abstract String print();

    /** Returns a loop that counts in {@code counter} up to {@code turns}. */
    abstract String loop(String counter, int turns, String body);

    abstract String choice(String condition, String yes, String no);

    abstract String leaf();

    /** Returns an expression that has a value whatever its operands' values are. */
    abstract String operation(String left, String right);

    final String statements() {
        return statements(0, STATEMENTS);
    }

    private String statements(int depth, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> statement(depth))
                .collect(Collectors.joining());
    }

    private String statement(int depth) {
        return switch (below(depth < DEEPEST_BLOCK ? 8 : 6)) {
            case 0, 1 -> print();
            case 6 -> loop("i" + counters++, 2 + below(5), statements(depth + 1, 3));
            case 7 -> choice(expression(), statements(depth + 1, 2), statements(depth + 1, 2));
            default -> assignment();
        };
    }

    final String expression() {
        return expression(0);
    }

    private String expression(int depth) {
        return depth == DEEPEST_EXPRESSION || below(4) == 0
                ? leaf()
                : operation(expression(depth + 1), expression(depth + 1));
    }

    /** Returns a line for each number of a variable. */
    static String forEachVariable(IntFunction<String> line) {
        return IntStream.range(0, VARIABLES).mapToObj(line).collect(Collectors.joining());
    }

    final int below(int bound) {
        return random.nextInt(bound);
    }

    final String oneOf(String... choices) {
        return choices[below(choices.length)];
    }

    final String number() {
        return "n" + below(VARIABLES);
    }

    final String text() {
        return "s" + below(VARIABLES);
    }

    final String word() {
        return WORDS.get(below(WORDS.size()));
    }
}
