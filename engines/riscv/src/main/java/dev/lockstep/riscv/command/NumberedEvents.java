package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.Rewindable;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Numbers the events of a guest and hands on each of them once, however often the guest comes by.
 * Belongs to the engine's thread.
 */
final class NumberedEvents implements GuestEvents, Rewindable {
    /** Threads are numbered from 1, and a guest has one: so logs of two runs name the same. */
    private static final long ONLY_THREAD = 1;

    private final boolean wanted;
    private final Consumer<Event> log;

    /** Number of the next event, which goes back with the guest. */
    private long next;

    /** Events that were handed on. */
    private long told;

    private boolean examining;

    /**
     * @param wanted whether there is a log at all
     */
    NumberedEvents(boolean wanted, Consumer<Event> log) {
        this.wanted = wanted;
        this.log = log;
    }

    @Override
    public boolean wanted() {
        return wanted;
    }

    @Override
    public void emit(String kind, Supplier<Payload> payload) {
        if (!wanted) {
            return;
        }
        long index = next++;
        if (index >= told && !examining) {
            told = next;
            log.accept(
                    Event.newBuilder()
                            .setTid(ONLY_THREAD)
                            .setIndex(index)
                            .setKind(kind)
                            .setPayload(payload.get().toString())
                            .setHostNs(System.nanoTime())
                            .build());
        }
    }

    /** Sets whether the guest only looks at its past, so that nothing new happens. */
    void setExamining(boolean examines) {
        examining = examines;
    }

    /** The guest goes on in another state than its own: what it did beyond this step is void. */
    void goOnFrom(long step) {
        long voided = told - next;
        next = told;
        emit("resync", () -> new Payload().number("step", step).number("void", voided));
    }

    @Override
    public Runnable checkpoint() {
        long number = next;
        return () -> next = number;
    }
}
