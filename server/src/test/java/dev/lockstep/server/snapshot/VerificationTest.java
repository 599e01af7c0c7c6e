package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.sqlite.Database;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class VerificationTest {
    private static final int FLIPS = 200;

    @TempDir Path directory;

    private final Random random = new Random(11);
    private final FakeGuest guest = FakeGuest.random(random, 1000, 100);
    private SnapshotStore store = SnapshotStore.open(Path.of("/"));

    @BeforeEach
    void takeTwo() {
        store = SnapshotStore.open(directory);
        byte[] file = new byte[3 * Protocol.PAGE_BYTES];
        random.nextBytes(file);
        guest.files.put("hello", file);
        FakeGuest.take(store, guest, guest.copy());
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(random));
        FakeGuest.take(store, guest);
    }

    @Test
    void aStoreThatIsWholeIsToldSo() {
        Verified all = Verified.all(store);
        assertThat(all.damages()).isEmpty();
        assertThat(all.result().getDamageCount()).isZero();
        assertThat(all.result().getCheckedCount()).isGreaterThan(101 + 3);
        assertThat(all.progress()).endsWith(all.result().getCheckedCount());
        Verified one = Verified.one(store, 1);
        assertThat(one.damages()).isEmpty();
        assertThat(one.result().getCheckedCount())
                .isBetween(100L + 3, all.result().getCheckedCount() - 1);
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> Verified.one(store, 3))
                .withMessageContaining("snapshot 3: no such snapshot");
    }

    @Test
    void aDamagedPageNamesAllSnapshotsThatNeedItAndItsAddress() {
        long address = guest.pages.higherKey(FakeGuest.BASE);
        change(guest.pages.higherEntry(FakeGuest.BASE).getValue());
        assertThat(Verified.all(store).damages())
                .containsExactly(
                        SnapshotDamage.newBuilder()
                                .addSnapshotIds(1)
                                .addSnapshotIds(2)
                                .setText(
                                        "the page at 0x%x of e0 in snapshot 1 is damaged"
                                                .formatted(address))
                                .build());
        try (SnapshotReader reader = store.read(2)) {
            assertThatExceptionOfType(SnapshotException.class)
                    .isThrownBy(() -> reader.pages("").forEachRemaining(page -> {}))
                    .withMessage("snapshot 2, e0: the page at 0x%x is damaged".formatted(address));
        }
    }

    @Test
    void aPageOfOneSnapshotIsNoConcernOfTheOther() {
        change(guest.pages.firstEntry().getValue());
        assertThat(Verified.one(store, 1).damages()).isEmpty();
        assertThat(Verified.one(store, 2).damages()).hasSize(1);
        assertThat(Verified.all(store).damages().getFirst().getSnapshotIdsList())
                .containsExactly(2L);
    }

    @Test
    void wrongCountsAreToldAsWhatTheyMean() {
        execute("UPDATE blob SET refs = refs + 1 WHERE id = 1");
        assertThat(texts()).singleElement().asString().contains("which does no harm");
        execute("UPDATE blob SET refs = refs - 2 WHERE id = 1");
        assertThat(texts()).singleElement().asString().contains("may take away what others need");
    }

    @Test
    void aMissingBlobIsFound() {
        execute("DELETE FROM content WHERE id = 5");
        execute("DELETE FROM blob WHERE id = 9");
        assertThat(texts()).hasSize(2).allMatch(text -> text.endsWith("is missing"));
    }

    @Test
    void aDamagedSnapshotIsListedAsSuchAmongTheOthers() {
        FakeGuest.take(store, guest);
        execute("UPDATE snapshot SET inventory = x'00' WHERE id = 1");
        execute(
                """
                UPDATE content SET data = x'00', is_compressed = 0 WHERE id =
                    (SELECT blob.id FROM blob JOIN snapshot ON hash = inventory WHERE snapshot.id = 2)
                """);

        assertThat(store.list("", Long.MAX_VALUE, 10))
                .extracting(Snapshot::getId, Snapshot::getRun, Snapshot::getDamage)
                .containsExactly(
                        tuple(3L, "r", ""),
                        tuple(2L, "r", "snapshot 2: its inventory is damaged"),
                        tuple(1L, "r", "snapshot 1: its inventory has no hash"));
    }

    @Test
    void aBlobThatOnlyTheIndexKnowsIsFound() throws IOException {
        moveRow(manifest(2));
        assertThat(texts()).anyMatch(text -> text.endsWith("is missing"));
        assertThat(Verified.one(store, 2).damages()).isNotEmpty();
    }

    private Hash manifest(long id) {
        try (SnapshotReader reader = store.read(id)) {
            return reader.inventory().manifest();
        }
    }

    /** Gives the row of a blob another id, of which the index of hashes does not know. */
    private void moveRow(Hash hash) throws IOException {
        // Size of the payload, id (2 bytes), size of the header 5, types: null, 32 bytes, two
        // integers; then what those hold.
        Path file = directory.resolve("snapshots.db");
        byte[] content = Files.readAllBytes(file);
        byte[] wanted = hash.bytes();
        int at = 6;
        while (content[at - 5] != 5
                || content[at - 4] != 0
                || !Arrays.equals(content, at, at + wanted.length, wanted, 0, wanted.length)) {
            at++;
        }
        content[at - 6] ^= 2;
        Files.write(file, content);
    }

    @Test
    void aCheckThatIsCancelledEnds() {
        Verified.all(store);
        long checked =
                store.verify(
                                0,
                                new VerifyListener() {
                                    @Override
                                    public void progressed(long checked, long total) {}

                                    @Override
                                    public void found(SnapshotDamage damage) {}

                                    @Override
                                    public boolean isCancelled() {
                                        return true;
                                    }
                                })
                        .getCheckedCount();
        assertThat(checked).isZero();
    }

    /** To repeat one: the seed is that of the field, the flips come in one order. */
    @Test
    @Timeout(300)
    void aFlippedBitIsFoundWhereverItChangesWhatASnapshotNeeds() throws IOException {
        Path file = directory.resolve("snapshots.db");
        byte[] whole = Files.readAllBytes(file);
        List<byte[]> exported = export();
        int changes = 0;
        for (int i = 0; i < FLIPS; i++) {
            long bit = random.nextLong(8L * whole.length);
            byte[] flipped = whole.clone();
            flipped[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
            Files.deleteIfExists(directory.resolve("snapshots.db-wal"));
            Files.deleteIfExists(directory.resolve("snapshots.db-shm"));
            Files.write(file, flipped);
            if (!isSame(exported)) {
                changes++;
                assertThat(verifyFinds())
                        .as("bit %d of %d, flip %d", bit, whole.length, i)
                        .isTrue();
            } else {
                verifyFinds();
            }
        }
        assertThat(changes).isGreaterThan(FLIPS / 10);
    }

    private boolean isSame(List<byte[]> exported) throws IOException {
        try {
            List<byte[]> now = export();
            return Arrays.equals(exported.get(0), now.get(0))
                    && Arrays.equals(exported.get(1), now.get(1));
        } catch (ConfigException e) {
            return false;
        }
    }

    private boolean verifyFinds() {
        try {
            return !Verified.all(store).damages().isEmpty();
        } catch (ConfigException e) {
            return true;
        }
    }

    private List<byte[]> export() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (long id = 1; id <= 2; id++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.export(id, out);
            files.add(out.toByteArray());
        }
        return files;
    }

    private void change(byte[] page) {
        byte[] changed = page.clone();
        changed[77] ^= 1;
        try (Database database = SnapshotSchema.open(directory)) {
            assertThat(
                            database.update(
                                    """
                                    UPDATE content SET data = ?
                                    WHERE id = (SELECT id FROM blob WHERE hash = ?)
                                    """,
                                    changed,
                                    Hash.of(page).bytes()))
                    .isOne();
        }
    }

    private void execute(String sql) {
        try (Database database = SnapshotSchema.open(directory)) {
            database.execute(sql);
        }
    }

    private List<String> texts() {
        return Verified.all(store).damages().stream().map(SnapshotDamage::getText).toList();
    }
}
