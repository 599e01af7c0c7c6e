package dev.lockstep.server.capture;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.capture.CaptureRuns.CapturedRun;
import dev.lockstep.server.capture.TakingFailedException.Reason;
import dev.lockstep.server.run.CaptureListener;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.Capturing;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.snapshot.Take;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes the snapshots that one order asks for. The thread of the runs hands over what engines tell;
 * all else belongs to the thread that calls {@link #run}, which waits for engines and disk.
 */
public final class SnapshotTaking {
    /** Pages that were asked for and have not come, in frames. An engine is asked for no more. */
    private static final int FRAMES_ON_THEIR_WAY = 8;

    /** How long an engine that has begun to tell a state may be silent. */
    private static final long PATIENCE_S = 60;

    private final SnapshotStore store;
    private final CaptureRuns runs;
    private final InstantSource clock;
    private final String run;
    private final CaptureOrder order;
    private final String label;

    /**
     * What engines told and is not kept yet: their hashes, which the protocol bounds, and as many
     * contents as were asked for.
     */
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

    private sealed interface News {}

    private record Began(Capturing capturing) implements News {}

    private record Told(int engine, CapturePart part) implements News {}

    private record Ended(String why) implements News {}

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
        this.store = store;
        this.runs = runs;
        this.clock = clock;
        this.run = run;
        this.order = order;
        this.label = label;
    }

    /**
     * Takes them; returns when the only one is taken or, of several, when the run has ended.
     *
     * @throws dev.lockstep.server.run.CaptureRefusedException if the run cannot be asked for them
     * @throws TakingFailedException if there is none in the end
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
            return runs.capture(run, order, new Inbox())
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

    /** Passes on what the thread of the runs hears. */
    private final class Inbox implements CaptureListener {
        @Override
        public void began(Capturing capturing) {
            news.add(new Began(capturing));
        }

        @Override
        public void arrived(int engine, CapturePart part) {
            news.add(new Told(engine, part));
        }

        @Override
        public void ended(String why) {
            news.add(new Ended(why));
        }
    }

    /** Snapshots that were ordered. */
    public final class Ordered {
        private final CapturedRun known;
        private @Nullable Capturing capturing;

        /** Why no more comes, once that is so. */
        private @Nullable String end;

        private Ordered(CapturedRun known) {
            this.known = known;
        }

        /** Takes them; see {@link SnapshotTaking#run}. */
        public void run(TakingObserver observer) throws InterruptedException {
            long taken = 0;
            try {
                for (Told first = nextState(); first != null; first = nextState()) {
                    observer.taken(take(first, observer));
                    taken++;
                    if (order.everySteps() == 0) {
                        return;
                    }
                }
            } finally {
                onRuns(Capturing::cancel);
            }
            if (taken == 0) {
                throw aborted();
            }
        }

        private TakingFailedException aborted() {
            return new TakingFailedException(
                    Reason.ABORTED, "no snapshot was taken: %s".formatted(end));
        }

        /** Returns the first that is told of the next state; null if there is none. */
        private @Nullable Told nextState() throws InterruptedException {
            while (end == null) {
                switch (news.take()) {
                    case Began(Capturing begun) -> capturing = begun;
                    case Ended(String why) -> end = why;
                    case Told told -> {
                        return told;
                    }
                }
            }
            return null;
        }

        private Told next() throws InterruptedException {
            return switch (news.poll(PATIENCE_S, TimeUnit.SECONDS)) {
                case Told told -> told;
                case Ended(String why) -> {
                    end = why;
                    throw aborted();
                }
                case null, default -> {
                    end = "an engine told nothing for %d s".formatted(PATIENCE_S);
                    throw aborted();
                }
            };
        }

        private Snapshot take(Told first, TakingObserver observer) throws InterruptedException {
            List<Hello> engines = Objects.requireNonNull(capturing).engines();
            try (Take take = store.begin(about(engines))) {
                Wishes wishes = new Wishes(take, engines.size());
                wishes.accept(first, observer);
                while (!take.isComplete()) {
                    wishes.accept(next(), observer);
                }
                Snapshot snapshot = take.commit();
                wishes.finish();
                return snapshot;
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
            Capturing begun = capturing;
            if (begun != null) {
                runs.thread().execute(() -> action.accept(begun));
            }
        }

        /** What is wanted of the engines for one snapshot. */
        private final class Wishes {
            private final Take take;

            /** By engine: the step of its state, or -1 before it is told. */
            private final long[] steps;

            private final int[] pagesOnTheirWay;
            private long hashedPages;
            private long sentPages;

            Wishes(Take take, int engines) {
                this.take = take;
                steps = new long[engines];
                Arrays.fill(steps, -1);
                pagesOnTheirWay = new int[engines];
            }

            void accept(Told told, TakingObserver observer) throws InterruptedException {
                int engine = told.engine();
                CapturePart part = told.part();
                take.accept(engine, part);
                steps[engine] = part.getStep();
                hashedPages += part.getPages().size() / Protocol.PAGE_ROW_BYTES;
                sentPages += part.getContents().getPagesCount();
                pagesOnTheirWay[engine] -= part.getContents().getPagesCount();
                for (int other = 0; other < steps.length; other++) {
                    want(other);
                }
                observer.progressed(
                        SnapshotProgress.newBuilder()
                                .setStep(part.getStep())
                                .setPageCount(hashedPages)
                                .setSentPageCount(sentPages)
                                .build());
            }

            private void want(int engine) {
                int most = FRAMES_ON_THEIR_WAY * Protocol.MAX_PART_PAGES;
                while (steps[engine] >= 0
                        && pagesOnTheirWay[engine] <= most - Protocol.MAX_PART_PAGES) {
                    ByteString hashes = take.wanted(engine, Protocol.MAX_PART_PAGES);
                    if (hashes.isEmpty()) {
                        return;
                    }
                    pagesOnTheirWay[engine] += hashes.size() / Protocol.PAGE_HASH_BYTES;
                    long step = steps[engine];
                    onRuns(it -> it.want(engine, step, hashes));
                }
            }

            void finish() {
                for (int i = 0; i < steps.length; i++) {
                    int engine = i;
                    onRuns(it -> it.finish(engine, steps[engine]));
                }
            }
        }
    }
}
