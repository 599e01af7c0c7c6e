package dev.lockstep.isa;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.ToLongFunction;

/** The operand column of a table row, such as {@code rd,imm(rs1)}. */
record Syntax(String template, List<Piece> pieces) {

    private static final String PUNCTUATION = ",()";
    private static final String SPACE = " ";

    /** What operands are made of. */
    sealed interface Piece {

        /** An operand to fill in. */
        record Value(Operand operand) implements Piece {}

        /** Text that stands for itself: punctuation, or sp where no other register can stand. */
        record Literal(String text) implements Piece {}
    }

    Syntax {
        pieces = List.copyOf(pieces);
    }

    static Syntax parse(String template) {
        var pieces = new ArrayList<Piece>();
        for (String piece : split(template)) {
            boolean literal = PUNCTUATION.contains(piece) || piece.equals("sp");
            pieces.add(literal ? new Piece.Literal(piece) : new Piece.Value(Operand.of(piece)));
        }
        return new Syntax(template, pieces);
    }

    List<Operand> operands() {
        var operands = new ArrayList<Operand>();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Value(Operand operand)) {
                operands.add(operand);
            }
        }
        return operands;
    }

    /** Writes the operands; a last one that has its default value is left out with its comma. */
    String format(ToLongFunction<Slot> values, long pc) {
        var text = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Literal(String literal) -> text.append(literal);
                case Piece.Value(Operand operand) -> {
                    String value = operand.text(values.applyAsLong(operand.slot()), pc);
                    if (value.equals(operand.defaultText())) {
                        text.setLength(text.length() - 1);
                    } else {
                        text.append(value);
                    }
                }
            }
        }
        return text.toString();
    }

    /** Returns whether {@code text} has the number of operands that {@link #read} needs. */
    boolean hasAsManyAs(String text) {
        return withDefault(split(text)).size() == pieces.size();
    }

    /**
     * Reads operands that {@link #format} could have written, or labels in place of targets.
     *
     * @throws IllegalArgumentException if the text is not of this form
     */
    Map<Slot, Long> read(String text, long pc, Map<String, Long> labels) {
        List<String> words = withDefault(split(text));
        var values = new EnumMap<Slot, Long>(Slot.class);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (pieces.get(i)) {
                case Piece.Value(Operand operand) ->
                        values.merge(operand.slot(), operand.value(word, pc, labels), Long::sum);
                case Piece.Literal(String literal) -> {
                    if (!word.equals(literal)) {
                        throw new IllegalArgumentException(
                                "operands: %s (expected: %s)".formatted(text, template));
                    }
                }
            }
        }
        return values;
    }

    /** Adds the last operand and its comma if they were left out. */
    private List<String> withDefault(List<String> words) {
        if (words.size() != pieces.size() - 2
                || !(pieces.getLast() instanceof Piece.Value(Operand last))
                || last.defaultText().isEmpty()) {
            return words;
        }
        var complete = new ArrayList<>(words);
        complete.add(",");
        complete.add(last.defaultText());
        return complete;
    }

    /** Splits operand text into words and punctuation. */
    private static List<String> split(String text) {
        var words = new ArrayList<String>();
        var pieces = new StringTokenizer(text, SPACE + PUNCTUATION, true);
        while (pieces.hasMoreTokens()) {
            String piece = pieces.nextToken();
            if (!piece.equals(SPACE)) {
                words.add(piece);
            }
        }
        return words;
    }
}
