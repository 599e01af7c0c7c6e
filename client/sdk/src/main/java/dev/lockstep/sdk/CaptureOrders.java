package dev.lockstep.sdk;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.PagesWanted;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which states of its guest the coordinator wants of this engine, and what it wants of those that
 * were told. Thread-safe.
 *
 * <p>The engine's thread compares {@link #nextStep} with its step at every block end it comes to:
 * the coordinator names no step that the engine has credit to pass.
 */
public final class CaptureOrders {
    /** No state is wanted. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * A state that is wanted now.
     *
     * @param id of the order
     */
    public record Due(long id) {}

    private final Map<Long, Capture> orders = new LinkedHashMap<>();

    /** By order: pages that are wanted of its last state, until that is done. */
    private final Map<Long, Deque<PagesWanted>> wanted = new LinkedHashMap<>();

    private volatile long nextStep = NEVER;
    private boolean ended;

    CaptureOrders() {}

    /** Returns the step at or after which the next state is wanted, at a block end. */
    public long nextStep() {
        return nextStep;
    }

    /**
     * Takes an order that is due; null if there is none.
     *
     * @param step where the guest stands
     */
    public synchronized @Nullable Due take(long step) {
        for (Capture order : orders.values()) {
            if (order.getStep() <= step) {
                next(order, step);
                wanted.put(order.getId(), new ArrayDeque<>());
                return new Due(order.getId());
            }
        }
        return null;
    }

    private void next(Capture order, long step) {
        if (order.getEverySteps() == 0) {
            orders.remove(order.getId());
        } else {
            long passed = (step - order.getStep()) / order.getEverySteps() + 1;
            orders.put(
                    order.getId(),
                    order.toBuilder()
                            .setStep(order.getStep() + passed * order.getEverySteps())
                            .build());
        }
        findNext();
    }

    private void findNext() {
        nextStep = orders.values().stream().mapToLong(Capture::getStep).min().orElse(NEVER);
    }

    /**
     * Waits for what is wanted next of the state that was taken last.
     *
     * @return null when nothing is wanted any more
     */
    public synchronized @Nullable PagesWanted await(Due due) throws InterruptedException {
        while (true) {
            Deque<PagesWanted> pages = wanted.get(due.id());
            if (ended || pages == null) {
                return null;
            }
            if (!pages.isEmpty()) {
                return pages.remove();
            }
            wait();
        }
    }

    /** Forgets a state, since it cannot be told. */
    public synchronized void forget(Due due) {
        wanted.remove(due.id());
    }

    synchronized void receive(CoordinatorFrame frame) {
        if (frame.hasCapture()) {
            orders.put(frame.getCapture().getId(), frame.getCapture());
            findNext();
        } else if (frame.hasPagesWanted()) {
            Deque<PagesWanted> pages = wanted.get(frame.getPagesWanted().getId());
            if (pages != null) {
                pages.add(frame.getPagesWanted());
            }
        } else {
            finish(frame.getCaptureDone());
        }
        notifyAll();
    }

    private void finish(CaptureDone done) {
        wanted.remove(done.getId());
        if (done.getStep() == 0) {
            orders.remove(done.getId());
            findNext();
        }
    }

    /** Nothing is wanted any more. */
    synchronized void end() {
        ended = true;
        orders.clear();
        findNext();
        notifyAll();
    }
}
