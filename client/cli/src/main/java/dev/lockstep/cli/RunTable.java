package dev.lockstep.cli;

import dev.lockstep.cli.report.ReportDocument;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.server.log.StoredRun;

import org.jspecify.annotations.Nullable;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Stored runs, one line each. */
final class RunTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());
    private static final String RUNNING = "running";

    private RunTable() {}

    static String text(List<StoredRun> runs) {
        if (runs.isEmpty()) {
            return "no runs\n";
        }
        TextTable table =
                new TextTable("").row("id", "run", "started", "verdict", "steps", "command");
        for (StoredRun run : runs) {
            table.row(
                    Long.toString(run.id()),
                    run.name(),
                    TIME.format(run.created()),
                    Objects.requireNonNullElse(verdict(run), RUNNING),
                    Quantity.exact(run.compared().steps()),
                    run.command());
        }
        return table.text();
    }

    static List<Map<String, @Nullable Object>> document(List<StoredRun> runs) {
        return runs.stream().map(RunTable::document).toList();
    }

    private static Map<String, @Nullable Object> document(StoredRun run) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", run.id());
        document.put("run", run.name());
        document.put("started", run.created().toString());
        document.put("verdict", verdict(run));
        document.put("exit_code", run.exitCode().isPresent() ? run.exitCode().getAsInt() : null);
        document.put("compared", ReportDocument.compared(run.compared()));
        document.put("command", run.command());
        return document;
    }

    private static @Nullable String verdict(StoredRun run) {
        return run.verdict() == null ? null : run.verdict().name();
    }
}
