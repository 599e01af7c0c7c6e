package dev.lockstep.riscv;

import java.util.function.Supplier;

/**
 * Takes what happens to a guest, for event logs (docs/events.md). Belongs to the engine's thread.
 */
public interface GuestEvents {
    /** Takes nothing. */
    GuestEvents NONE =
            new GuestEvents() {
                @Override
                public boolean wanted() {
                    return false;
                }

                @Override
                public void emit(String kind, Supplier<Payload> payload) {
                    // Nobody wants to know.
                }
            };

    /** Returns whether anybody wants events; always the same. */
    boolean wanted();

    /**
     * Takes an event.
     *
     * @param payload makes the rest of it, at once; not called if the event was taken before, when
     *     the guest came here for the first time
     */
    void emit(String kind, Supplier<Payload> payload);
}
