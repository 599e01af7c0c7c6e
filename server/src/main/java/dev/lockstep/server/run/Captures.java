package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.CaptureRefusedException.Reason;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The states that are being taken of a run. Every engine is told of a step that it has no credit to
 * pass, so all of them keep their state at the same.
 */
final class Captures {
    private final RunSpec spec;

    /** Those of whom states can be taken: who has left is none of them. */
    private final List<Place> places;

    private final LongSupplier nanoTime;

    /** Runs when a run that waits for states need not do so any more. */
    private final Runnable settled;

    private final Map<Long, Open> open = new LinkedHashMap<>();
    private long lastId;

    /** Why there are no further states, which lasts until those that were told of are taken. */
    private String closing = "";

    Captures(RunSpec spec, List<Place> places, LongSupplier nanoTime, Runnable settled) {
        this.spec = spec;
        this.places = new ArrayList<>(places);
        this.nanoTime = nanoTime;
        this.settled = settled;
    }

    /**
     * Begins to take states.
     *
     * @throws CaptureRefusedException if that cannot be
     */
    Capturing begin(CaptureOrder order, CaptureListener listener) {
        if (!closing.isEmpty()) {
            throw refused(closing);
        }
        if (open.size() >= Bounds.CAPTURES) {
            throw new CaptureRefusedException(
                    Reason.TOO_MANY,
                    "run \"%s\": %d snapshots are being taken (expected: at most that many at a time); try again when one is"
                            .formatted(spec.name(), open.size()));
        }
        for (Place place : places) {
            checkCaptures(place);
        }
        long soonest = places.stream().mapToLong(place -> place.reach(spec)).max().orElseThrow();
        long step = order.step() == null ? soonest : order.step();
        if (step < soonest) {
            throw refused(
                    "step %d lies behind: engines may have come to step %d"
                            .formatted(step, soonest));
        }
        lastId++;
        Open capture = new Open(lastId, step, order.everySteps(), listener, List.copyOf(places));
        open.put(lastId, capture);
        listener.began(capture);
        places.stream().filter(Place::connected).forEach(capture::tell);
        return capture;
    }

    private void checkCaptures(Place place) {
        Hello hello = place.hello();
        if (hello != null && !hello.getCaptures()) {
            throw refused(place.title() + " cannot tell its state");
        }
    }

    private CaptureRefusedException refused(String why) {
        return new CaptureRefusedException(Reason.CANNOT, "run \"" + spec.name() + "\": " + why);
    }

    /** Tells an engine that came of what was ordered before. */
    void tell(Place place) {
        if (!Objects.requireNonNull(place.hello()).getCaptures()) {
            breakOff(place, place.title() + " cannot tell its state");
        }
        open.values().forEach(capture -> capture.tell(place));
    }

    void arrived(Place place, CapturePart part) throws ProtocolException {
        if (part.getId() < 1 || part.getId() > lastId) {
            throw ProtocolException.badFrame(
                    "CapturePart %d (expected: one of the %d that were asked for)"
                            .formatted(part.getId(), lastId));
        }
        Open capture = open.get(part.getId());
        if (capture != null) {
            capture.arrived(place, part);
        }
    }

    /**
     * Takes no further states; returns whether there are none that all engines have told of and
     * that are not taken yet.
     */
    boolean settle(String why) {
        if (closing.isEmpty()) {
            closing = why;
        }
        List.copyOf(open.values()).forEach(Open::endIfTaken);
        return open.isEmpty();
    }

    /** Returns whether a run that has ended waits for states. */
    boolean settling() {
        return !closing.isEmpty() && !open.isEmpty();
    }

    /** Returns whether a state of an engine is on its way, however long it takes. */
    boolean isTaking(Place place) {
        return streams(place).anyMatch(CaptureStream::isOpen);
    }

    /** Returns whether an engine may be waiting for those who take its state. */
    boolean keepsWaiting(Place place) {
        return isTaking(place) && streams(place).noneMatch(CaptureStream::owes);
    }

    private Stream<CaptureStream> streams(Place place) {
        return orders(place).map(capture -> capture.streams.get(capture.engines.indexOf(place)));
    }

    /** Returns the orders in which an engine takes part. */
    private Stream<Open> orders(Place place) {
        return open.values().stream().filter(capture -> capture.engines.contains(place));
    }

