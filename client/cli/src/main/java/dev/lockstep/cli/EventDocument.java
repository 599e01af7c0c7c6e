package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.ReportDocument;
import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An event as the map of {@code lockstep watch --format json}. Every key is always there, null
 * where the event has nothing to say of it.
 */
final class EventDocument {
    private static final List<String> KEYS =
            List.of(
                    "position",
                    "server",
                    "dropped",
                    "time",
                    "run",
                    "run_id",
                    "kind",
                    "command",
                    "engines",
                    "number",
                    "engine",
                    "step",
                    "pc",
                    "symbol",
                    "disassembly",
                    "field",
                    "reference",
                    "subject",
                    "class",
                    "distance",
                    "block",
                    "evidence",
                    "verdict",
                    "exit_code",
                    "refusal",
                    "notes",
                    "compared_steps",
                    "compared_blocks",
                    "divergence_count",
                    "elapsed_ms");

    private final Map<String, @Nullable Object> document = new LinkedHashMap<>();

    private EventDocument() {
        KEYS.forEach(key -> document.put(key, null));
    }

    /** Returns the document of one event; the parameters are those of {@link WatchOutput}. */
    static Map<String, @Nullable Object> of(
            RunEvent event, String server, long dropped, GuestCode code) {
        EventDocument document = new EventDocument();
        document.envelope(event, server, dropped);
        switch (event.getBodyCase()) {
            case CREATED -> document.created(event.getCreated());
            case STARTED -> document.run(event.getStarted());
            case DIVERGED -> document.diverged(event.getDiverged(), code);
            case ENDED -> document.ended(event.getEnded());
            case BODY_NOT_SET -> {}
        }
        return document.document;
    }

    private void put(String key, @Nullable Object value) {
        if (!document.containsKey(key)) {
            throw new IllegalArgumentException("key: " + key + " (expected: one of " + KEYS + ")");
        }
        document.put(key, value);
    }

    private void envelope(RunEvent event, String server, long dropped) {
        boolean hasPosition = event.getPosition() != 0;
        put("position", hasPosition ? event.getPosition() : null);
        put("server", hasPosition ? server : null);
        put("dropped", dropped);
        put("time", time(event));
        put("run", event.getRun());
        put("run_id", event.getRunId() == 0 ? null : event.getRunId());
        put("kind", event.getBodyCase().name().toLowerCase(Locale.ROOT));
    }

    private static @Nullable String time(RunEvent event) {
        return event.hasTime()
                ? Instant.ofEpochSecond(event.getTime().getSeconds(), event.getTime().getNanos())
                        .toString()
                : null;
    }

    private void created(Run run) {
        run(run);
        put("command", run.getConfig().getCommand());
    }

    private void run(Run run) {
        put("engines", run.getEnginesList().stream().map(EventDocument::engine).toList());
    }

    private static Map<String, @Nullable Object> engine(RunEngine engine) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", engine.getName());
        document.put("role", role(engine.getRole()));
        document.put("steps", engine.getStepCount());
        return document;
    }

    private static String role(Role role) {
        return role.name().replace("ROLE_", "").toLowerCase(Locale.ROOT);
    }

    private void diverged(Divergence found, GuestCode code) {
        put("number", found.getNumber());
        Map<String, @Nullable Object> divergence =
                ReportDocument.divergence(EventText.divergence(found), code);
        divergence.forEach(this::put);
    }

    private void ended(Run run) {
        run(run);
        put("verdict", EventText.verdict(run));
        put("exit_code", PastRun.exitCode(run));
        put("refusal", run.getRefusal().isEmpty() ? null : run.getRefusal());
        put("notes", run.getNotesList());
        put("compared_steps", run.getCompared().getStepCount());
        put("compared_blocks", run.getCompared().getBlockCount());
        put("divergence_count", run.getDivergenceCount());
        put("elapsed_ms", run.getElapsedMs());
    }
}
