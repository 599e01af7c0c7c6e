package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CaptureEnd;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.SnapshotException.Fault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What engines and takers may not say. Of none of it anything is kept. */
class RefusedTakeTest {
    private static final long PAGE = Protocol.PAGE_BYTES;

    @TempDir Path directory;

    private final Random random = new Random(3);
    private final FakeGuest guest = FakeGuest.random(random, 100, 4);

    @AfterEach
    void nothingIsKept() {
        SnapshotStore store = SnapshotStore.open(directory);
        assertThat(store.list("", Long.MAX_VALUE, 1)).isEmpty();
        if (directory.resolve("snapshots.db").toFile().exists()) {
            try (Blobs blobs = new Blobs(SnapshotSchema.open(directory))) {
                assertThat(blobs.database().query("SELECT 1 FROM blob", row -> 1)).isEmpty();
                assertThat(blobs.database().query("SELECT 1 FROM content", row -> 1)).isEmpty();
                assertThat(blobs.database().query("SELECT 1 FROM claim", row -> 1)).isEmpty();
            }
        }
    }

    @Test
    void pagesThatCannotBeAreRefused() {
        Hash hash = Hash.of(FakeGuest.randomPage(random));
        long base = FakeGuest.BASE;
        refusesRows("page 0x10001 (expected: a mapped page", base + 1, hash);
        refusesRows("page 0xf000 (expected: a mapped page", base - PAGE, hash);
        refusesRows("page 0x74000 (expected: a mapped page", base + 100 * PAGE, hash);
        refusesRows("page 0xfffffffffffff000 (expected: a mapped page", -PAGE, hash);
        refusesRows("page 0x10000 after 0x10000 (expected: ascending)", base, hash, base, hash);
        refusesRows(
                "page 0x10000 after 0x11000 (expected: ascending)", base + PAGE, hash, base, hash);
        refusesRows("page 0x10000, number 0 (expected: no row for zeros", base, Hash.OF_ZEROS);
        refuses(
                "41 bytes of pages (expected: rows of 40",
                take -> {
                    take.accept(0, state(guest.state()));
                    take.accept(0, part().setPages(ByteString.copyFrom(new byte[41])).build());
                });
    }

    @Test
    void partsOutOfOrderAreRefused() {
        refuses(
                "0 bytes of pages (expected: rows of 40, after the state",
                take -> take.accept(0, part().setPages(ByteString.EMPTY).build()));
        refuses(
                "a second state (expected: one)",
                take -> {
                    take.accept(0, state(guest.state()));
                    take.accept(0, state(guest.state()));
                });
        refuses("an end (expected: one state's)", take -> take.accept(0, end()));
        refuses(
                "engine e0 refuses: a pipe",
                take -> take.accept(0, part().setRefusal("a pipe").build()));
        refuses("an empty part", take -> take.accept(0, CapturePart.getDefaultInstance()));
    }

    @Test
    void contentsThatWereNotWantedOrAreNotWholeAreRefused() {
        byte[] page = guest.pages.firstEntry().getValue();
        refuses(
                "(expected: one that was wanted)",
                take -> sendAfterHashes(take, FakeGuest.content(FakeGuest.randomPage(random))));
        refuses(
                "(expected: one that was wanted)",
                take -> {
                    sendAfterHashes(take, FakeGuest.content(page));
                    take.accept(0, contents(FakeGuest.content(page)));
                });
        PageContent whole = FakeGuest.content(page);
        refuses(
                "(expected: 4096, 0x",
                take -> sendAfterHashes(take, whole.toBuilder().setCrc32C(7).build()));
        refuses(
                "4095 bytes",
                take ->
                        sendAfterHashes(
                                take,
                                whole.toBuilder().setData(whole.getData().substring(1)).build()));
    }

    @Test
    void aSnapshotWithMissingPagesIsRefused() {
        refuses(
                "engine e0: 4 pages did not come (expected: all of a state)",
                take -> {
                    guest.tellHashes(take, 0);
                    assertThat(take.isComplete()).isFalse();
                    take.commit();
                });
        refuses(
                "engine e0: not all hashes came",
                take -> {
                    take.accept(0, state(guest.state()));
                    take.commit();
                });
    }

