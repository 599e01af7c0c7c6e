package dev.lockstep.cli.selftest;

import dev.lockstep.cli.evidence.FaultClass;
import dev.lockstep.cli.text.Words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the tables of trials, which stand beside this class as text. */
public final class TrialTable {
    private static final String QUICK = "*";
    private static final String NONE = "-";

    private TrialTable() {}

    /** Returns all trials, those with a fault in an instruction first. */
    public static List<Trial> read() {
        return Stream.of(
                        rows("faults.txt", TrialTable::fault),
                        rows("regions.txt", TrialTable::seam),
                        rows("clean.txt", TrialTable::clean))
                .flatMap(Function.identity())
                .toList();
    }

    private static Trial fault(List<String> cells) {
        return new Trial.Fault(
                cells.get(0).equals(QUICK),
                cells.get(5),
                cells.get(1),
                cells.get(2),
                Long.parseLong(cells.get(3)),
                cells.get(4),
                FaultClass.of(cells.get(6)),
                cells.get(7));
    }

    private static Trial seam(List<String> cells) {
        return new Trial.Seam(
                cells.get(0).equals(QUICK),
                cells.get(4),
                cells.get(1),
                cells.get(2),
                Long.parseLong(cells.get(3)),
                cells.get(5),
                Long.parseLong(cells.get(6)),
                FaultClass.of(cells.get(7)),
                cells.get(8));
    }

    private static Trial clean(List<String> cells) {
        String options = cells.get(2);
        return new Trial.Clean(
                cells.get(0).equals(QUICK),
                cells.get(1),
                options.equals(NONE) ? List.of() : Words.split(options),
                cells.get(3));
    }

    private static Stream<Trial> rows(String file, Function<List<String>, Trial> trial) {
        return text(file)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> trial.apply(cells(line)));
    }

    /** Two blanks are between cells, for a cell may have one. */
    private static List<String> cells(String line) {
        String mark = line.startsWith(QUICK) ? QUICK : "";
        String rest = line.substring(mark.length()).strip();
        String[] cells = rest.split(" {2,}");
        return Stream.concat(Stream.of(mark), Stream.of(cells)).toList();
    }

    private static String text(String file) {
        try (InputStream in = TrialTable.class.getResourceAsStream(file)) {
            return new String(
                    Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
