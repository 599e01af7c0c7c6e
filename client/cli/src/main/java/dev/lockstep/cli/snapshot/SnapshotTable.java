package dev.lockstep.cli.snapshot;

import com.google.protobuf.Timestamp;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.server.json.PythonText;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Snapshots as tables and as documents. */
public final class SnapshotTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneId.systemDefault());

    /** Digits of a hash that tell it from the others of a list. */
    private static final int SHORT_HASH = 16;

    private SnapshotTable() {}

    /** Returns snapshots, a line each. */
    public static String text(List<Snapshot> snapshots) {
        if (snapshots.isEmpty()) {
            return "no snapshots\n";
        }
        TextTable table =
                new TextTable("").row("id", "run", "step", "taken", "pages", "equal", "label");
        for (Snapshot snapshot : snapshots) {
            if (!snapshot.getDamage().isEmpty()) {
                table.row(damaged(snapshot));
                continue;
            }
            table.row(
                    Long.toString(snapshot.getId()),
                    snapshot.getRun(),
                    Quantity.exact(snapshot.getStep()),
                    TIME.format(time(snapshot.getCreateTime())),
                    Quantity.exact(snapshot.getEngines(0).getPageCount()),
                    equal(snapshot),
                    PythonText.printable(snapshot.getLabel()));
        }
        return table.text();
    }

    private static List<String> damaged(Snapshot snapshot) {
        return List.of(
                Long.toString(snapshot.getId()),
                snapshot.getRun(),
                "-",
                "-",
                "-",
                "-",
                "DAMAGED: " + PythonText.printable(snapshot.getDamage()));
    }

    /** Returns all that is known of one snapshot but its states. */
    public static String text(Snapshot snapshot) {
        TextTable facts =
                new TextTable("  ")
                        .row("run", snapshot.getRun() + run(snapshot))
                        .row("step", Quantity.exact(snapshot.getStep()))
                        .row("pc", hex(snapshot.getPc()))
                        .row("taken", TIME.format(time(snapshot.getCreateTime())))
                        .row("equal", equal(snapshot));
        if (!snapshot.getLabel().isEmpty()) {
            facts.row("label", PythonText.printable(snapshot.getLabel()));
        }
        TextTable engines =
                new TextTable("  ")
                        .row("engine", "role", "pages", "new", "stood still", "memory", "machine");
        for (EngineSnapshot engine : snapshot.getEnginesList()) {
            engines.row(
                    engine.getEngine(),
                    role(engine),
                    Quantity.exact(engine.getPageCount()),
                    Quantity.exact(engine.getNewPageCount()),
                    "%.2f ms".formatted(engine.getStallNs() / 1e6),
                    hash(engine.getMemoryRoot().toByteArray()).substring(0, SHORT_HASH),
                    hash(engine.getMachineDigest().toByteArray()).substring(0, SHORT_HASH));
        }
        TextTable sources = new TextTable("  ").row("file", "bytes", "SHA-256");
        for (Source source : snapshot.getSourcesList()) {
            sources.row(
                    PythonText.printable(source.getName()),
                    Quantity.exact(source.getLengthBytes()),
                    hash(source.getSha256().toByteArray()));
        }
        return "snapshot %d\n\n%s\n%s\n%s"
                .formatted(snapshot.getId(), facts.text(), engines.text(), sources.text());
    }

    /** Returns a snapshot as a document; of one that is damaged there is little to tell. */
    public static Map<String, @Nullable Object> document(Snapshot snapshot) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", snapshot.getId());
        document.put("run", snapshot.getRun());
        if (!snapshot.getDamage().isEmpty()) {
            document.put("damage", snapshot.getDamage());
            return document;
        }
        document.put("run_id", snapshot.getRunId() == 0 ? null : snapshot.getRunId());
        document.put("step", snapshot.getStep());
        document.put("pc", hex(snapshot.getPc()));
        document.put("taken", time(snapshot.getCreateTime()).toString());
        document.put("label", snapshot.getLabel());
        document.put("equal", snapshot.getEqual());
        document.put(
                "engines",
                snapshot.getEnginesList().stream().map(SnapshotTable::document).toList());
        document.put(
                "files", snapshot.getSourcesList().stream().map(SnapshotTable::document).toList());
        return document;
    }

    private static Map<String, @Nullable Object> document(EngineSnapshot engine) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", engine.getEngine());
        document.put("role", role(engine));
        document.put("implementation", engine.getImplementation());
        document.put("pages", engine.getPageCount());
        document.put("new_pages", engine.getNewPageCount());
        document.put("stall_us", TimeUnit.NANOSECONDS.toMicros(engine.getStallNs()));
        document.put("memory_root", hash(engine.getMemoryRoot().toByteArray()));
        document.put("machine_digest", hash(engine.getMachineDigest().toByteArray()));
        return document;
    }

    private static Map<String, @Nullable Object> document(Source source) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", source.getName());
        document.put("bytes", source.getLengthBytes());
        document.put("sha256", hash(source.getSha256().toByteArray()));
        return document;
    }

    private static String run(Snapshot snapshot) {
        return snapshot.getRunId() == 0 ? "" : " (number %d)".formatted(snapshot.getRunId());
    }

    private static String equal(Snapshot snapshot) {
        if (snapshot.getEnginesCount() == 1) {
            return "one engine";
        }
        return snapshot.getEqual() ? "yes" : "NO";
    }

    private static String role(EngineSnapshot engine) {
        return switch (engine.getRole()) {
            case ROLE_REFERENCE -> "reference";
            case ROLE_SUBJECT -> "subject";
            case ROLE_UNSPECIFIED, UNRECOGNIZED -> "-";
        };
    }

    static String permissions(int bits) {
        return ((bits & 1) != 0 ? "r" : "-")
                + ((bits & 2) != 0 ? "w" : "-")
                + ((bits & 4) != 0 ? "x" : "-");
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Instant time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
