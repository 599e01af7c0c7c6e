package dev.lockstep.server.capture;

import com.google.protobuf.Timestamp;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.server.capture.CaptureRuns.CapturedRun;
import dev.lockstep.server.capture.Inbox.Ended;
import dev.lockstep.server.capture.Inbox.News;
import dev.lockstep.server.capture.Inbox.Told;
import dev.lockstep.server.capture.TakingFailedException.Reason;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.Capturing;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.snapshot.Take;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Takes the snapshots that one order asks for. The thread of the runs hands over what engines tell;
 * all else belongs to the thread that calls {@link #run}, which waits for engines and disk.
 */
public final class SnapshotTaking {
    /** How long an engine that has begun to tell a state may be silent. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SnapshotStore store;
    private final CaptureRuns runs;
    private final InstantSource clock;
    private final String run;
    private final CaptureOrder order;
    private final String label;

    private final Duration patience;
    private final Inbox inbox = new Inbox();

    /**
     * Prepares to take snapshots of a run.
     *
     * @param label what to call them
     */
    public SnapshotTaking(
            SnapshotStore store,
            CaptureRuns runs,
            InstantSource clock,
            String run,
            CaptureOrder order,
            String label) {
        this(store, runs, clock, run, order, label, PATIENCE);
    }

    SnapshotTaking(
            SnapshotStore store,
            CaptureRuns runs,
            InstantSource clock,
            String run,
            CaptureOrder order,
            String label,
            Duration patience) {
        this.store = store;
        this.runs = runs;
        this.clock = clock;
        this.run = run;
        this.order = order;
        this.label = label;
        this.patience = patience;
    }

    /**
     * Takes them; returns when the only one is taken or, of several, when the run has ended. One of
     * several that is refused is left out.
     *
     * @throws dev.lockstep.server.run.CaptureRefusedException if the run cannot be asked for them
     * @throws TakingFailedException if there is none in the end, or there are no further ones
     *     although the run goes on
     * @throws dev.lockstep.server.snapshot.SnapshotException if an engine tells what cannot be
     * @throws dev.lockstep.server.sqlite.DatabaseException if the disk cannot take them
     * @throws InterruptedException if the thread was interrupted; then there are no more
     */
    public void run(TakingObserver observer) throws InterruptedException {
        ordered().run(observer);
    }

    /** Orders the snapshots; what is ordered is to be taken, or the run waits for it. */
    public Ordered ordered() {
        try {
            return runs.capture(run, order, inbox)
                    .join()
                    .map(Ordered::new)
                    .orElseThrow(() ->
                            new TakingFailedException(
                                    Reason.NO_RUN,
                                    "no run \"%s\" is in progress; 'lockstep runs list' shows those that are"
                                            .formatted(run)));
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException refusal ? refusal : e;
        }
    }

    /** Snapshots that were ordered. */
    public final class Ordered {
        private final CapturedRun known;
        private long taken;

        /** Why no more comes, once that is so. */
        private @Nullable Ended end;

        private Ordered(CapturedRun known) {
            this.known = known;
        }

        /** Takes them; see {@link SnapshotTaking#run}. */
        public void run(TakingObserver observer) throws InterruptedException {
            try {
                Told first = nextState();
                while (first != null) {
                    take(first, observer);
                    first = order.everySteps() == 0 ? null : nextState();
                }
            } catch (CancellationException e) {
                throw new InterruptedException(e.getMessage());
            } finally {
                onRuns(Capturing::cancel);
            }
            if (end != null && (taken == 0 || end.isEarly())) {
                throw new TakingFailedException(
                        Reason.ABORTED,
                        "%s: %s"
                                .formatted(
                                        taken == 0
                                                ? "no snapshot was taken"
                                                : "no further snapshots are taken",
                                        end.why()));
            }
        }

        /** Returns the first that is told of the next state; null if there is none. */
        private @Nullable Told nextState() throws InterruptedException {
            while (end == null) {
                Told told = told(inbox.take());
                if (told != null) {
                    return told;
                }
            }
            return null;
        }

        /** Returns what is told of a state; null if it is something else. */
        private @Nullable Told told(News news) {
            return switch (news) {
                case Ended ended -> {
                    end = ended;
                    yield null;
                }
                // What an engine refuses for all that was to come, the run ends when it can.
                case Told(int _, CapturePart part) when part.hasRefusal() && part.getStep() == 0 ->
                        null;
                case Told told -> told;
            };
        }

        private void take(Told first, TakingObserver observer) throws InterruptedException {
            List<Hello> engines = inbox.engines();
            try (Take take = store.begin(about(engines))) {
                boolean isOneOfSeveral = order.everySteps() > 0;
                StateTaking state = new StateTaking(take, engines, isOneOfSeveral, this::onRuns);
                state.accept(first, System.nanoTime());
                while (end == null && !state.isOver()) {
                    hear(state);
                    observer.progressed(state.progress());
                }
                if (end == null) {
                    conclude(take, state, observer);
                }
            }
        }

        /** Hears what comes next, if only that nothing does. */
        private void hear(StateTaking state) throws InterruptedException {
            OptionalLong oldestNanos = state.oldestNanos();
            News news =
                    oldestNanos.isEmpty()
                            ? inbox.take()
                            : inbox.take(
                                    oldestNanos.getAsLong()
                                            + patience.toNanos()
                                            - System.nanoTime());
            if (news == null) {
                end = new Ended("an engine told nothing for %s".formatted(text(patience)), true);
                return;
            }
            Told told = told(news);
            if (told != null) {
                state.accept(told, System.nanoTime());
            }
        }

        private static String text(Duration time) {
            return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
        }

        private void conclude(Take take, StateTaking state, TakingObserver observer)
                throws InterruptedException {
            if (state.refusal().isEmpty()) {
                Snapshot snapshot = take.commit();
                taken++;
                inbox.putBack(state.finish());
                observer.taken(snapshot);
            } else {
                inbox.putBack(state.finish());
                observer.refused(state.step(), state.refusal());
            }
        }

        private Snapshot about(List<Hello> engines) {
            Snapshot.Builder about =
                    Snapshot.newBuilder()
                            .setRun(known.name())
                            .setRunId(known.id())
                            .setCreateTime(now())
                            .setLabel(label)
                            .setLaunch(known.launch());
            for (Hello hello : engines) {
                about.addEngines(
                        EngineSnapshot.newBuilder()
                                .setEngine(hello.getName())
                                .setRole(hello.getRole())
                                .setImplementation(hello.getImplementation())
                                .addAllAgreement(hello.getAgreementList()));
            }
            return about.build();
        }

        private Timestamp now() {
            Instant now = clock.instant();
            return Timestamp.newBuilder()
                    .setSeconds(now.getEpochSecond())
                    .setNanos(now.getNano())
                    .build();
        }

        private void onRuns(Consumer<Capturing> action) {
            runs.thread().execute(() -> action.accept(inbox.capturing()));
        }
    }
}
