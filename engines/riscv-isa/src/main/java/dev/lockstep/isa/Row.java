package dev.lockstep.isa;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/**
 * One row of the table.
 *
 * @param meaning the words of the last column: {@code load 8}, or {@code => addi rd x2 imm}
 */
record Row(String mnemonic, Syntax syntax, BitPattern pattern, List<String> meaning) {

    private static final String BETWEEN_COLUMNS = " | ";
    private static final String BETWEEN_WORDS = " ,()";

    private static final String EXPANDS_TO = "=>";

    /** The suffixes of atomics, by aq·2 + rl. */
    private static final List<String> ORDERINGS = List.of("", ".rl", ".aq", ".aqrl");

    // Without regular expressions: every process parses the table before anything else.
    static Row parse(String line) {
        int encoding = line.indexOf(BETWEEN_COLUMNS);
        int meaning = line.indexOf(BETWEEN_COLUMNS, encoding + 1);
        if (meaning < 0) {
            throw new IllegalStateException("row: " + line + " (expected: three columns)");
        }
        var assembly = new StringTokenizer(line.substring(0, encoding));
        return new Row(
                assembly.nextToken(),
                Syntax.parse(assembly.hasMoreTokens() ? assembly.nextToken() : ""),
                PatternParser.parse(line.substring(encoding + BETWEEN_COLUMNS.length(), meaning)),
                words(line.substring(meaning + BETWEEN_COLUMNS.length())));
    }

    private static List<String> words(String meaning) {
        var words = new ArrayList<String>();
        new StringTokenizer(meaning, BETWEEN_WORDS)
                .asIterator()
                .forEachRemaining(word -> words.add((String) word));
        return List.copyOf(words);
    }

    /** Returns the kind of a base instruction. */
    Kind kind() {
        return Kind.valueOf(meaning.getFirst().toUpperCase(Locale.ROOT));
    }

    /** Returns the bytes of memory that a base instruction accesses, 0 if none. */
    int width() {
        return meaning.size() > 1 ? Integer.parseInt(meaning.get(1)) : 0;
    }

    /** Returns the file that the register in {@code slot} is in. */
    RegisterFile registerFile(Slot slot) {
        return syntax.operands().stream()
                .filter(operand -> operand.slot() == slot)
                .map(Operand::registerFile)
                .findFirst()
                .orElse(RegisterFile.NONE);
    }

    boolean isAtomic() {
        return !expands() && EnumSet.of(Kind.LR, Kind.SC, Kind.AMO).contains(kind());
    }

    /** Returns aq·2 + rl if {@code name} is the row's mnemonic, else -1. */
    int ordering(String name) {
        if (isAtomic() && name.startsWith(mnemonic)) {
            return ORDERINGS.indexOf(name.substring(mnemonic.length()));
        }
        return name.equals(mnemonic) ? 0 : -1;
    }

    /** Returns the mnemonic with the suffix for {@code ordering}, which is 0 unless atomic. */
    String mnemonic(int ordering) {
        return mnemonic + ORDERINGS.get(ordering);
    }

    /** Whether the row stands for a base instruction: it is compressed, or a pseudoinstruction. */
    boolean expands() {
        return meaning.getFirst().equals(EXPANDS_TO);
    }

    /** Returns the mnemonic of the base instruction: the row's own, or that of its expansion. */
    String baseMnemonic() {
        return expands() ? expansionWords().getFirst() : mnemonic;
    }

    /** Returns mnemonic and operands of the base instruction that an expanding row stands for. */
    List<String> expansionWords() {
        return meaning.subList(1, meaning.size());
    }
}
