package dev.lockstep.cli;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.capture.SnapshotTaking;
import dev.lockstep.server.capture.TakingObserver;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.ConfigException;

import java.util.ArrayList;
import java.util.List;

/** Takes the snapshots that a plan asks for while its run goes on, a thread for each order. */
final class SnapshotThreads implements AutoCloseable {
    private final StatusLine screen;
    private final List<Thread> threads = new ArrayList<>();

    private SnapshotThreads(StatusLine screen) {
        this.screen = screen;
    }

    /**
     * Orders the snapshots; belongs before the engines are started, so that none is late.
     *
     * @throws ConfigException if they cannot be ordered
     */
    static SnapshotThreads start(
            LockstepServer server, String run, PlannedSnapshots plan, StatusLine screen) {
        SnapshotThreads threads = new SnapshotThreads(screen);
        for (CaptureOrder order : plan.orders()) {
            SnapshotTaking.Ordered ordered = server.snapshots(run, order, plan.label()).ordered();
            threads.add(() -> threads.take(ordered));
        }
        return threads;
    }

    private void add(Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name("lockstep-snapshot").start(work));
    }

    private void take(SnapshotTaking.Ordered ordered) {
        try {
            ordered.run(
                    new TakingObserver() {
                        @Override
                        public void progressed(SnapshotProgress progress) {}

                        @Override
                        public void taken(Snapshot snapshot) {
                            screen.print(
                                    "lockstep: snapshot %d at step %,d\n"
                                            .formatted(snapshot.getId(), snapshot.getStep()));
                        }

                        @Override
                        public void refused(long step, String why) {
                            screen.print(
                                    "lockstep: no snapshot at step %,d: %s\n".formatted(step, why));
                        }
                    });
        } catch (ConfigException e) {
            screen.print("lockstep: %s\n".formatted(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for those that the run has waited for. */
    void finish() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
