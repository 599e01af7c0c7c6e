package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.CaptureEnd;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.proto.v1.SourcePages;
import dev.lockstep.proto.v1.SourceRun;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** A guest made of pages and a few registers, which tells its state as an engine does. */
public final class FakeGuest {
    public static final long BASE = 0x1_0000;

    public final NavigableMap<Long, byte[]> pages = new TreeMap<>(Long::compareUnsigned);
    public final StateGroup.Builder machine = StateGroup.newBuilder();
    public final StateGroup.Builder world = StateGroup.newBuilder();
    public final Map<String, byte[]> files = new LinkedHashMap<>();
    private final int mappedPages;
    public long step = 1000;

    FakeGuest(int mappedPages) {
        this.mappedPages = mappedPages;
        machine.addFields(group("hart", number("x5", 5), number("x6", 6)));
    }

    /** Returns a guest whose first pages hold random bytes. */
    public static FakeGuest random(Random random, int mappedPages, int filledPages) {
        FakeGuest guest = new FakeGuest(mappedPages);
        for (int i = 0; i < filledPages; i++) {
            guest.pages.put(BASE + (long) i * Protocol.PAGE_BYTES, randomPage(random));
        }
        return guest;
    }

    /** Returns one that has all but what stands behind it in the world. */
    public FakeGuest copy() {
        FakeGuest copy = new FakeGuest(mappedPages);
        pages.forEach((address, page) -> copy.pages.put(address, page.clone()));
        copy.files.putAll(files);
        copy.machine.clear().mergeFrom(machine.build());
        copy.step = step;
        return copy;
    }

    public static byte[] randomPage(Random random) {
        byte[] page = new byte[Protocol.PAGE_BYTES];
        random.nextBytes(page);
        return page;
    }

    public static StateField number(String name, long value) {
        return StateField.newBuilder().setName(name).setNumber(value).build();
    }

    static StateField group(String name, StateField... fields) {
        return StateField.newBuilder()
                .setName(name)
                .setGroup(StateGroup.newBuilder().addAllFields(Arrays.asList(fields)))
                .build();
    }

    /** Returns what a taker knows of a run of engines of these names, the reference first. */
    static Snapshot about(String run, String... engines) {
        Snapshot.Builder about =
                Snapshot.newBuilder()
                        .setRun(run)
                        .setRunId(7)
                        .setLabel("a label")
                        .setLaunch("{\"program\": \"hello\"}")
                        .setCreateTime(Timestamp.newBuilder().setSeconds(1_800_000_000));
        for (int i = 0; i < engines.length; i++) {
            about.addEngines(
                    EngineSnapshot.newBuilder()
                            .setEngine(engines[i])
                            .setRole(i == 0 ? Role.ROLE_REFERENCE : Role.ROLE_SUBJECT)
                            .setImplementation("a fake")
                            .addAgreement(
                                    AgreementItem.newBuilder()
                                            .setName("program")
                                            .setDigest(Hash.OF_ZEROS.message())));
        }
        return about.build();
    }

    /** Takes a snapshot of engines that are called e0, e1 and so on. */
    static Snapshot take(SnapshotStore store, FakeGuest... guests) {
        String[] names = new String[guests.length];
        Arrays.setAll(names, i -> "e" + i);
        try (Take take = store.begin(about("r", names))) {
            for (int i = 0; i < guests.length; i++) {
                guests[i].tell(take, i);
            }
            return take.commit();
        }
    }

    Snapshot take(SnapshotStore store, String run) {
        try (Take take = store.begin(about(run, "e0"))) {
            tell(take, 0);
            return take.commit();
        }
    }

    public Map<Long, ByteString> contentsByAddress() {
        Map<Long, ByteString> contents = new TreeMap<>();
        pages.forEach((address, page) -> contents.put(address, ByteString.copyFrom(page)));
        return contents;
    }

