package dev.lockstep.cli.snapshot;

import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.files.Sha256;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.StoredPage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what a snapshot has of one engine as the documents that {@code lockstep diff state}
 * compares: cpu_state, kernel, memory, vfs, config, and a manifest with their hashes.
 */
public final class StateDocuments {
    private static final String HART = "hart";

    private final SnapshotReader reader;
    private final String engine;
    private final GuestState state;
    private final Map<String, @Nullable Object> hashes = new LinkedHashMap<>();

    private StateDocuments(SnapshotReader reader, String engine) {
        this.reader = reader;
        this.engine = engine;
        state = reader.state(engine);
    }

    /**
     * Writes them.
     *
     * @param engine its name; empty for the first
     * @param directory that exists and may have such documents already
     */
    public static void write(SnapshotReader reader, String engine, Path directory)
            throws IOException {
        new StateDocuments(reader, engine).write(directory);
    }

    private void write(Path directory) throws IOException {
        Map<String, @Nullable Object> machine = object(state.getMachine());
        Object hart = machine.remove(HART);
        write(directory, "cpu_state", hart instanceof Map<?, ?> registers ? registers : Map.of());
        write(directory, "config", config(machine));
        write(directory, "kernel", machine);
        write(directory, "memory", Map.of("regions", regions()));
        // It is the same for all engines, and known to the reference alone.
        write(directory, "vfs", object(reader.state("").getWorld()));
        Files.writeString(
                directory.resolve("manifest.json"), JsonWriter.text(Map.of("files", hashes)));
    }

    private void write(Path directory, String name, Map<?, ?> document) throws IOException {
        String file = name + ".json";
        byte[] text = JsonWriter.text(document).getBytes(StandardCharsets.UTF_8);
        hashes.put(file, SnapshotTable.hash(Sha256.digest().digest(text)));
        Files.write(directory.resolve(file), text);
    }

    /** What is not of the machine but about it moves here: fields outside of any group. */
    private Map<String, @Nullable Object> config(Map<String, @Nullable Object> machine) {
        Snapshot snapshot = reader.manifest();
        Map<String, @Nullable Object> config = new LinkedHashMap<>();
        config.put("engine", engine.isEmpty() ? snapshot.getEngines(0).getEngine() : engine);
        config.put("step", state.getStep());
        config.put("blocks", state.getBlockCount());
        if (snapshot.getSourcesCount() > 0) {
            config.put(
                    "program_sha256",
                    SnapshotTable.hash(snapshot.getSources(0).getSha256().toByteArray()));
        }
        List<String> outside =
                machine.entrySet().stream()
                        .filter(entry -> !(entry.getValue() instanceof Map<?, ?>))
                        .map(Map.Entry::getKey)
                        .toList();
        outside.forEach(name -> config.put(name, machine.remove(name)));
        // What diff state is to leave out: who wrote it.
        config.put("deterministic_skip", List.of("engine"));
        return config;
    }

    private List<Map<String, @Nullable Object>> regions() {
        Iterator<StoredPage> pages = reader.pages(engine);
        StoredPage next = pages.hasNext() ? pages.next() : null;
        List<Map<String, @Nullable Object>> regions = new ArrayList<>();
        for (MappedRange range : state.getMappingsList()) {
            MessageDigest content = Sha256.digest();
            List<Map<String, @Nullable Object>> held = new ArrayList<>();
            long end = range.getAddress() + range.getLengthBytes();
            while (next != null && Long.compareUnsigned(next.address(), end) < 0) {
                byte[] bytes = next.data().toByteArray();
                // An address before each, since pages of zeros are not there.
                content.update(SnapshotTable.hex(next.address()).getBytes(StandardCharsets.UTF_8));
                content.update(bytes);
                held.add(page(next.address(), bytes));
                next = pages.hasNext() ? pages.next() : null;
            }
            regions.add(region(range, content.digest(), held));
        }
        return regions;
    }

    private static Map<String, @Nullable Object> page(long address, byte[] bytes) {
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("address", SnapshotTable.hex(address));
        page.put("sha256", SnapshotTable.hash(Sha256.digest().digest(bytes)));
        return page;
    }

    private static Map<String, @Nullable Object> region(
            MappedRange range, byte[] digest, List<Map<String, @Nullable Object>> pages) {
        Map<String, @Nullable Object> region = new LinkedHashMap<>();
        region.put("address", SnapshotTable.hex(range.getAddress()));
        region.put("pages", range.getLengthBytes() / Protocol.PAGE_BYTES);
        region.put("permissions", SnapshotTable.permissions(range.getPermissions()));
        region.put("contents_sha256", SnapshotTable.hash(digest));
        region.put("contents", pages);
        return region;
    }

    private static Map<String, @Nullable Object> object(StateGroup group) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        group.getFieldsList().forEach(field -> object.put(field.getName(), value(field)));
        return object;
    }

    /** Numbers may be registers of 64 bits, and are best read as such. */
    private static @Nullable Object value(StateField field) {
        return switch (field.getValueCase()) {
            case NUMBER -> SnapshotTable.hex(field.getNumber());
            case TEXT -> field.getText();
            case DATA -> SnapshotTable.hash(field.getData().toByteArray());
            case GROUP -> object(field.getGroup());
            case LIST ->
                    field.getList().getItemsList().stream().map(StateDocuments::object).toList();
            case VALUE_NOT_SET -> null;
        };
    }
}
