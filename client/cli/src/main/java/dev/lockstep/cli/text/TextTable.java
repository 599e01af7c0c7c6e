package dev.lockstep.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Lines up columns: amounts to the right, everything else to the left, two blanks between. */
public final class TextTable {
    private static final String GAP = "  ";

    private final String indent;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String indent) {
        this.indent = indent;
    }

    public TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** Adds a row; the first one is the head. All have as many cells. */
    public TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    public String text() {
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int column = 0; column < row.size(); column++) {
                line.append(column == 0 ? "" : GAP).append(aligned(row.get(column), column));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private String aligned(String cell, int column) {
        int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        String fill = " ".repeat(width - cell.length());
        return isAmount(column) ? fill + cell : cell + fill;
    }

    /**
     * A column holds amounts when all its cells below the head are numbers, with a unit or not, or
     * dashes.
     */
    private boolean isAmount(int column) {
        return rows.size() > 1
                && rows.stream()
                        .skip(1)
                        .map(row -> row.get(column))
                        .allMatch(cell ->
                                cell.matches("-|([0-9]+ min )?[0-9][0-9.,]*( [a-zA-Z]{1,3})?"));
    }
}