    public GuestState state() {
        GuestState.Builder state =
                GuestState.newBuilder()
                        .setStep(step)
                        .setPc(BASE + 8)
                        .setBlockCount(step / 10)
                        .setMachine(machine)
                        .setWorld(world)
                        .addMappings(
                                MappedRange.newBuilder()
                                        .setAddress(BASE)
                                        .setLengthBytes((long) mappedPages * Protocol.PAGE_BYTES)
                                        .setPermissions(3));
        files.forEach((name, content) ->
                state.addSources(
                        Source.newBuilder()
                                .setName(name)
                                .setLengthBytes(content.length)
                                .setSha256(Hash.of(content).message())));
        if (!files.isEmpty()) {
            state.addSourceRuns(
                    SourceRun.newBuilder()
                            .setAddress(BASE)
                            .setLengthBytes(Protocol.PAGE_BYTES)
                            .setSource(0));
        }
        return state.build();
    }

    /** Tells all of the state, and sends what is wanted. */
    void tell(Take take, int engine) {
        tellHashes(take, engine);
        send(take, engine);
    }

    void tellHashes(Take take, int engine) {
        told().forEach(part -> take.accept(engine, part));
    }

    /** Returns all that is told of it unasked, from its state to the end. */
    public List<CapturePart> told() {
        List<CapturePart> parts = new ArrayList<>();
        parts.add(part().setState(state()).build());
        ByteBuffer rows =
                ByteBuffer.allocate(pages.size() * Protocol.PAGE_ROW_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        pages.forEach((address, page) -> rows.putLong(address).put(Hash.of(page).bytes()));
        ByteString all = ByteString.copyFrom(rows.array());
        int partBytes = Protocol.MAX_PART_HASHES * Protocol.PAGE_ROW_BYTES;
        for (int i = 0; i < all.size(); i += partBytes) {
            parts.add(
                    part().setPages(all.substring(i, Math.min(all.size(), i + partBytes))).build());
        }
        int source = 0;
        for (byte[] file : files.values()) {
            parts.add(sourcePages(source, file));
            source++;
        }
        parts.add(part().setEnd(CaptureEnd.newBuilder().setStallNs(5)).build());
        return parts;
    }

    /** Sends the pages that are wanted of it. */
    void send(Take take, int engine) {
        ByteString wanted = take.wanted(engine, Protocol.MAX_PART_PAGES);
        while (!wanted.isEmpty()) {
            take.accept(engine, answer(wanted));
            wanted = take.wanted(engine, Protocol.MAX_PART_PAGES);
        }
    }

    /** Returns the pages of these hashes. */
    public CapturePart answer(ByteString wanted) {
        Map<ByteString, byte[]> contents = contents();
        PageContents.Builder part = PageContents.newBuilder();
        for (int i = 0; i < wanted.size(); i += Hash.BYTES) {
            byte[] page = contents.get(wanted.substring(i, i + Hash.BYTES));
            part.addPages(content(Objects.requireNonNull(page)));
        }
        return part().setContents(part).build();
    }

    public static PageContent content(byte[] page) {
        CRC32C crc = new CRC32C();
        crc.update(page);
        return PageContent.newBuilder()
                .setData(ByteString.copyFrom(page))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    static CapturePart.Builder part() {
        return CapturePart.newBuilder().setId(1);
    }

    static CapturePart sourcePages(int source, byte[] file) {
        SourcePages.Builder told = SourcePages.newBuilder().setSource(source);
        ByteString hashes = ByteString.EMPTY;
        for (int i = 0; i < file.length; i += Protocol.PAGE_BYTES) {
            hashes = hashes.concat(Hash.of(filePage(file, i)).message());
        }
        return part().setSourcePages(told.setHashes(hashes)).build();
    }

    private static byte[] filePage(byte[] file, int offset) {
        byte[] rest = Arrays.copyOfRange(file, offset, Math.min(file.length, offset + 4096));
        return Arrays.copyOf(rest, Protocol.PAGE_BYTES);
    }

    private Map<ByteString, byte[]> contents() {
        Map<ByteString, byte[]> contents = new HashMap<>();
        pages.values().forEach(page -> contents.put(Hash.of(page).message(), page));
        for (byte[] file : files.values()) {
            for (int i = 0; i < file.length; i += Protocol.PAGE_BYTES) {
                byte[] page = filePage(file, i);
                contents.put(Hash.of(page).message(), page);
            }
        }
        return contents;
    }
}
