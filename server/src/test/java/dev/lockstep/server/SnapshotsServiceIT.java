package dev.lockstep.server;

import static dev.lockstep.server.LogsServiceIT.refused;
import static dev.lockstep.server.SnapshotScene.next;
import static dev.lockstep.server.SnapshotScene.ofRun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.proto.v1.ByteRange;
import dev.lockstep.proto.v1.DeleteSnapshotRequest;
import dev.lockstep.proto.v1.DiffSnapshotsRequest;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.FieldDifference;
import dev.lockstep.proto.v1.GetSnapshotRequest;
import dev.lockstep.proto.v1.GetSnapshotStateRequest;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.ListSnapshotsRequest;
import dev.lockstep.proto.v1.ListSnapshotsResponse;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.FakeGuest;

import io.grpc.Status;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** The service Snapshots over a real socket, with engines that are made of frames. */
@Timeout(60)
class SnapshotsServiceIT {
    @TempDir Path directory;
    private SnapshotScene scene;

    @BeforeEach
    void start() {
        scene = new SnapshotScene(directory);
    }

    @AfterEach
    void stop() throws IOException {
        scene.close();
    }

    @Test
    void aSnapshotOfARunInProgressIsWhatItsEnginesTold() throws Exception {
        FakeGuest guest = scene.begin("r1");

        Snapshot taken = next(scene.taking(ofRun("r1").setLabel("by hand")));

        assertThat(taken.getId()).isOne();
        assertThat(taken.getRun()).isEqualTo("r1");
        assertThat(taken.getRunId()).isOne();
        assertThat(taken.getLabel()).isEqualTo("by hand");
        assertThat(taken.getStep()).isEqualTo(guest.step).isPositive();
        assertThat(taken.getEqual()).isTrue();
        assertThat(taken.getEnginesList())
                .extracting(
                        EngineSnapshot::getEngine,
                        EngineSnapshot::getRole,
                        EngineSnapshot::getPageCount,
                        EngineSnapshot::getAgreementCount)
                .containsExactly(
                        tuple("interp", Role.ROLE_REFERENCE, 20L, 5),
                        tuple("recomp", Role.ROLE_SUBJECT, 20L, 5));
        assertThat(get(1)).isEqualTo(taken);
        assertThat(state(1, "")).isEqualTo(guest.state());
        assertThat(state(1, "recomp")).isEqualTo(guest.copy().state());
        scene.assertKept(1L);
    }

    @Test
    void ofTheNextSnapshotOnlyPagesThatTheStoreLacksAreSent() throws Exception {
        FakeGuest guest = scene.begin("r1");
        assertThat(sentPages(scene.taking(ofRun("r1")))).isEqualTo(SnapshotScene.FILLED_PAGES);
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(new Random(1)));