    /** Gives up what is not taken, unless there is something that goes on. */
    void tick() {
        if (!closing.isEmpty()) {
            long oldest = nanoTime.getAsLong() - Bounds.CAPTURE_TIMEOUT.toNanos();
            List.copyOf(open.values()).forEach(capture -> capture.endIfIdleSince(oldest));
        }
    }

    /** Takes no states of an engine any more; later orders do without it. */
    void leave(Place place, String why) {
        breakOff(place, why);
        places.remove(place);
    }

    private void breakOff(Place place, String why) {
        orders(place).toList().forEach(capture -> capture.breakOff(why));
    }

    /** Gives up all states that are not taken, since the run ends. */
    void endAll(String why) {
        closing = closing.isEmpty() ? why : closing;
        List.copyOf(open.values()).forEach(capture -> capture.end(why));
    }

    /** States that one order asked for. */
    private final class Open implements Capturing {
        private final long id;
        private final long step;
        private final long everySteps;
        private final CaptureListener listener;

        /** Those of the run that had not left when it was ordered. */
        private final List<Place> engines;

        private final List<CaptureStream> streams = new ArrayList<>();
        private long heardNanos = nanoTime.getAsLong();

        /** Why an engine tells no further states, empty while all do. */
        private String refusal = "";

        Open(long id, long step, long everySteps, CaptureListener listener, List<Place> engines) {
            this.id = id;
            this.step = step;
            this.everySteps = everySteps;
            this.listener = listener;
            this.engines = engines;
            engines.forEach(_ -> streams.add(new CaptureStream(step)));
        }

        void tell(Place place) {
            place.capture(
                    Capture.newBuilder().setId(id).setStep(step).setEverySteps(everySteps).build());
        }

        void arrived(Place place, CapturePart part) throws ProtocolException {
            int engine = engines.indexOf(place);
            streams.get(engine).take(part);
            heardNanos = nanoTime.getAsLong();
            listener.arrived(engine, part);
            if (part.hasRefusal() && part.getStep() == 0) {
                refusal = part.getRefusal();
            }
            endIfTaken();
        }

        /** Ends if no state can come any more that all engines tell of. */
        void endIfTaken() {
            long expected =
                    streams.stream()
                            .filter(stream -> !closing.isEmpty() || stream.over())
                            .mapToLong(CaptureStream::announced)
                            .min()
                            .orElse(Long.MAX_VALUE);
            if (streams.stream().allMatch(stream -> stream.finished() >= expected)) {
                if (refusal.isEmpty()) {
                    end(closing);
                } else {
                    breakOff(refusal);
                }
            }
        }

        void endIfIdleSince(long nanos) {
            if (heardNanos - nanos < 0) {
                breakOff(
                        "nothing more came for %d s".formatted(Bounds.CAPTURE_TIMEOUT.toSeconds()));
            }
        }

        void end(String why) {
            if (remove()) {
                listener.ended(why);
            }
        }

        void breakOff(String why) {
            if (remove()) {
                listener.brokenOff(why);
            }
        }

        private boolean remove() {
            boolean removed = open.remove(id) != null;
            if (removed) {
                engines.forEach(place -> place.captureDone(done(0)));
                if (open.isEmpty() && !closing.isEmpty()) {
                    settled.run();
                }
            }
            return removed;
        }

        private CaptureDone done(long doneStep) {
            return CaptureDone.newBuilder().setId(id).setStep(doneStep).build();
        }

        @Override
        public List<Hello> engines() {
            return engines.stream().map(place -> Objects.requireNonNull(place.hello())).toList();
        }

        @Override
        public long step() {
            return step;
        }

        @Override
        public void want(int engine, long of, ByteString hashes) {
            if (open.containsKey(id)) {
                heardNanos = nanoTime.getAsLong();
                streams.get(engine).want(hashes.size() / Protocol.PAGE_HASH_BYTES);
                engines.get(engine)
                        .wantPages(
                                PagesWanted.newBuilder()
                                        .setId(id)
                                        .setStep(of)
                                        .setHashes(hashes)
                                        .build());
            }
        }

        @Override
        public void finish(int engine, long of) {
            if (open.containsKey(id)) {
                heardNanos = nanoTime.getAsLong();
                streams.get(engine).finish();
                engines.get(engine).captureDone(done(of));
                endIfTaken();
            }
        }

        @Override
        public void cancel() {
            remove();
        }
    }
}
