package dev.lockstep.server.run;

import dev.lockstep.proto.v1.HaltReason;

/** How a run takes leave of its engines: it halts them, then waits for their accounts. */
final class Farewell {
    private final Places places;
    private final Notes notes;
    private boolean begun;
    private long begunNanos;

    Farewell(Places places, Notes notes) {
        this.places = places;
        this.notes = notes;
    }

    /** Halts the engines; the time they have for their accounts runs from now on. */
    void begin(HaltReason reason, String text, long nowNanos) {
        begun = true;
        begunNanos = nowNanos;
        places.all().forEach(place -> place.halt(reason, text));
    }

    /** Returns whether no account is to be waited for any more. */
    boolean isOver(long nowNanos) {
        return places.empty()
                || (begun && nowNanos - begunNanos >= Bounds.GOODBYE_TIMEOUT.toNanos());
    }

    /** Parts with the engines that are still there. */
    void end() {
        places.all().stream()
                .filter(Place::connected)
                .forEach(p -> notes.addOfEngine(p.title() + " did not give its account in time"));
        places.all().forEach(Place::close);
    }
}
