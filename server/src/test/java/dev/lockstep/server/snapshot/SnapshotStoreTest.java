package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.SnapshotException.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;

class SnapshotStoreTest {
    private static final int PAGES = 300;

    @TempDir Path directory;

    private final Random random = new Random(7);

    @Test
    void whatWasTakenIsReadAgain() throws IOException {
        FakeGuest reference = FakeGuest.random(random, 1000, PAGES);
        byte[] file = new byte[3 * Protocol.PAGE_BYTES + 17];
        random.nextBytes(file);
        Arrays.fill(file, Protocol.PAGE_BYTES, 2 * Protocol.PAGE_BYTES, (byte) 0);
        reference.files.put("hello", file);
        reference.world.addFields(FakeGuest.number("descriptor", 3));
        FakeGuest subject = reference.copy();
        subject.pages.put(FakeGuest.BASE, FakeGuest.randomPage(random));

        Snapshot kept = take(reference, subject);

        try (SnapshotReader reader = open().read(kept.getId())) {
            assertThat(reader.manifest()).isEqualTo(kept);
            assertThat(reader.state("")).isEqualTo(reference.state());
            assertThat(reader.state("e1")).isEqualTo(subject.state());
            assertThat(pages(reader, "e0")).isEqualTo(reference.contentsByAddress());
            assertThat(pages(reader, "e1")).isEqualTo(subject.contentsByAddress());
            try (InputStream in = reader.source(Hash.of(file).message())) {
                assertThat(in.readAllBytes()).isEqualTo(file);
            }
        }
    }

    @Test
    void whatIsKnownOfASnapshotSaysWhatWasFoundOut() {
        FakeGuest guest = FakeGuest.random(random, 1000, PAGES);
        Snapshot first = take(guest, guest.copy());
        assertThat(first.getId()).isEqualTo(1);
        assertThat(first.getStep()).isEqualTo(guest.step);
        assertThat(first.getPc()).isEqualTo(guest.state().getPc());
        assertThat(first.getEqual()).isTrue();
        assertThat(first.getEnginesList())
                .extracting(EngineSnapshot::getPageCount)
                .containsExactly((long) PAGES, (long) PAGES);
        assertThat(first.getEnginesList())
                .extracting(EngineSnapshot::getNewPageCount)
                .containsExactly((long) PAGES, 0L);

        FakeGuest other = guest.copy();
        other.machine.addFields(FakeGuest.number("late", 1));
        Snapshot second = take(guest, other);
        assertThat(second.getEqual()).isFalse();
        assertThat(second.getEngines(0)).isEqualTo(withoutNewPages(first.getEngines(0)));
        assertThat(second.getEngines(1).getMemoryRoot())
                .isEqualTo(first.getEngines(0).getMemoryRoot());
        assertThat(second.getEngines(1).getMachineDigest())
                .isNotEqualTo(first.getEngines(0).getMachineDigest());
    }

    @Test
    void theOrderOfFieldsDoesNotMatterToTheDigest() {
        FakeGuest one = new FakeGuest(1);
        one.machine
                .clearFields()
                .addFields(FakeGuest.number("a", 1))
                .addFields(FakeGuest.number("b", 2));
        FakeGuest other = new FakeGuest(1);
        other.machine
                .clearFields()
                .addFields(FakeGuest.number("b", 2))
                .addFields(FakeGuest.number("a", 1));
        assertThat(MachineDigest.of(one.state())).isEqualTo(MachineDigest.of(other.state()));
        other.step++;
        assertThat(MachineDigest.of(one.state())).isNotEqualTo(MachineDigest.of(other.state()));
    }

