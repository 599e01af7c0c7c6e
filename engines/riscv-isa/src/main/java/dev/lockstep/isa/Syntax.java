package dev.lockstep.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The operand column of a table row, such as {@code rd,imm(rs1)}. */
record Syntax(List<Piece> pieces) {

    private static final Pattern PIECE = Pattern.compile("\\w+|[,()]");

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

    static Syntax parse(String text) {
        var pieces = new ArrayList<Piece>();
        for (String piece : split(text)) {
            boolean literal = ",()".contains(piece) || piece.equals("sp");
            pieces.add(literal ? new Piece.Literal(piece) : new Piece.Value(Operand.of(piece)));
        }
        return new Syntax(pieces);
    }

    /** Splits operand text into words and punctuation. */
    static List<String> split(String text) {
        return PIECE.matcher(text).results().map(MatchResult::group).toList();
    }

    /** Splits assembly text into words, without punctuation. */
    static List<String> words(String text) {
        return List.of(text.split("[ ,()]+"));
    }

    List<Operand> operands() {
        return pieces.stream()
                .filter(Piece.Value.class::isInstance)
                .map(piece -> ((Piece.Value) piece).operand())
                .toList();
    }
}
