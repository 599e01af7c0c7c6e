package dev.lockstep.riscv;

/**
 * The one thing engines differ in: what instructions mean and how they are executed. An executor is
 * bound to one {@link Hart}, one memory and one {@link Recording}.
 *
 * <p>Confined to the engine's thread.
 */
public interface Executor extends Rewindable {
    /**
     * Executes whole blocks (docs/protocol.md, "Block rule") from {@code hart.pc} and reports what
     * its {@link Recording} asks for. At return every field of the hart is exact; for {@link
     * Stop#ECALL} and {@link Stop#TRAP} {@code hart.pc} is the address of the instruction
     * concerned.
     *
     * @param stepLimit stops at the first block end with {@code hart.steps >= stepLimit}
     */
    Stop run(long stepLimit);

    /**
     * Executes as {@link #run} would with a limit that is far away, and stops at the first block
     * end at or after {@code stepLimit} where that code can be left. So a fault that is in how
     * blocks were put together does not vanish because somebody looks.
     */
    default Stop runPast(long stepLimit) {
        return run(stepLimit);
    }

    /**
     * Returns whether it takes a second or so to repeat a million steps, so that checkpoints are to
     * lie closer.
     */
    default boolean repeatsSlowly() {
        return false;
    }

    /** Forgets what was derived from the guest code in {@code [address, address + length)}. */
    void invalidate(long address, long length);

    /**
     * Forgets what it knows of steps from {@code hart.steps} on, if anything: the guest was given
     * another state and goes on otherwise than it did before.
     */
    default void forgetFuture() {}

    /**
     * Keeps what of the executor's own state decides, beside hart and memory, what is executed: how
     * often blocks were executed, which faults are done. What it was told to {@link #invalidate}
     * need not come back.
     */
    @Override
    default Runnable checkpoint() {
        return () -> {};
    }
}
