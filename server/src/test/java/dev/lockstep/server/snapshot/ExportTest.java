package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.SnapshotException.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

@Timeout(300)
class ExportTest {
    @TempDir Path here;
    @TempDir Path there;

    private final Random random = new Random(13);

    @Test
    void whatIsImportedIsWhatWasExported() throws IOException {
        FakeGuest guest = guest(40_000, 600);
        FakeGuest other = guest.copy();
        other.pages.put(FakeGuest.BASE, FakeGuest.randomPage(random));
        Snapshot kept = FakeGuest.take(store(here), guest, other);

        Snapshot imported = importThere(export());
        assertThat(imported.getRunId()).isZero();
        assertThat(imported.toBuilder().setRunId(kept.getRunId()).build()).isEqualTo(kept);
        byte[] again = exportOf(there);
        store(here).remove(1);
        try (InputStream in = new ByteArrayInputStream(again)) {
            Snapshot back = store(here).importFrom(in);
            assertThat(back.getId()).isEqualTo(2);
            SnapshotEngine engine = SnapshotEngine.newBuilder().setId(2).build();
            SnapshotDiff diff =
                    store(here).compare(engine, engine.toBuilder().setEngine("e1").build(), 10);
            assertThat(diff.getPageCount()).isOne();
        }
        assertThat(Verified.all(store(here)).damages()).isEmpty();
        assertThat(Verified.all(store(there)).damages()).isEmpty();
    }

    @Test
    void whatTheStoreHasIsNotKeptTwice() throws IOException {
        FakeGuest.take(store(here), guest(1000, 100));
        byte[] file = export();
        importThere(file);
        Snapshot second = importThere(file);
        assertThat(second.getEnginesList())
                .extracting(EngineSnapshot::getNewPageCount)
                .containsExactly(0L);
        store(there).remove(1);
        assertThat(Verified.all(store(there)).damages()).isEmpty();
    }

    @Test
    void aFileThatIsCutIsRefused() throws IOException {
        FakeGuest.take(store(here), guest(100, 5));
        byte[] file = export();
        for (int length = 0; length < file.length; length += 1 + length / 10) {
            refuse(Arrays.copyOf(file, length), "cannot be imported: it is cut at byte " + length);
        }
        refuse(Arrays.copyOf(file, file.length - 1), "it is cut at byte " + (file.length - 1));
    }

    @Test
    void aFlippedBitIsRefused() throws IOException {
        FakeGuest.take(store(here), guest(100, 5));
        byte[] file = export();
        for (int i = 0; i < 150; i++) {
            int bit = random.nextInt(8 * Math.min(file.length, i < 50 ? 400 : file.length));
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            refuse(flipped, "cannot be imported");
        }
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws IOException {
        FakeGuest.take(store(here), guest(100, 5));
        byte[] file = export();
        refuse(Arrays.copyOf(file, file.length + 1), "it goes on after byte " + file.length);
        file[4] = 9;
        refuse(file, "version 9 (expected: 1; use the lockstep that wrote it)");
        refuse(
                "this is no snapshot".getBytes(StandardCharsets.UTF_8),
                "expected: an exported snapshot");
        refuse(new byte[0], "it is cut at byte 0");
    }

    @Test
    void aFileThatContradictsItselfIsRefused() throws IOException {
        FakeGuest.take(store(here), guest(100, 5));
        Snapshot kept = store(here).find(1).orElseThrow();
        refuse(written(kept.toBuilder().setStep(9).build()), "its manifest is not that of its");
        refuse(
                written(kept.toBuilder().setLabel("x".repeat(257)).build()),
                "label: 257 characters");
        refuse(written(kept.toBuilder().clearEngines().build()), "0 engines (expected: 1 to 64)");
    }

    @Test
    void aFileWithAPageOfAnotherSizeIsRefused() throws IOException {
        FakeGuest guest = guest(100, 5);
        FakeGuest.take(store(here), guest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportWriter writer = new ExportWriter(out);
        writer.manifest(store(here).find(1).orElseThrow());
        guest.pages.put(guest.pages.lastKey(), new byte[] {1, 2, 3});
        for (CapturePart part : guest.told()) {
            writer.part(0, part);
        }
        ByteString hash = Hash.of(new byte[] {1, 2, 3}).message();
        writer.part(0, guest.answer(hash));
        writer.end();

        refuse(out.toByteArray(), "it has a page of 3 bytes (expected: 4096)");
    }

    /** Returns a file that is whole, but has another manifest than its content. */
    private byte[] written(Snapshot manifest) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportReader in = new ExportReader(new ByteArrayInputStream(export()));
        ExportWriter writer = new ExportWriter(out);
        writer.manifest(manifest);
        in.next();
        for (var frame = in.next(); frame.kind() == ExportLayout.PART; frame = in.next()) {
            writer.part(frame.engine(), CapturePart.parseFrom(frame.content()));
        }
        writer.end();
        return out.toByteArray();
    }

    private void refuse(byte[] file, String why) {
        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> importThere(file))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.REFUSED));
        assertThat(store(there).list("", Long.MAX_VALUE, 1)).isEmpty();
        if (there.resolve("snapshots.db").toFile().exists()) {
            try (Blobs blobs = new Blobs(SnapshotSchema.open(there))) {
                assertThat(blobs.database().query("SELECT id FROM blob", row -> 1)).isEmpty();
                assertThat(blobs.database().query("SELECT 1 FROM claim", row -> 1)).isEmpty();
            }
        }
    }

    /** Returns a guest with two files, one of which is empty, and equal pages. */
    private FakeGuest guest(int mappedPages, int filledPages) {
        FakeGuest guest = FakeGuest.random(random, mappedPages, filledPages);
        guest.pages.put(guest.pages.firstKey(), guest.pages.lastEntry().getValue());
        byte[] file = new byte[5 * Protocol.PAGE_BYTES + 1];
        random.nextBytes(file);
        Arrays.fill(file, 4096, 3 * 4096, (byte) 0);
        guest.files.put("program", file);
        guest.files.put("empty", new byte[0]);
        return guest;
    }

    private byte[] export() throws IOException {
        return exportOf(here);
    }

    private static byte[] exportOf(Path directory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store(directory).export(1, out);
        return out.toByteArray();
    }

    private Snapshot importThere(byte[] file) throws IOException {
        return store(there).importFrom(new ByteArrayInputStream(file));
    }

    private static SnapshotStore store(Path directory) {
        return SnapshotStore.open(directory);
    }
}
