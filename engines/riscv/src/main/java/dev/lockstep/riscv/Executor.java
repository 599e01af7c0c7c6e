package dev.lockstep.riscv;

/**
 * The one thing engines differ in: what instructions mean and how they are executed. An executor is
 * bound to one {@link Hart}, one memory and, in a lockstep run, one record batch.
 *
 * <p>Confined to the engine's thread.
 */
public interface Executor {
    /**
     * Executes whole blocks (docs/protocol.md, "Block rule") from {@code hart.pc} and adds a record
     * for each when the run is recorded. At return every field of the hart is exact; for {@link
     * Stop#ECALL} and {@link Stop#TRAP} {@code hart.pc} is the address of the instruction
     * concerned.
     *
     * @param stepLimit stops at the first block end with {@code hart.steps >= stepLimit}
     */
    Stop run(long stepLimit);

    /** Forgets what was derived from the guest code in {@code [address, address + length)}. */
    void invalidate(long address, long length);
}
