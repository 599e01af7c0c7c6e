package dev.lockstep.isa;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of {@link Rv64}, parsed. */
final class InstructionTable {

    static final List<Row> ROWS =
            Rv64.TABLE
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();

    private static final Map<String, Row> BASE_ROWS =
            ROWS.stream()
                    .filter(row -> !row.expands())
                    .collect(Collectors.toUnmodifiableMap(Row::mnemonic, Function.identity()));

    private InstructionTable() {}

    /** Returns the row of a base instruction, by its mnemonic. */
    static Row base(String mnemonic) {
        Row row = BASE_ROWS.get(mnemonic);
        if (row == null) {
            throw new IllegalStateException("mnemonic: " + mnemonic + " (expected: a base row)");
        }
        return row;
    }
}
