package dev.lockstep.server;

import static dev.lockstep.server.LogsServiceIT.refused;
import static dev.lockstep.server.SnapshotScene.next;
import static dev.lockstep.server.SnapshotScene.ofRun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.server.snapshot.FakeGuest;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** What can go wrong while a snapshot is taken: of none of it half a snapshot stays. */
@Timeout(60)
class SnapshotTakingIT {
    private static final int TAKES_OF_A_RUN = 4;

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

    private static List<Lie> lies() {
        return Lie.all();
    }

    @ParameterizedTest
    @MethodSource("lies")
    void ofAnEngineThatTellsWhatCannotBeNothingIsKept(Lie lie) throws Exception {
        FakeGuest guest = scene.begin("before");
        scene.take("before");
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(new Random(1)));
        scene.begin("r1", guest, lie::tell);

        refused(Status.Code.ABORTED, lie.answer(), () -> scene.take("r1"));
        scene.assertKept(1L);
    }

    @Test
    void ofAnEngineThatDiesInTheMiddleNothingIsKept() throws Exception {
        scene.begin(
                "r1",
                scene.guest(),
                part -> {
                    if (part.hasContents()) {
                        throw new EOFException("the engine dies");
                    }
                    return List.of(part);
                });

        refused(Status.Code.ABORTED, "no snapshot was taken: engine \"", () -> scene.take("r1"));
        scene.assertKept();
    }

    @Test
    void twoAreTakenAtOnce() throws Exception {
        scene.create("r1");
        List<Iterator<TakeSnapshotResponse>> takes = new ArrayList<>();
        takes.add(scene.taking(ofRun("r1").setStep(7_000_000).setLabel("one")));
        takes.add(scene.taking(ofRun("r1").setStep(7_000_000).setLabel("other")));
        takes.add(scene.taking(ofRun("r1").setStep(8_000_000).setLabel("later")));
        FakeGuest guest = scene.guest();
        TellingEngine reference = scene.join("r1", "interp", guest);
        await().until(() -> reference.orderCount() == takes.size());
        scene.join("r1", "recomp", guest.copy());

        List<Snapshot> taken = takes.stream().map(SnapshotScene::next).toList();
        assertThat(taken).extracting(Snapshot::getLabel).containsExactly("one", "other", "later");
        assertThat(taken)
                .extracting(Snapshot::getStep)
                .containsExactly(7_000_000L, 7_000_000L, 8_000_000L);
        scene.assertKept(1L, 2L, 3L);
    }

    @Test
    void whoeverWantsTooManyAtOnceIsRefusedUntilOneIsCancelled() throws Exception {
        scene.create("r1");
        Context.CancellableContext waiting = Context.current().withCancellation();
        waiting.run(() -> {
            for (int i = 0; i < TAKES_OF_A_RUN; i++) {
                scene.taking(ofRun("r1").setStep(1000));
            }
        });
        FakeGuest guest = scene.guest();
        TellingEngine reference = scene.join("r1", "interp", guest);
        await().until(() -> reference.orderCount() == TAKES_OF_A_RUN);
        refused(
                Status.Code.ABORTED,
                "4 snapshots are being taken (expected: at most that many",
                () -> scene.take("r1"));
        waiting.cancel(null);
        await().until(() -> reference.orderCount() == 0);

        Iterator<TakeSnapshotResponse> last = scene.taking(ofRun("r1").setStep(77));
        await().until(() -> reference.orderCount() == 1);
        scene.join("r1", "recomp", guest.copy());
        assertThat(next(last).getStep()).isEqualTo(77);
        scene.assertKept(1L);
    }

    @Test
    void whoCancelsGetsNoneThatWasNotKept() throws Exception {
        scene.create("r1");
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        FakeGuest guest = scene.guest();
        Context.CancellableContext call = Context.current().withCancellation();
        Iterator<TakeSnapshotResponse> news =
                call.call(() -> scene.taking(ofRun("r1").setStep(100).setEverySteps(100)));
        scene.join(
                        "r1",
                        "interp",
                        guest,
                        part -> {
                            if (part.getStep() == 300 && part.hasEnd()) {
                                stuck.countDown();
                                awaitQuietly(cancelled);
                            }
                            return List.of(part);
                        })
                .awaitOrder();
        scene.join("r1", "recomp", guest.copy());
        next(news);
        next(news);
        stuck.await();
        call.cancel(null);
        cancelled.countDown();

        scene.assertKept(1L, 2L);
        assertThat(scene.take("r1").getId()).isEqualTo(3);
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EOFException("the test has ended");
        }
    }

    @Test
    void aCoordinatorThatClosesInTheMiddleKeepsNothingHalf() throws Exception {
        FakeGuest guest = scene.begin("before");
        scene.take("before");
        guest.pages.put(FakeGuest.BASE, FakeGuest.randomPage(new Random(1)));
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        scene.begin(
                "r1",
                guest,
                part -> {
                    if (part.hasContents()) {
                        stuck.countDown();
                        awaitQuietly(closed);
                    }
                    return List.of(part);
                });
        Iterator<TakeSnapshotResponse> news = scene.taking(ofRun("r1"));
        stuck.await();
        scene.standing.server.close();
        closed.countDown();
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> next(news));
        scene.close();
        assertThat(scene.count("SELECT count(*) FROM snapshot")).isOne();

        scene = new SnapshotScene(directory);
        scene.begin("r2");
        scene.take("r2");
        scene.assertKept(1L, 2L);
    }

    @Test
    void whatCannotBeTakenIsRefusedWithItsReason() throws Exception {
        refused(Status.Code.NOT_FOUND, "no run \"r1\" is in progress", () -> scene.take("r1"));
        scene.begin("r1");
        refused(
                Status.Code.FAILED_PRECONDITION,
                "step 5 lies behind: engines may have come to step ",
                () -> scene.taking(ofRun("r1").setStep(5)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "step: -1 (expected: 0 to 4611686018427387904)",
                () -> scene.taking(ofRun("r1").setStep(-1)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "everySteps: -2 (expected: 0 to 4611686018427387904)",
                () -> scene.taking(ofRun("r1").setEverySteps(-2)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "everySteps: 9223372036854775807 (expected: 0 to ",
                () -> scene.taking(ofRun("r1").setEverySteps(Long.MAX_VALUE)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "label: 257 characters (expected: at most 256)",
                () -> scene.taking(ofRun("r1").setLabel("x".repeat(257))).next());
        refused(Status.Code.INVALID_ARGUMENT, "run name: \"no run\"", () -> scene.take("no run"));
        try (RawEngine mute = scene.standing.join("r2", "interp");
                RawEngine other = scene.standing.join("r2", "recomp")) {
            mute.awaitWelcome();
            other.awaitWelcome();
            refused(
                    Status.Code.FAILED_PRECONDITION,
                    "engine \"interp\" cannot tell its state",
                    () -> scene.take("r2"));
        }
        scene.assertKept();
    }

    @Test
    void aRunThatEndsBeforeTheStepSaysSo() throws Exception {
        scene.begin("r1");
        scene.engines().forEach(engine -> engine.lastStep = 20);
        Iterator<TakeSnapshotResponse> news = scene.taking(ofRun("r1").setStep(9_000_000));
        scene.engines().forEach(TellingEngine::awaitOrder);
        for (TellingEngine engine : scene.engines()) {
            engine.execute(0, 0x1000, 4);
            engine.end();
        }

        refused(Status.Code.ABORTED, "no snapshot was taken: ", news::next);
        refused(Status.Code.NOT_FOUND, "no run \"r1\" is in progress", () -> scene.take("r1"));
    }
}
