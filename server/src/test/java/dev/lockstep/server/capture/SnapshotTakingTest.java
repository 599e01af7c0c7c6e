package dev.lockstep.server.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.snapshot.FakeGuest;
import dev.lockstep.server.snapshot.SnapshotException;
import dev.lockstep.server.snapshot.SnapshotStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What becomes of an order whose engines refuse, are slow, or whose taker goes away. */
@Timeout(60)
class SnapshotTakingTest {
    private static final CaptureOrder ONCE = new CaptureOrder(100L, 0);
    private static final CaptureOrder SEVERAL = new CaptureOrder(100L, 100);
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @TempDir Path directory;

    private final FakeGuest guest = FakeGuest.random(new Random(3), 100, 10);
    private final FakeRun run = new FakeRun(guest, guest.copy());
    private final List<String> heard = new ArrayList<>();
    private SnapshotStore store = SnapshotStore.open(Path.of("/"));

    private final TakingObserver observer =
            new TakingObserver() {
                @Override
                public void progressed(SnapshotProgress progress) {}

                @Override
                public void taken(Snapshot snapshot) {
                    heard.add("taken " + snapshot.getStep());
                    whenTaken.accept(snapshot.getStep());
                }

                @Override
                public void refused(long step, String why) {
                    heard.add("refused %d: %s".formatted(step, why));
                    whenTaken.accept(step);
                }
            };

    private Consumer<Long> whenTaken = step -> {};

    @BeforeEach
    void openStore() {
        store = SnapshotStore.open(directory);
    }

    private SnapshotTaking.Ordered ordered(CaptureOrder order) {
        return new SnapshotTaking(
                        store, run, InstantSource.system(), "r1", order, "a label", PATIENCE)
                .ordered();
    }

    private void tellBoth(long step) {
        run.tell(0, step);
        run.tell(1, step);
    }

    @Test
    void whoGoesAwayBeforeAnythingIsToldLeavesNoOrderBehind() {
        SnapshotTaking.Ordered ordered = ordered(ONCE);
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> ordered.run(observer));
        assertThat(run.done()).containsExactly("cancelled");
    }

    @Test
    void aRefusedStateIsLeftOutAndTheNextIsTaken() throws InterruptedException {
        SnapshotTaking.Ordered ordered = ordered(SEVERAL);
        run.refuse(0, 100, "a pipe is open");
        run.tell(1, 100);
        whenTaken =
                step -> {
                    if (step == 100) {
                        tellBoth(200);
                    } else {
                        run.end("the run has ended");
                    }
                };
        ordered.run(observer);

        assertThat(heard)
                .containsExactly("refused 100: engine e0 refuses: a pipe is open", "taken 200");
        assertThat(run.done())
                .containsExactly("1 finished 100", "0 finished 200", "1 finished 200", "cancelled");
        assertThat(store.list("", Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void whatIsToldOfTheNextStateBeforeTheRefusedOneIsOverBelongsToTheNext()
            throws InterruptedException {
        SnapshotTaking.Ordered ordered = ordered(SEVERAL);
        run.refuse(0, 100, "a pipe is open");
        run.refuse(0, 200, "a pipe is still open");
        run.tell(0, 300);
        run.tell(1, 100);
        whenTaken =
                step -> {
                    if (step < 300) {
                        run.tell(1, step + 100);
                    } else {
                        run.end("the run has ended");
                    }
                };
        ordered.run(observer);

        assertThat(heard)
                .containsExactly(
                        "refused 100: engine e0 refuses: a pipe is open",
                        "refused 200: engine e0 refuses: a pipe is still open",
                        "taken 300");
    }

    @Test
    void theOnlyStateThatIsRefusedEndsItsOrder() {
        SnapshotTaking.Ordered ordered = ordered(ONCE);
        run.refuse(1, 100, "a pipe is open");

        assertThatExceptionOfType(SnapshotException.class)
                .isThrownBy(() -> ordered.run(observer))
                .withMessageContaining("engine e1 refuses: a pipe is open");
        assertThat(run.done()).containsExactly("cancelled");
    }

    @Test
    void whyThereAreNoFurtherOnesIsToldUnlessTheRunHasEnded() {
        SnapshotTaking.Ordered ordered = ordered(SEVERAL);
        tellBoth(100);
        whenTaken = step -> run.breakOff("engine \"e1\" left");

        assertThatExceptionOfType(TakingFailedException.class)
                .isThrownBy(() -> ordered.run(observer))
                .withMessage("no further snapshots are taken: engine \"e1\" left");
        assertThat(heard).containsExactly("taken 100");
    }

    @Test
    void aRunThatEndsInTheMiddleOfALaterStateEndsItsOrder() throws InterruptedException {
        SnapshotTaking.Ordered ordered = ordered(SEVERAL);
        tellBoth(100);
        whenTaken =
                step -> {
                    run.tell(0, 200);
                    run.end("the run has ended");
                };
        ordered.run(observer);

        assertThat(heard).containsExactly("taken 100");
        assertThat(store.list("", Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void anEngineThatHasNotComeToTheStepIsWaitedFor() throws InterruptedException {
        SnapshotTaking.Ordered ordered = ordered(ONCE);
        run.tell(0, 100);
        Thread slow =
                Thread.startVirtualThread(() -> {
                    pause(PATIENCE.multipliedBy(3));
                    run.tell(1, 100);
                });
        ordered.run(observer);
        slow.join();

        assertThat(heard).containsExactly("taken 100");
    }

    @Test
    void anEngineThatStopsInTheMiddleOfItsStateIsNotWaitedForForEver() {
        SnapshotTaking.Ordered ordered = ordered(ONCE);
        run.tell(0, 100);
        run.begin(1, 100);

        assertThatExceptionOfType(TakingFailedException.class)
                .isThrownBy(() -> ordered.run(observer))
                .withMessage("no snapshot was taken: an engine told nothing for 300 ms");
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
