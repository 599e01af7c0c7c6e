package dev.lockstep.riscv.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One parameter of a system call, as events tell it. */
sealed interface Parameter {
    String name();

    /** A number. */
    record Value(String name) implements Parameter {}

    /** An address of something that is not told. */
    record Pointer(String name) implements Parameter {}

    /** The address of a string. */
    record Text(String name) implements Parameter {}

    /**
     * The address of bytes that the call takes.
     *
     * @param size how many: a number, or the parameter that has it
     */
    record Input(String name, String size) implements Parameter {}

    /**
     * The address of vectors of such bytes.
     *
     * @param count how many vectors: the parameter that has it
     */
    record Vectors(String name, String count) implements Parameter {}

    Pattern SYNTAX = Pattern.compile("(\\w+)(?::(ptr|text|in|vec)(?:\\((\\w+)\\))?)?");

    /** Reads one word of parameters.txt. */
    static Parameter parse(String word) {
        Matcher parts = SYNTAX.matcher(word);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "parameter: "
                            + word
                            + " (expected: NAME, or NAME:KIND as parameters.txt says)");
        }
        String name = parts.group(1);
        return switch (parts.group(2)) {
            case null -> new Value(name);
            case "ptr" -> new Pointer(name);
            case "text" -> new Text(name);
            case "in" -> new Input(name, parts.group(3));
            default -> new Vectors(name, parts.group(3));
        };
    }
}
