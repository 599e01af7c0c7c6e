package dev.lockstep.cli.snapshot;

import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.proto.v1.ByteRange;
import dev.lockstep.proto.v1.FieldDifference;
import dev.lockstep.proto.v1.MappingDifference;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.server.json.PythonText;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;

/** How two snapshots differ, on the screen and as a document. */
public final class SnapshotDiffPaper {
    /** Bytes of each side of a range that a line has room for. */
    private static final int SHOWN_BYTES = 16;

    private final String reference;
    private final String subject;
    private final SnapshotDiff diff;
    private final LongFunction<String> symbols;

    /**
     * @param reference what to call the one taken as right
     * @param symbols name places in memory; an empty text for one that has no name
     */
    public SnapshotDiffPaper(
            String reference, String subject, SnapshotDiff diff, LongFunction<String> symbols) {
        this.reference = reference;
        this.subject = subject;
        this.diff = diff;
        this.symbols = symbols;
    }

    /** Returns it for people. */
    public String text() {
        if (diff.getEqual()) {
            return "MATCH  %s and %s: equal machines, equal memory%n".formatted(reference, subject);
        }
        StringBuilder text = new StringBuilder();
        text.append("DIVERGED  %s and %s%n%n".formatted(reference, subject));
        text.append(
                "%s fields, %s pages, %s bytes differ%n"
                        .formatted(
                                Quantity.exact(diff.getFieldCount()),
                                Quantity.exact(diff.getPageCount()),
                                Quantity.exact(diff.getByteCount())));
        addFields(text);
        addMappings(text);
        addRanges(text);
        return text.toString();
    }

    private void addFields(StringBuilder text) {
        if (diff.getFieldsCount() == 0) {
            return;
        }
        TextTable table = new TextTable("  ").row("field", reference, subject);
        for (FieldDifference field : diff.getFieldsList()) {
            table.row(
                    field.getPath(),
                    PythonText.printable(field.getReference()),
                    PythonText.printable(field.getSubject()));
        }
        text.append('\n').append(table.text());
        addRest(text, diff.getFieldCount() - diff.getFieldsCount(), "fields");
    }

    private void addMappings(StringBuilder text) {
        if (diff.getMappingsCount() == 0) {
            return;
        }
        TextTable table = new TextTable("  ").row("mapping", "bytes", reference, subject);
        for (MappingDifference mapping : diff.getMappingsList()) {
            table.row(
                    SnapshotTable.hex(mapping.getAddress()),
                    Quantity.exact(mapping.getLengthBytes()),
                    mapping.hasReference()
                            ? SnapshotTable.permissions(mapping.getReference())
                            : "-",
                    mapping.hasSubject() ? SnapshotTable.permissions(mapping.getSubject()) : "-");
        }
        text.append('\n').append(table.text());
        addRest(text, diff.getMappingCount() - diff.getMappingsCount(), "mappings");
    }

    private void addRanges(StringBuilder text) {
        if (diff.getRangesCount() == 0) {
            return;
        }
        TextTable table = new TextTable("  ").row("address", "bytes", "place", reference, subject);
        for (ByteRange range : diff.getRangesList()) {
            table.row(
                    SnapshotTable.hex(range.getAddress()),
                    Quantity.exact(range.getLengthBytes()),
                    symbols.apply(range.getAddress()),
                    beginning(range.getReference().toByteArray()),
                    beginning(range.getSubject().toByteArray()));
        }
        text.append('\n').append(table.text());
        addRest(text, diff.getRangeCount() - diff.getRangesCount(), "ranges");
    }

    private static void addRest(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append("  and %s more %s%n".formatted(Quantity.exact(count), what));
        }
    }

    private static String beginning(byte[] bytes) {
        int shown = Math.min(bytes.length, SHOWN_BYTES);
        String hex = SnapshotTable.hash(Arrays.copyOf(bytes, shown));
        return bytes.length > shown ? hex + "..." : hex;
    }

    /** Returns it as a JSON document. */
    public String json() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("verdict", diff.getEqual() ? "MATCH" : "DIVERGED");
        document.put("reference", reference);
        document.put("subject", subject);
        document.put("field_count", diff.getFieldCount());
        document.put(
                "fields", diff.getFieldsList().stream().map(SnapshotDiffPaper::document).toList());
        document.put("mapping_count", diff.getMappingCount());
        document.put(
                "mappings",
                diff.getMappingsList().stream().map(SnapshotDiffPaper::document).toList());
        document.put("page_count", diff.getPageCount());
        document.put("byte_count", diff.getByteCount());
        document.put("range_count", diff.getRangeCount());
        document.put("ranges", diff.getRangesList().stream().map(this::document).toList());
        return JsonWriter.text(document);
    }

    private static Map<String, @Nullable Object> document(FieldDifference field) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("path", field.getPath());
        document.put("reference", field.getReference());
        document.put("subject", field.getSubject());
        return document;
    }

    private static Map<String, @Nullable Object> document(MappingDifference mapping) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("address", SnapshotTable.hex(mapping.getAddress()));
        document.put("bytes", mapping.getLengthBytes());
        document.put(
                "reference",
                mapping.hasReference() ? SnapshotTable.permissions(mapping.getReference()) : null);
        document.put(
                "subject",
                mapping.hasSubject() ? SnapshotTable.permissions(mapping.getSubject()) : null);
        return document;
    }

    private Map<String, @Nullable Object> document(ByteRange range) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("address", SnapshotTable.hex(range.getAddress()));
        document.put("bytes", range.getLengthBytes());
        document.put("symbol", symbols.apply(range.getAddress()));
        document.put("reference", SnapshotTable.hash(range.getReference().toByteArray()));
        document.put("subject", SnapshotTable.hash(range.getSubject().toByteArray()));
        return document;
    }
}