    @Test
    void onlyPagesThatAreLackingAreWanted() {
        FakeGuest guest = FakeGuest.random(random, 1000, PAGES);
        guest.pages.put(FakeGuest.BASE, guest.pages.lastEntry().getValue());
        assertThat(wantedOf(guest)).isEqualTo(PAGES - 1);
        take(guest);
        assertThat(wantedOf(guest)).isZero();
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(random));
        assertThat(wantedOf(guest)).isOne();
    }

    @Test
    void snapshotsAreListedNewestFirstAndInParts() {
        FakeGuest guest = new FakeGuest(1);
        for (int i = 0; i < 3; i++) {
            takeOf("a", guest);
            takeOf("b", guest);
        }
        SnapshotStore store = open();
        assertThat(ids(store.list("", Long.MAX_VALUE, 4))).containsExactly(6L, 5L, 4L, 3L);
        assertThat(ids(store.list("", 3, 4))).containsExactly(2L, 1L);
        assertThat(ids(store.list("a", Long.MAX_VALUE, 4))).containsExactly(5L, 3L, 1L);
        assertThat(store.list("", Long.MAX_VALUE, 1).getFirst().getLaunch()).isEmpty();
        assertThat(store.find(2).orElseThrow().getLaunch()).isNotEmpty();
    }

    @Test
    void askingMakesNoFile() {
        SnapshotStore store = open();
        assertThat(store.list("", Long.MAX_VALUE, 10)).isEmpty();
        assertThat(store.find(1)).isEmpty();
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> store.remove(1))
                .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.ABSENT));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aRemovedSnapshotGivesItsRoomBackAndItsNumberToNobody() throws IOException {
        FakeGuest guest = FakeGuest.random(random, 1000, PAGES);
        take(guest);
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(random));
        take(guest);
        long bytesOfTwo = fileBytes();

        SnapshotStore store = open();
        assertThat(store.remove(1)).isLessThan(bytesOfTwo / 10);
        try (SnapshotReader reader = store.read(2)) {
            assertThat(pages(reader, "")).isEqualTo(guest.contentsByAddress());
        }
        long freed = store.remove(2);
        assertThat(freed).isGreaterThan((long) PAGES * Protocol.PAGE_BYTES);
        assertThat(fileBytes()).isLessThan(bytesOfTwo - freed + (1 << 20)).isLessThan(1 << 20);
        assertThat(take(new FakeGuest(1)).getId()).isEqualTo(3);
        assertThat(Verified.all(store).damages()).isEmpty();
    }

    @Test
    void theTenthSnapshotOfARunCostsAThirtiethOfTheFirst() throws IOException {
        int pages = 8192;
        FakeGuest guest = FakeGuest.random(random, pages, pages);
        take(guest);
        long first = fileBytes();
        for (int i = 2; i < 10; i++) {
            changeOneInHundred(guest);
            take(guest);
        }
        long nine = fileBytes();
        changeOneInHundred(guest);
        take(guest);
        assertThat(fileBytes() - nine).isLessThanOrEqualTo(first * 3 / 100);
        assertThat(fileBytes() - first).isLessThanOrEqualTo(9 * first * 3 / 100);
    }

    @Test
    void aTakeThatIsNotCommittedLeavesNothing() throws IOException {
        take(new FakeGuest(1));
        long before = fileBytes();
        SnapshotStore store = open();
        try (Take take = store.begin(FakeGuest.about("r", "e0"))) {
            FakeGuest.random(random, 3000, 3000).tell(take, 0);
            assertThat(take.isComplete()).isTrue();
        }
        assertThat(fileBytes()).isEqualTo(before);
        assertThat(ids(store.list("", Long.MAX_VALUE, 10))).containsExactly(1L);
        assertThat(Verified.all(store).damages()).isEmpty();
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void twoTakesAtOnceShareTheirPages() throws IOException {
        FakeGuest guest = FakeGuest.random(random, 3000, 3000);
        SnapshotStore store = open();
        try (Take one = store.begin(FakeGuest.about("one", "e0"));
                Take other = store.begin(FakeGuest.about("other", "e0"))) {
            guest.tellHashes(one, 0);
            guest.tellHashes(other, 0);
            guest.send(one, 0);
            guest.send(other, 0);
            one.commit();
            other.commit();
        }
        assertThat(fileBytes()).isLessThan(3000L * Protocol.PAGE_BYTES * 5 / 4);
        assertThat(Verified.all(store).damages()).isEmpty();
        store.remove(1);
        try (SnapshotReader reader = store.read(2)) {
            assertThat(pages(reader, "")).isEqualTo(guest.contentsByAddress());
        }
    }

    @Test
    void whatATakeCountsOnStaysWhenItsSnapshotIsRemoved() throws IOException {
        FakeGuest guest = FakeGuest.random(random, 1000, PAGES);
        take(guest);
        SnapshotStore store = open();
        try (Take take = store.begin(FakeGuest.about("r", "e0"))) {
            guest.tellHashes(take, 0);
            assertThat(store.remove(1)).isZero();
            assertThat(take.wanted(0, 1)).isEqualTo(ByteString.EMPTY);
            take.commit();
        }
        try (SnapshotReader reader = store.read(2)) {
            assertThat(pages(reader, "")).isEqualTo(guest.contentsByAddress());
        }
        assertThat(Verified.all(store).damages()).isEmpty();
    }

    @Test
    void whatIsRemovedDuringATakeIsGivenBackAtItsEnd() throws IOException {
        take(FakeGuest.random(random, 1000, PAGES));
        SnapshotStore store = open();
        try (Take take = store.begin(FakeGuest.about("r", "e0"))) {
            new FakeGuest(1).tell(take, 0);
            store.remove(1);
            take.commit();
        }
        assertThat(fileBytes()).isLessThan(1 << 20);
        assertThat(Verified.all(store).damages()).isEmpty();
    }

    @Test
    void aSnapshotThatIsRemovedWhileItIsReadIsToldSo() {
        take(FakeGuest.random(random, 1000, PAGES));
        SnapshotStore store = open();
        try (SnapshotReader reader = store.read(1)) {
            store.remove(1);
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> reader.pages("").next())
                    .withMessage("snapshot 1 was removed while it was read")
                    .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.ABSENT));
        }
    }

    private int wantedOf(FakeGuest guest) {
        try (Take take = open().begin(FakeGuest.about("r", "e0"))) {
            guest.tellHashes(take, 0);
            return take.wanted(0, Integer.MAX_VALUE / 64).size() / Hash.BYTES;
        }
    }

    private void changeOneInHundred(FakeGuest guest) {
        List<Long> addresses = List.copyOf(guest.pages.keySet());
        for (int i = 0; i < addresses.size() / 100; i++) {
            guest.pages.put(
                    addresses.get(random.nextInt(addresses.size())), FakeGuest.randomPage(random));
        }
    }

    private static EngineSnapshot withoutNewPages(EngineSnapshot engine) {
        return engine.toBuilder().clearNewPageCount().build();
    }

    private Snapshot takeOf(String run, FakeGuest guest) {
        return guest.take(open(), run);
    }

    private Snapshot take(FakeGuest... guests) {
        return FakeGuest.take(open(), guests);
    }

    private SnapshotStore open() {
        return SnapshotStore.open(directory);
    }

    private long fileBytes() throws IOException {
        try (SnapshotReader _ = open().read(ids(open().list("", Long.MAX_VALUE, 1)).getFirst())) {
            // Who closes last writes the log back into the file.
        } catch (NoSuchElementException e) {
            // There are none any more.
        }
        return Files.size(directory.resolve("snapshots.db"));
    }

    private static Map<Long, ByteString> pages(SnapshotReader reader, String engine) {
        Map<Long, ByteString> pages = new TreeMap<>();
        reader.pages(engine).forEachRemaining(page -> pages.put(page.address(), page.data()));
        return pages;
    }

    private static List<Long> ids(List<Snapshot> snapshots) {
        return snapshots.stream().map(Snapshot::getId).toList();
    }
}
