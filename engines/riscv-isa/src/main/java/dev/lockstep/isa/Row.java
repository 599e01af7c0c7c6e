package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;

/**
 * One row of the table.
 *
 * @param meaning the last column: {@code load 8}, or {@code => addi rd,x2,imm}
 */
record Row(String mnemonic, Syntax syntax, BitPattern pattern, String meaning) {

    private static final String EXPANDS_TO = "=> ";

    static Row parse(String line) {
        String[] columns = line.split(" \\| ");
        String[] assembly = columns[0].strip().split(" +");
        return new Row(
                assembly[0],
                Syntax.parse(assembly.length > 1 ? assembly[1] : ""),
                PatternParser.parse(columns[1].strip()),
                columns[2].strip());
    }

    Kind kind() {
        return Kind.valueOf(meaning.split(" ")[0].toUpperCase(Locale.ROOT));
    }

    /** Returns the bytes of memory that a base instruction accesses, 0 if none. */
    int width() {
        String[] words = meaning.split(" ");
        return words.length > 1 ? Integer.parseInt(words[1]) : 0;
    }

    /** Whether the row stands for a base instruction: it is compressed, or a pseudoinstruction. */
    boolean expands() {
        return meaning.startsWith(EXPANDS_TO);
    }

    /** Returns mnemonic and operands of the base instruction that an expanding row stands for. */
    List<String> expansionWords() {
        return Syntax.words(meaning.substring(EXPANDS_TO.length()));
    }
}
