package dev.lockstep.server.capture;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.server.run.CaptureListener;
import dev.lockstep.server.run.Capturing;

import org.jspecify.annotations.Nullable;

import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Hands over what the thread of the runs hears to the one thread that takes the states. */
final class Inbox implements CaptureListener {
    /**
     * What engines told and is not kept yet: their hashes, which the protocol bounds, and as many
     * contents as were asked for.
     */
    private final BlockingDeque<News> news = new LinkedBlockingDeque<>();

    private volatile @Nullable Capturing capturing;
    private volatile List<Hello> engines = List.of();

    /** What comes of an order. */
    sealed interface News {}

    /** What an engine tells. */
    record Told(int engine, CapturePart part) implements News {}

    /**
     * Nothing more comes.
     *
     * @param isEarly whether that is for another reason than the end of the run
     */
    record Ended(String why, boolean isEarly) implements News {}

    @Override
    public void began(Capturing begun) {
        capturing = begun;
    }

    @Override
    public void arrived(int engine, CapturePart part) {
        if (engines.isEmpty()) {
            engines = capturing().engines();
        }
        news.add(new Told(engine, part));
    }

    @Override
    public void ended(String why) {
        news.add(new Ended(why, false));
    }

    @Override
    public void brokenOff(String why) {
        news.add(new Ended(why, true));
    }

    /** Returns what was begun; there is that once the order was accepted. */
    Capturing capturing() {
        return Objects.requireNonNull(capturing);
    }

    /** Returns how the engines introduced themselves; empty until the first of them tells. */
    List<Hello> engines() {
        return engines;
    }

    /** Waits for the next. */
    News take() throws InterruptedException {
        return news.take();
    }

    /** Waits for the next for so long; null if there is none. */
    @Nullable News take(long nanos) throws InterruptedException {
        return news.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** Puts back what came too early, which is taken before all else; empties {@code told}. */
    void putBack(Deque<Told> told) {
        while (!told.isEmpty()) {
            news.addFirst(told.removeLast());
        }
    }
}