    @Test
    void enginesAtDifferentStepsAreRefused() {
        FakeGuest other = guest.copy();
        other.step++;
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> begin(guest, other))
                .withMessage("engine e1: at step 1001 (expected: 1000, where the first one is)");
    }

    /** Tells of states without their pages. */
    private void begin(FakeGuest... guests) {
        SnapshotStore store = SnapshotStore.open(directory);
        try (Take take = store.begin(FakeGuest.about("r", "e0", "e1"))) {
            for (int i = 0; i < guests.length; i++) {
                take.accept(i, guests[i].told().getFirst());
            }
        }
    }

    @Test
    void moreNamesOfFilesThanAManifestHasRoomForAreRefused() {
        FakeGuest other = guest.copy();
        guest.files.put("a".repeat(5 << 20), new byte[] {1});
        other.files.put("b".repeat(5 << 20), new byte[] {2});
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> FakeGuest.take(SnapshotStore.open(directory), guest, other))
                .withMessageEndingWith(
                        " bytes with the names of 2 files (expected: at most 8388608)");
    }

    @Test
    void mappingsThatCannotBeAreRefused() {
        refusesState("0 bytes (expected: whole pages)", it -> it.addMappings(mapped(0, 0, 1)));
        refusesState("(expected: whole pages)", it -> it.addMappings(mapped(1, PAGE, 1)));
        refusesState("(expected: whole pages)", it -> it.addMappings(mapped(0, PAGE + 1, 1)));
        refusesState("(expected: whole pages)", it -> it.addMappings(mapped(-PAGE, 2 * PAGE, 1)));
        refusesState("(expected: whole pages)", it -> it.addMappings(mapped(0, -PAGE, 1)));
        refusesState("permissions 8 (expected: 0 to 7)", it -> it.addMappings(mapped(0, PAGE, 8)));
        refusesState(
                "(expected: ascending, disjoint, joined)",
                it -> it.addMappings(mapped(0, 2 * PAGE, 1)).addMappings(mapped(PAGE, PAGE, 2)));
        refusesState(
                "(expected: ascending, disjoint, joined)",
                it -> it.addMappings(mapped(0, PAGE, 1)).addMappings(mapped(PAGE, PAGE, 1)));
        refusesState(
                "(expected: ascending, disjoint, joined)",
                it -> it.addMappings(mapped(PAGE, PAGE, 1)).addMappings(mapped(0, PAGE, 2)));
    }

    @Test
    void sourcesThatCannotBeAreRefused() {
        refusesState(
                "a hash of 3 bytes",
                it -> it.addSources(Source.newBuilder().setSha256(ByteString.copyFromUtf8("abc"))));
        refusesState("-1 bytes long", it -> it.addSources(source(-1)));
        refusesState("(expected: 32, at most", it -> it.addSources(source(1L << 60)));
        GuestState.Builder mapped = GuestState.newBuilder().addMappings(mapped(0, 4 * PAGE, 1));
        GuestState withSource = mapped.addSources(source(PAGE + 1)).build();
        refusesRun(withSource, "(expected: whole mapped pages)", run(1, PAGE, 0, 0));
        refusesRun(withSource, "(expected: whole mapped pages)", run(4 * PAGE, PAGE, 0, 0));
        refusesRun(withSource, "(expected: whole mapped pages)", run(3 * PAGE, 2 * PAGE, 0, 0));
        refusesRun(withSource, "source 1 (expected: one of 1)", run(0, PAGE, 1, 0));
        refusesRun(withSource, "(expected: inside its 4097 bytes)", run(0, PAGE, 0, PAGE + 1));
        refusesRun(withSource, "(expected: inside its 4097 bytes)", run(0, 3 * PAGE, 0, 0));
        refusesRun(withSource, "(expected: inside its 4097 bytes)", run(0, PAGE, 0, -1));
        refusesRun(withSource, "(expected: inside its", run(0, PAGE, 0, Long.MAX_VALUE));
        refusesRun(
                withSource,
                "(expected: ascending, disjoint)",
                run(PAGE, PAGE, 0, 0),
                run(0, PAGE, 0, 0));
    }

    @Test
    void aSourceThatIsNotTheFileOfItsHashIsRefused() {
        byte[] file = new byte[(int) PAGE + 5];
        random.nextBytes(file);
        guest.files.put("hello", file);
        refuses(
                "source hello: 0 pages (expected: 2, for its 4101 bytes)",
                take -> {
                    take.accept(0, state(guest.state()));
                    take.accept(0, end());
                });
        refuses(
                "96 bytes of hashes after 0 hashes (expected: 2 hashes",
                take -> {
                    take.accept(0, state(guest.state()));
                    take.accept(0, FakeGuest.sourcePages(0, new byte[3 * (int) PAGE]));
                });
        byte[] other = file.clone();
        other[7]++;
        refuses("source hello: its pages have SHA-256", take -> commit(take, guest.state(), other));
        byte[] longer = Arrays.copyOf(file, 2 * (int) PAGE);
        longer[longer.length - 1] = 1;
        refuses(
                "source hello: 0x1 behind its 4101 bytes (expected: zeros",
                take -> commit(take, guest.state(), longer));
    }

    @Test
    void machinesThatCannotBeAreRefused() {
        refusesState("step -1", it -> it.setStep(-1));
        refusesState("state field machine.a b: its name", it -> field(it, named("a b")));
        refusesState("state field machine.: its name", it -> field(it, named("")));
        refusesState("its name", it -> field(it, named("x".repeat(65))));
        refusesState(
                "state field machine.a: its name (expected: 1 to 64 characters of [A-Za-z0-9._-],"
                        + " once in a group)",
                it -> field(field(it, named("a")), named("a")));
        refusesState(
                "state field machine.a: no value",
                it -> field(it, StateField.newBuilder().setName("a").build()));
        StateField deep = named("x");
        for (int i = 0; i < Protocol.MAX_STATE_DEPTH; i++) {
            deep = FakeGuest.group("g", deep);
        }
        StateField tooDeep = deep;
        refusesState("nested 17 deep (expected: at most 16)", it -> field(it, tooDeep));
        StateField large =
                StateField.newBuilder()
                        .setName("d")
                        .setData(ByteString.copyFrom(new byte[Protocol.MAX_STATE_BYTES]))
                        .build();
        refusesState("bytes (expected: at most 8388608)", it -> field(it, large));
    }

    @Test
    void takersWhoSayWhatCannotBeAreRefused() {
        refusesAbout("of run \"a b\"", about -> about.setRun("a b"));
        refusesAbout("label: 257 characters", about -> about.setLabel("x".repeat(257)));
        refusesAbout("launch: 1048577 bytes", about -> about.setLaunch("x".repeat((1 << 20) + 1)));
        refusesAbout("without create_time", Snapshot.Builder::clearCreateTime);
        refusesAbout("0 engines", Snapshot.Builder::clearEngines);
        refusesAbout("engine \"e0\": its name", about -> about.addEngines(about.getEngines(0)));
        refusesAbout(
                "e0 comes first (expected: the reference)",
                about -> about.getEnginesBuilder(0).setRole(Role.ROLE_SUBJECT));
    }

    private void refusesAbout(String why, Consumer<Snapshot.Builder> change) {
        Snapshot.Builder about = FakeGuest.about("r", "e0").toBuilder();
        change.accept(about);
        assertRefused(why, () -> SnapshotStore.open(directory).begin(about.build()).close());
    }

    private void refusesRows(String why, Object... addressesAndHashes) {
        ByteBuffer rows =
                ByteBuffer.allocate(addressesAndHashes.length / 2 * Protocol.PAGE_ROW_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < addressesAndHashes.length; i += 2) {
            rows.putLong((Long) addressesAndHashes[i])
                    .put(((Hash) addressesAndHashes[i + 1]).bytes());
        }
        refuses(
                why,
                take -> {
                    take.accept(0, state(guest.state()));
                    take.accept(0, part().setPages(ByteString.copyFrom(rows.flip())).build());
                });
    }

    private void refusesRun(GuestState state, String why, SourceRun... runs) {
        GuestState.Builder told = state.toBuilder();
        for (SourceRun run : runs) {
            told.addSourceRuns(run);
        }
        refuses(why, take -> take.accept(0, state(told.build())));
    }

    private void refusesState(String why, UnaryOperator<GuestState.Builder> change) {
        GuestState told = change.apply(GuestState.newBuilder()).build();
        refuses(why, take -> take.accept(0, state(told)));
    }

    private void refuses(String why, Consumer<Take> telling) {
        SnapshotStore store = SnapshotStore.open(directory);
        try (Take take = store.begin(FakeGuest.about("r", "e0"))) {
            assertRefused(why, () -> telling.accept(take));
        }
    }

    private static void assertRefused(String why, Runnable call) {
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(call::run)
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.REFUSED));
    }

    private void sendAfterHashes(Take take, PageContent page) {
        guest.tellHashes(take, 0);
        take.accept(0, contents(page));
    }

    /** Tells a state without pages, and of its only source what is in a file. */
    private static void commit(Take take, GuestState state, byte[] file) {
        take.accept(0, state(state));
        take.accept(0, FakeGuest.sourcePages(0, file));
        take.accept(0, end());
        FakeGuest sender = new FakeGuest(1);
        sender.files.put("hello", file);
        sender.send(take, 0);
        take.commit();
    }

    private static CapturePart.Builder part() {
        return FakeGuest.part();
    }

    private static CapturePart state(GuestState state) {
        return part().setState(state).build();
    }

    private static CapturePart end() {
        return part().setEnd(CaptureEnd.getDefaultInstance()).build();
    }

    private static CapturePart contents(PageContent page) {
        return part().setContents(PageContents.newBuilder().addPages(page)).build();
    }

    private static MappedRange mapped(long address, long bytes, int permissions) {
        return MappedRange.newBuilder()
                .setAddress(address)
                .setLengthBytes(bytes)
                .setPermissions(permissions)
                .build();
    }

    private static Source source(long bytes) {
        return Source.newBuilder()
                .setName("s")
                .setSha256(Hash.OF_ZEROS.message())
                .setLengthBytes(bytes)
                .build();
    }

    private static SourceRun run(long address, long bytes, int source, long offset) {
        return SourceRun.newBuilder()
                .setAddress(address)
                .setLengthBytes(bytes)
                .setSource(source)
                .setOffset(offset)
                .build();
    }

    private static StateField named(String name) {
        return FakeGuest.number(name, 1);
    }

    private static GuestState.Builder field(GuestState.Builder state, StateField field) {
        StateGroup machine = state.getMachine().toBuilder().addFields(field).build();
        return state.setMachine(machine);
    }
}
