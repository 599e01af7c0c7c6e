package dev.lockstep.server;

import static dev.lockstep.server.LogsServiceIT.refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.DeleteSnapshotRequest;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.ExportSnapshotRequest;
import dev.lockstep.proto.v1.GetSnapshotRequest;
import dev.lockstep.proto.v1.ImportSnapshotRequest;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.server.snapshot.FakeGuest;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;

/** Snapshots that go through files, and what the service says of those that are damaged. */
@Timeout(60)
class SnapshotTransferIT {
    private static final int MAX_PART_BYTES = 1 << 20;
    private static final int MAX_TRANSFERS = 2;

    @TempDir Path directory;
    private SnapshotScene scene;
    private FakeGuest guest;

    @BeforeEach
    void takeOne() throws IOException {
        scene = new SnapshotScene(directory);
        guest = scene.begin("r1");
        scene.take("r1");
    }

    @AfterEach
    void stop() throws IOException {
        scene.close();
    }

    @Test
    void aSnapshotIsTheSameOnItsWayThroughAFile() {
        Snapshot before = get(1);
        byte[] file = export();
        scene.service().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(1).build());

        Snapshot imported = imported(file);
        assertThat(wherever(imported)).isEqualTo(wherever(before));
        assertThat(imported.getRunId()).isZero();
        assertThat(imported(file).getEngines(0).getNewPageCount()).isZero();
        scene.assertKept(2L, 3L);
    }

    /** Returns what is known of a snapshot whatever store it is in. */
    private static Snapshot wherever(Snapshot snapshot) {
        Snapshot.Builder same = snapshot.toBuilder().clearId().clearRunId();
        same.getEnginesBuilderList().forEach(EngineSnapshot.Builder::clearNewPageCount);
        return same.build();
    }

    @Test
    void aFileThatIsNotAsItWasWrittenIsRefused() {
        byte[] file = export();
        for (int length : new int[] {0, 7, 8, 21, file.length / 2, file.length - 1}) {
            refusesFile("it is cut at byte " + length, Arrays.copyOf(file, length));
        }
        refusesFile("it goes on after byte " + file.length, Arrays.copyOf(file, file.length + 1));
        refusesFile("it is damaged before byte ", flipped(file, file.length / 2));
        refusesFile("version 9 (expected: 1; use the lockstep that wrote it)", with(file, 4, 9));
        refusesFile(
                "(expected: an exported snapshot)",
                "this is no snapshot".getBytes(StandardCharsets.UTF_8));
        refusesFile("(expected: an exported snapshot)", new byte[3 * MAX_PART_BYTES]);
        for (int bytes : new int[] {0, MAX_PART_BYTES + 1}) {
            Answer<Snapshot> answer = new Answer<>();
            upload(answer).onNext(part(new byte[bytes]));
            refused(
                    Status.Code.INVALID_ARGUMENT,
                    "data: %d bytes (expected: 1 to 1048576 in a message)".formatted(bytes),
                    answer::get);
        }
        scene.assertKept(1L);
    }

    private void refusesFile(String why, byte[] file) {
        refused(
                Status.Code.INVALID_ARGUMENT,
                "data: the file of the snapshot cannot be imported: ",
                () -> imported(file));
        refused(Status.Code.INVALID_ARGUMENT, why, () -> imported(file));
    }

    private static byte[] flipped(byte[] file, int place) {
        return with(file, place, file[place] ^ 0x10);
    }

    private static byte[] with(byte[] file, int place, int value) {
        byte[] other = file.clone();
        other[place] = (byte) value;
        return other;
    }

    @Test
    void ofAnImportThatIsCancelledNothingIsKept() {
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(new Random(1)));
        scene.take("r1");
        byte[] file = export(2);
        scene.service().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(2).build());
        Context.CancellableContext calls = Context.current().withCancellation();
        calls.run(() -> {
            for (int i = 0; i < MAX_TRANSFERS; i++) {
                upload(new Answer<>()).onNext(part(Arrays.copyOf(file, file.length - 50)));
            }
        });
        await().untilAsserted(() ->
                refused(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "2 calls of Snapshots at a time",
                        () -> imported(file)));
        calls.cancel(null);

        await().ignoreExceptions().until(() -> imported(file).getId() == 3);
        scene.assertKept(1L, 3L);
    }

    @Test
    void aFlippedBitNamesTheSnapshotsThatNeedItAndStopsThemFromBeginningARun() throws Exception {
        scene.take("r1");
        byte[] page = Objects.requireNonNull(guest.pages.get(FakeGuest.BASE)).clone();
        scene.engines().forEach(engine -> engine.guest.pages.clear());
        scene.take("r1");
        scene.flipBitOf(page);

        assertThat(scene.verify(0))
                .flatExtracting(SnapshotDamage::getSnapshotIdsList)
                .containsExactlyInAnyOrder(1L, 2L);
        assertThat(scene.verify(3)).isEmpty();
        refused(
                Status.Code.DATA_LOSS,
                "snapshot 1, interp: the page at 0x10000 is damaged",
                () -> export(1));

        scene.restore(2, "again");
        TellingEngine reference = scene.join("again", "interp", guest.copy());
        scene.join("again", "recomp", guest.copy());
        assertThat(reference.awaitEnd())
                .contains("snapshot 2, interp: the page at 0x10000 is damaged");
    }

    @Test
    void aSnapshotWithoutItsInventoryIsNamedAndCanBeRemoved() throws Exception {
        scene.take("r1");
        scene.change("UPDATE snapshot SET inventory = zeroblob(32) WHERE id = 1");

        assertThat(scene.list().getLast().getDamage())
                .contains("snapshot 1: its inventory is missing");
        assertThat(scene.list().getFirst().getDamage()).isEmpty();
        assertThat(scene.verify(0)).isNotEmpty();
        assertThat(get(2).getId()).isEqualTo(2);
        scene.service().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(1).build());
        assertThat(scene.ids()).containsExactly(2L);
        assertThat(scene.verify(2)).isEmpty();
    }

    @Test
    void aRunWhoseSnapshotIsRemovedBeforeTheEnginesComeSaysSo() throws Exception {
        scene.restore(1, "again");
        scene.service().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(1).build());
        TellingEngine reference = scene.join("again", "interp", guest.copy());
        scene.join("again", "recomp", guest.copy());

        assertThat(reference.awaitEnd()).contains("snapshot 1: no such snapshot");
    }

    private Snapshot get(long id) {
        return scene.service().getSnapshot(GetSnapshotRequest.newBuilder().setId(id).build());
    }

    private byte[] export() {
        return export(scene.ids().getLast());
    }

    private byte[] export(long id) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        scene.service()
                .exportSnapshot(ExportSnapshotRequest.newBuilder().setId(id).build())
                .forEachRemaining(part -> file.writeBytes(part.getData().toByteArray()));
        return file.toByteArray();
    }

    private Snapshot imported(byte[] file) {
        Answer<Snapshot> answer = new Answer<>();
        StreamObserver<ImportSnapshotRequest> upload = upload(answer);
        for (int from = 0; from < file.length; from += MAX_PART_BYTES) {
            int to = Math.min(file.length, from + MAX_PART_BYTES);
            upload.onNext(part(Arrays.copyOfRange(file, from, to)));
        }
        upload.onCompleted();
        return answer.get();
    }

    private StreamObserver<ImportSnapshotRequest> upload(Answer<Snapshot> answer) {
        return SnapshotsGrpc.newStub(scene.standing.channel()).importSnapshot(answer);
    }

    private static ImportSnapshotRequest part(byte[] bytes) {
        return ImportSnapshotRequest.newBuilder().setData(ByteString.copyFrom(bytes)).build();
    }
}
