package dev.lockstep.riscv;

import dev.lockstep.proto.v1.StateGroup;

/**
 * What stood behind a guest, at the one who asks the world, when it was taken down. What takes long
 * is left for {@link #state}, so that the guest can go on meanwhile.
 */
public interface World extends AutoCloseable {
    /**
     * Returns it for {@code GuestState.world}. Reads files; on any thread, which may be
     * interrupted.
     *
     * @throws StateException if something of it cannot be kept after all; says what
     * @throws InterruptedException if the thread was interrupted
     */
    StateGroup state() throws InterruptedException;

    /** Gives back what was needed for it; on any thread. */
    @Override
    void close();
}
