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
     * @param step where the guest stands
     */
    public record Due(long id, long step) {}

    private final Map<Long, Capture> orders = new LinkedHashMap<>();

    /** Pages that are wanted of a state, until that is done. */
    private final Map<Due, Deque<PagesWanted>> wanted = new LinkedHashMap<>();

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
                Due due = new Due(order.getId(), step);
                wanted.put(due, new ArrayDeque<>());
                return due;
            }
        }
        return null;
    }

    private void next(Capture order, long step) {
        if (order.getEverySteps() == 0) {
            orders.remove(order.getId());
        } else {
            orders.put(order.getId(), order.toBuilder().setStep(following(order, step)).build());
        }
        findNext();
    }

    /** Returns the first step of a recurring order after one; {@link #NEVER} if none is left. */
    private static long following(Capture order, long step) {
        long sinceLast = (step - order.getStep()) % order.getEverySteps();
        long left = order.getEverySteps() - sinceLast;
        return left < NEVER - step ? step + left : NEVER;
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
            Deque<PagesWanted> pages = wanted.get(due);
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
        wanted.remove(due);
    }

    synchronized void receive(CoordinatorFrame frame) {
        if (frame.hasCapture()) {
            orders.put(frame.getCapture().getId(), frame.getCapture());
            findNext();
        } else if (frame.hasPagesWanted()) {
            PagesWanted asked = frame.getPagesWanted();
            Deque<PagesWanted> pages = wanted.get(new Due(asked.getId(), asked.getStep()));
            if (pages != null) {
                pages.add(asked);
            }
        } else {
            finish(frame.getCaptureDone());
        }
        notifyAll();
    }

    private void finish(CaptureDone done) {
        wanted.remove(new Due(done.getId(), done.getStep()));
        if (done.getStep() == 0) {
            wanted.keySet().removeIf(due -> due.id() == done.getId());
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
