package dev.lockstep.cli;

import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.server.events.EventLogs;
import dev.lockstep.server.events.EventText;
import dev.lockstep.server.events.KeptLog;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The event logs of a run, as they are on the disk. */
final class KeptEvents {
    private static final int BUFFER_BYTES = 64 << 10;

    private final EventLogs logs;
    private final StoredRun run;

    /**
     * @param stateDirectory that of the log of runs
     */
    KeptEvents(Path stateDirectory, StoredRun run) {
        logs = new EventLogs(stateDirectory);
        this.run = run;
    }

    /**
     * Writes the log of an engine; of a run that goes on, as it is by now.
     *
     * @param engine null for the only one that has a log
     * @param file where to; null for standard output
     * @return why it is not the whole log; empty if it is
     * @throws ConfigException if there is no such log, or not only one
     */
    Optional<String> export(@Nullable String engine, @Nullable Path file) throws IOException {
        try (EventText text = open(engine == null ? onlyEngine() : engine)) {
            if (file == null) {
                print(text.from(0));
            } else {
                write(text.from(0), file);
            }
            return text.damage().map(this::explain);
        }
    }

    private String explain(String damage) {
        return run.verdict() == null
                ? "run '%s' goes on and its log is still written: this is what is kept by now"
                        .formatted(run.name())
                : damage;
    }

    private static void write(InputStream text, Path file) {
        ReportFile.open("--output " + file, file).write(text);
    }

    /** Whoever reads may have seen enough before the end. */
    private static void print(InputStream text) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int count = text.read(buffer);
        while (count >= 0 && !System.out.checkError()) {
            System.out.write(buffer, 0, count);
            count = text.read(buffer);
        }
    }

    /**
     * Opens the log of an engine, to be compared.
     *
     * @throws ConfigException if there is none, or the run has not ended
     */
    LogText log(String engine) throws IOException {
        if (run.verdict() == null) {
            throw new ConfigException(
                    "run '%s' has not ended (expected: one that has); 'lockstep watch %d --event-diff' compares its logs while they grow"
                            .formatted(run.name(), run.id()));
        }
        return KeptLog.of(run.id(), engine, open(engine));
    }

    private EventText open(String engine) throws IOException {
        Optional<EventText> text = logs.open(run.id(), engine);
        if (text.isEmpty()) {
            throw new ConfigException(
                    "run '%s' has no event log of '%s' (expected: %s)"
                            .formatted(run.name(), engine, choice(logs.engines(run.id()))));
        }
        return text.get();
    }

    private String onlyEngine() throws IOException {
        List<String> engines = logs.engines(run.id());
        if (engines.size() != 1) {
            throw new ConfigException(
                    "run '%s' has %d event logs (expected: %s)"
                            .formatted(run.name(), engines.size(), choice(engines)));
        }
        return engines.getFirst();
    }

    private static String choice(List<String> engines) {
        return engines.isEmpty()
                ? "a run that was started with --events"
                : "--engine " + String.join(" or --engine ", engines);
    }

    /**
     * Returns the report with those numbers of events that its coordinator did not live to note.
     */
    RunReport counted(RunReport report) {
        return report.withEngines(report.engines().stream().map(this::counted).toList());
    }

    private EngineReport counted(EngineReport engine) {
        if (engine.events() != null) {
            return engine;
        }
        try (EventText text = logs.open(run.id(), engine.name()).orElse(null)) {
            // The first line is no event.
            return text == null ? engine : engine.withEvents(Math.max(0, lines(text) - 1));
        } catch (IOException e) {
            throw new UncheckedIOException("event log of " + engine.name(), e);
        }
    }

    private static long lines(EventText text) throws IOException {
        long count = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream from = text.from(0);
        for (int size = from.read(buffer); size >= 0; size = from.read(buffer)) {
            for (int i = 0; i < size; i++) {
                count += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return count;
    }
}
