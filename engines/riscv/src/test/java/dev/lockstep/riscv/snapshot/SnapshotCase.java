package dev.lockstep.riscv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.lockstep.riscv.memory.PageHash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** One of the operation sequences whose outcome the original decided, with its machine. */
final class SnapshotCase {
    private final Json json;
    private final SnapshotProfile profile;
    private final ArrayData source;
    private final FlatPagedMemory memory;
    private final PageSnapshots snapshots;

    SnapshotCase(Json json, SnapshotProfile profile) {
        this.json = json;
        this.profile = profile;
        source = source(json.get("sources"));
        memory = freshMemory();
        snapshots = new PageSnapshots(profile, source, new PagedMachine(version(), memory, core()));
    }

    private FlatPagedMemory freshMemory() {
        return new FlatPagedMemory((int) json.get("pages").number());
    }

    private static ArrayData source(Json sources) {
        Map<Integer, byte[]> byId = new HashMap<>();
        sources.members()
                .forEach((id, source) -> {
                    byte[] bytes =
                            SeededBytes.of(
                                    source.get("seed").number(),
                                    (int) source.get("length").number());
                    assertThat(sha256(bytes)).isEqualTo(source.get("sha256").text());
                    byId.put(Integer.valueOf(id), bytes);
                });
        return new ArrayData(byId);
    }

    private int version() {
        return (int) json.get("snapshot").get("version").number();
    }

    private CoreState core() {
        Json snapshot = json.get("snapshot");
        return new CoreState(
                snapshot.get("registers").items().stream().map(Json::number).toList(),
                snapshot.get("pc").number(),
                snapshot.get("cycles").number(),
                snapshot.get("max_cycles").number(),
                snapshot.get("lr").number());
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(PageHash.sha256().digest(bytes));
    }

    /** Does all operations; each must come out as in the original. */
    void operate() {
        for (Json operation : json.get("ops").items()) {
            Json expected = operation.get("error");
            try {
                operate(operation);
                assertThat(expected.isNull()).as("%s", operation.members()).isTrue();
            } catch (SnapshotException e) {
                if (expected.isNull()) {
                    fail("not as in the original", e);
                }
                assertThat(e.fault().original()).isEqualTo(expected.text());
            }
        }
    }

    private void operate(Json operation) {
        PageTracker tracker = snapshots.tracker();
        switch (operation.get("op").text()) {
            case "init_pages" -> memory.load(action(operation), source.bytes(1));
            case "mark_program" ->
                    tracker.markProgram(
                            operation.get("actions").items().stream()
                                    .map(SnapshotCase::action)
                                    .toList(),
                            (int) operation.get("id").number(),
                            operation.get("offset").number());
            case "untrack" ->
                    tracker.untrack(
                            operation.get("addr").number(), operation.get("length").number());
            case "raw_write" -> write(operation);
            case "store_bytes" -> store(operation);
            default -> throw new IllegalArgumentException(operation.get("op").text());
        }
    }

    private static LoadingAction action(Json action) {
        return new LoadingAction(
                action.get("addr").number(),
                action.get("size").number(),
                (int) action.get("flags").number(),
                action.get("start").number(),
                action.get("end").number(),
                action.get("offset_from_addr").number());
    }

    private void write(Json operation) {
        byte[] bytes =
                SeededBytes.of(
                        operation.get("seed").number(), (int) operation.get("length").number());
        assertThat(sha256(bytes)).isEqualTo(operation.get("sha256").text());
        memory.store(operation.get("addr").number(), bytes);
    }

    private void store(Json operation) {
        PageTracker.Stored stored =
                snapshots
                        .tracker()
                        .store(
                                operation.get("addr").number(),
                                (int) operation.get("id").number(),
                                operation.get("offset").number(),
                                operation.get("length").number(),
                                operation.get("size_addr").number());
        Json result = operation.get("result");
        assertThat(stored)
                .isEqualTo(new PageTracker.Stored(result.get(0).number(), result.get(1).number()));
    }

    PageSnapshot make() {
        return snapshots.make();
    }

    /** Returns a snapshot's runs as the case has them. */
    static List<String> runs(PageSnapshot snapshot) {
        List<String> runs = new ArrayList<>();
        for (PageSnapshot.Sourced sourced : snapshot.sourced()) {
            PageRun<Integer> run = sourced.pages();
            runs.add(
                    "source %d %d %d %d %d"
                            .formatted(
                                    run.address(),
                                    run.flags(),
                                    run.source(),
                                    run.offset(),
                                    run.lengthBytes()));
        }
        for (PageSnapshot.Dirty dirty : snapshot.dirty()) {
            runs.add(
                    "dirty %d %d %d %s"
                            .formatted(
                                    dirty.address(),
                                    dirty.flags(),
                                    dirty.content().size(),
                                    sha256(dirty.content().toByteArray())));
        }
        return runs;
    }

    List<String> expectedRuns() {
        List<String> runs = new ArrayList<>();
        for (Json run : json.get("snapshot").get("pages_from_source").items()) {
            runs.add("source" + numbers(run.items()));
        }
        for (Json run : json.get("snapshot").get("dirty_pages").items()) {
            runs.add("dirty" + numbers(run.items().subList(0, 3)) + " " + run.get(3).text());
        }
        return runs;
    }

    private static String numbers(List<Json> items) {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(' ').append(item.number()));
        return text.toString();
    }

    /** A memory's flags and content. */
    record Memory(List<Integer> flags, String sha256) {
        static Memory of(PagedMemory memory) {
            List<Integer> flags = new ArrayList<>();
            for (long page = 0; page < memory.pageCount(); page++) {
                flags.add(memory.flags(page));
            }
            byte[] content = memory.load(0, (int) memory.pageCount() * 4096);
            return new Memory(flags, SnapshotCase.sha256(content));
        }
    }

    Memory memory() {
        return Memory.of(memory);
    }

    Memory expectedMemory() {
        return new Memory(
                json.get("flags").items().stream().map(flags -> (int) flags.number()).toList(),
                json.get("memory_sha256").text());
    }

    /** Resumes a snapshot into a fresh machine, which then has the state of the snapshot. */
    Memory resumeFresh(PageSnapshot snapshot) {
        FlatPagedMemory fresh = freshMemory();
        List<Long> zeros = Arrays.asList(new Long[CoreState.REGISTERS]);
        zeros.replaceAll(_ -> 0L);
        PagedMachine machine = new PagedMachine(version(), fresh, new CoreState(zeros, 0, 0, 0, 0));
        new PageSnapshots(profile, source, machine).resume(snapshot);
        assertThat(machine.core()).isEqualTo(core());
        return Memory.of(fresh);
    }
}