        assertThat(sentPages(scene.taking(ofRun("r1")))).isOne();
        assertThat(get(2).getEqual()).isFalse();
        assertThat(get(2).getEnginesList())
                .extracting(EngineSnapshot::getNewPageCount)
                .containsExactly(1L, 0L);
    }

    /** Returns the last that was told before the snapshot was there. */
    private static long sentPages(Iterator<TakeSnapshotResponse> news) {
        long sent = 0;
        for (TakeSnapshotResponse it = news.next(); !it.hasSnapshot(); it = news.next()) {
            assertThat(it.getProgress().getSentPageCount()).isGreaterThanOrEqualTo(sent);
            sent = it.getProgress().getSentPageCount();
        }
        assertThat(news.hasNext()).isFalse();
        return sent;
    }

    @Test
    void aSnapshotCanBeOrderedBeforeTheEnginesCome() throws Exception {
        scene.create("r1");
        Iterator<TakeSnapshotResponse> news = scene.taking(ofRun("r1").setStep(1234));
        FakeGuest guest = scene.guest();
        scene.join("r1", "interp", guest).awaitOrder();
        scene.join("r1", "recomp", guest.copy());

        assertThat(next(news).getStep()).isEqualTo(1234);
        assertThat(news.hasNext()).isFalse();
    }

    @Test
    void snapshotsAreTakenAgainAndAgainUntilTheRunEnds() throws Exception {
        scene.create("r1");
        Iterator<TakeSnapshotResponse> news =
                scene.taking(ofRun("r1").setStep(1000).setEverySteps(500));
        FakeGuest guest = scene.guest();
        for (String name : List.of("interp", "recomp")) {
            TellingEngine engine = scene.join("r1", name, guest.copy());
            engine.lastStep = 2000;
            engine.awaitOrder();
        }
        List<Long> steps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            steps.add(next(news).getStep());
        }
        assertThat(steps).containsExactly(1000L, 1500L, 2000L);
        for (TellingEngine engine : scene.engines()) {
            engine.execute(0, 0x1000, 2000 / RawEngine.BLOCK_STEPS);
            engine.end();
        }

        assertThat(news.hasNext()).isFalse();
        scene.assertKept(1L, 2L, 3L);
    }

    @Test
    void snapshotsAreListedNewestFirstPageByPage() throws Exception {
        scene.begin("r1");
        scene.begin("r2");
        for (String run : List.of("r1", "r2", "r1", "r2", "r1")) {
            scene.take(run);
        }

        ListSnapshotsResponse first = list(ListSnapshotsRequest.newBuilder().setPageSize(2));
        ListSnapshotsResponse second =
                list(
                        ListSnapshotsRequest.newBuilder()
                                .setPageSize(3)
                                .setPageToken(first.getNextPageToken()));
        assertThat(first.getSnapshotsList()).extracting(Snapshot::getId).containsExactly(5L, 4L);
        assertThat(second.getSnapshotsList())
                .extracting(Snapshot::getId)
                .containsExactly(3L, 2L, 1L);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(list(ListSnapshotsRequest.newBuilder().setRun("r2")).getSnapshotsList())
                .extracting(Snapshot::getId)
                .containsExactly(4L, 2L);
        scene.service().deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(1).build());
        ListSnapshotsResponse rest = list(ListSnapshotsRequest.newBuilder().setPageSize(4));
        assertThat(rest.getSnapshotsCount()).isEqualTo(4);
        assertThat(rest.getNextPageToken()).isEmpty();
    }

    @Test
    void twoSnapshotsDifferInWhatChangedBetween() throws Exception {
        FakeGuest guest = scene.begin("r1");
        scene.take("r1");
        byte[] page = Objects.requireNonNull(guest.pages.get(FakeGuest.BASE));
        page[5] ^= 1;
        guest.machine.clear().addFields(FakeGuest.number("x9", 9));
        scene.take("r1");

        SnapshotDiff diff = diff(engine(1, ""), engine(2, "interp"));
        assertThat(diff.getEqual()).isFalse();
        assertThat(diff.getFieldsList())
                .extracting(FieldDifference::getPath)
                .contains("hart.x5", "x9");
        assertThat(diff.getPageCount()).isOne();
        assertThat(diff.getRangesList())
                .extracting(ByteRange::getAddress, ByteRange::getLengthBytes)
                .containsExactly(tuple(FakeGuest.BASE + 5, 1L));
        assertThat(diff(engine(1, "interp"), engine(1, "recomp")).getEqual()).isTrue();
        assertThat(diff(engine(2, "interp"), engine(2, "recomp")).getByteCount()).isOne();
    }

    @Test
    void aRunThatIsRestoredBeginsWithTheStateOfTheSnapshot() throws Exception {
        FakeGuest guest = scene.begin("r1");
        Snapshot taken = scene.take("r1");
        GuestState state = guest.state();

        scene.restore(1, "again");
        TellingEngine reference = scene.join("again", "interp", guest.copy());
        TellingEngine subject = scene.join("again", "recomp", guest.copy());
        assertThat(reference.awaitWelcome()).isTrue();
        assertThat(reference.awaitState().getState()).isEqualTo(state);
        assertThat(subject.awaitState().getState())
                .isEqualTo(state.toBuilder().clearWorld().build());
        for (TellingEngine engine : List.of(reference, subject)) {
            assertThat(engine.restoredPages()).isEqualTo(guest.contentsByAddress());
            engine.execute(taken.getStep(), taken.getPc(), 4);
        }
        // Where they have agreed, they can be taken again.
        Snapshot later = scene.take("again");
        assertThat(later.getStep()).isGreaterThan(taken.getStep());
        assertThat(later.getEngines(0).getMemoryRoot())
                .isEqualTo(taken.getEngines(0).getMemoryRoot());
        for (TellingEngine engine : List.of(reference, subject)) {
            engine.end();
        }
        assertThat(reference.awaitEnd()).contains("MATCH");
        assertThat(subject.awaitEnd()).contains("MATCH");
    }

    @Test
    void whatIsDeletedIsGoneAndItsNumberNeverComesBack() throws Exception {
        FakeGuest guest = scene.begin("r1");
        scene.take("r1");
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(new Random(1)));
        scene.take("r1");
        long bytes = 0;
        for (long id = 2; id > 0; id--) {
            bytes +=
                    scene.service()
                            .deleteSnapshot(DeleteSnapshotRequest.newBuilder().setId(id).build())
                            .getFreedBytes();
        }

        assertThat(bytes).isGreaterThan(SnapshotScene.FILLED_PAGES * Protocol.PAGE_BYTES);
        refused(Status.Code.NOT_FOUND, "snapshot 2: no such snapshot", () -> get(2));
        scene.assertKept();
        assertThat(scene.take("r1").getId()).isEqualTo(3);
    }

    @Test
    void whatCannotBeIsRefusedWithItsValue() throws Exception {
        refused(Status.Code.NOT_FOUND, "snapshot 7: no such snapshot", () -> get(7));
        scene.begin("r1");
        scene.take("r1");
        refused(Status.Code.NOT_FOUND, "snapshot 0: no such snapshot", () -> get(0));
        refused(Status.Code.NOT_FOUND, "snapshot -1: no such snapshot", () -> get(-1));
        refused(Status.Code.NOT_FOUND, "snapshot 1 has no engine \"qemu\"", () -> state(1, "qemu"));
        refused(Status.Code.NOT_FOUND, "snapshot 9", () -> scene.verify(9));
        refused(Status.Code.NOT_FOUND, "snapshot 9", () -> diff(engine(1, ""), engine(9, "")));
        refused(
                Status.Code.NOT_FOUND,
                "snapshot 9",
                () ->
                        scene.service()
                                .deleteSnapshot(
                                        DeleteSnapshotRequest.newBuilder().setId(9).build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "range_limit: 10001 (expected: 0 to 10000)",
                () ->
                        scene.service()
                                .diffSnapshots(
                                        DiffSnapshotsRequest.newBuilder()
                                                .setRangeLimit(10_001)
                                                .build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "page_size: 257 (expected: 0 to 256)",
                () -> list(ListSnapshotsRequest.newBuilder().setPageSize(257)));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "page_token: \"x\"",
                () -> list(ListSnapshotsRequest.newBuilder().setPageToken("x")));
        refused(Status.Code.NOT_FOUND, "snapshot 9", () -> scene.restore(9, "r2"));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "name: \"no name\"",
                () -> scene.restore(1, "no name"));
        refused(Status.Code.ALREADY_EXISTS, "\"r1\"", () -> scene.restore(1, "r1"));
    }

    private Snapshot get(long id) {
        return scene.service().getSnapshot(GetSnapshotRequest.newBuilder().setId(id).build());
    }

    private GuestState state(long id, String engine) {
        return scene.service()
                .getSnapshotState(
                        GetSnapshotStateRequest.newBuilder().setOf(engine(id, engine)).build());
    }

    private ListSnapshotsResponse list(ListSnapshotsRequest.Builder request) {
        return scene.service().listSnapshots(request.build());
    }

    private static SnapshotEngine engine(long id, String engine) {
        return SnapshotEngine.newBuilder().setId(id).setEngine(engine).build();
    }

    private SnapshotDiff diff(SnapshotEngine reference, SnapshotEngine subject) {
        return scene.service()
                .diffSnapshots(
                        DiffSnapshotsRequest.newBuilder()
                                .setReference(reference)
                                .setSubject(subject)
                                .build());
    }
}
