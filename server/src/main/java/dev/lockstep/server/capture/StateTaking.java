package dev.lockstep.server.capture;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.capture.Inbox.Told;
import dev.lockstep.server.run.Capturing;
import dev.lockstep.server.snapshot.Take;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Takes one state of all engines of a run. If one of several is refused, the engines that do not
 * are heard to their ends, as the protocol wants it, and nothing of it is kept. Of one thread.
 */
final class StateTaking {
    /** Pages that were asked for and have not come, in frames. An engine is asked for no more. */
    private static final int FRAMES_ON_THEIR_WAY = 8;

    private final Take take;
    private final boolean isOneOfSeveral;
    private final Consumer<Consumer<Capturing>> onRuns;
    private final List<Teller> tellers = new ArrayList<>();

    /** What those who refused this one told of later ones. */
    private final Deque<Told> ahead = new ArrayDeque<>();

    private String refusal = "";
    private long step;
    private long hashedPages;
    private long sentPages;

    /** How far an engine has come with its state. */
    private static final class Teller {
        private final String name;
        private boolean hasBegun;
        private boolean hasEnded;
        private boolean hasRefused;
        private long step;
        private long pagesOnTheirWay;
        private long heardNanos;

        Teller(String name) {
            this.name = name;
        }

        void hear(CapturePart part, long nowNanos) {
            hasBegun = true;
            hasEnded |= part.hasEnd();
            step = part.getStep();
            pagesOnTheirWay -= part.getContents().getPagesCount();
            heardNanos = nowNanos;
        }

        /** Returns whether it has to tell more, and nobody else can do anything. */
        boolean owes() {
            return hasBegun && !isDone();
        }

        /** Returns whether it tells no more unless it is asked. */
        boolean isDone() {
            return hasRefused || (hasEnded && pagesOnTheirWay == 0);
        }
    }

    /**
     * @param isOneOfSeveral whether the others are taken even if this one is refused
     * @param onRuns does something on the thread of the runs
     */
    StateTaking(
            Take take,
            List<Hello> engines,
            boolean isOneOfSeveral,
            Consumer<Consumer<Capturing>> onRuns) {
        this.take = take;
        this.isOneOfSeveral = isOneOfSeveral;
        this.onRuns = onRuns;
        engines.forEach(engine -> tellers.add(new Teller(engine.getName())));
    }

    /** Takes what is told next, and asks for what that shows to be lacking. */
    void accept(Told told, long nowNanos) {
        Teller teller = tellers.get(told.engine());
        if (teller.hasRefused) {
            ahead.add(told);
        } else if (told.part().hasRefusal() && isOneOfSeveral) {
            refuse(teller, told.part());
        } else {
            teller.hear(told.part(), nowNanos);
            if (refusal.isEmpty()) {
                keep(told.engine(), told.part());
            }
        }
    }

    private void refuse(Teller teller, CapturePart part) {
        teller.hasRefused = true;
        if (refusal.isEmpty()) {
            refusal = "engine %s refuses: %s".formatted(teller.name, part.getRefusal());
            step = part.getStep();
        }
    }

    private void keep(int engine, CapturePart part) {
        take.accept(engine, part);
        step = part.getStep();
        hashedPages += part.getPages().size() / Protocol.PAGE_ROW_BYTES;
        sentPages += part.getContents().getPagesCount();
        wantAll();
    }

    private void wantAll() {
        for (int engine = 0; engine < tellers.size(); engine++) {
            if (tellers.get(engine).hasBegun) {
                want(engine, tellers.get(engine));
            }
        }
    }

    private void want(int engine, Teller teller) {
        long most = (long) FRAMES_ON_THEIR_WAY * Protocol.MAX_PART_PAGES;
        while (teller.pagesOnTheirWay <= most - Protocol.MAX_PART_PAGES) {
            ByteString hashes = take.wanted(engine, Protocol.MAX_PART_PAGES);
            if (hashes.isEmpty()) {
                return;
            }
            teller.pagesOnTheirWay += hashes.size() / Protocol.PAGE_HASH_BYTES;
            onRuns.accept(it -> it.want(engine, teller.step, hashes));
        }
    }

    /** Returns whether all engines have told what there is to tell. */
    boolean isOver() {
        return refusal.isEmpty() ? take.isComplete() : tellers.stream().allMatch(Teller::isDone);
    }

    /** Returns why there is no such state, when it is over; empty if there is one. */
    String refusal() {
        return refusal;
    }

    /** Returns the step of the state, as who told of it last has it. */
    long step() {
        return step;
    }

    SnapshotProgress progress() {
        return SnapshotProgress.newBuilder()
                .setStep(step)
                .setPageCount(hashedPages)
                .setSentPageCount(sentPages)
                .build();
    }

    /** Returns when the first of those was heard that owe something; empty if nobody does. */
    OptionalLong oldestNanos() {
        // Differences, since such a clock may pass the largest number.
        return tellers.stream()
                .filter(Teller::owes)
                .mapToLong(teller -> teller.heardNanos)
                .reduce((one, other) -> one - other < 0 ? one : other);
    }

    /**
     * Lets the engines forget their states.
     *
     * @return what was told of later ones meanwhile
     */
    Deque<Told> finish() {
        for (int i = 0; i < tellers.size(); i++) {
            int engine = i;
            Teller teller = tellers.get(i);
            if (!teller.hasRefused) {
                onRuns.accept(it -> it.finish(engine, teller.step));
            }
        }
        return ahead;
    }
}
