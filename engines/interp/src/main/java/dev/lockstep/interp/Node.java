package dev.lockstep.interp;

import dev.lockstep.riscv.memory.GuestMemory;

/**
 * Executes some consecutive instructions of a {@link Trace} and then the nodes after it.
 *
 * <p>Most subclasses are generated, one for each sequence of operations that is frequent.
 */
abstract class Node {
    /** What goes on with the trace; of no meaning where it ends. */
    Node next = this;

    /**
     * Executes the rest of the trace, from here on, and returns where it was left for.
     *
     * @param r the registers ({@link Registers})
     * @param digest what of the digest is not {@link Known}; passed along, it stays in a register
     * @throws RuntimeException after {@link Core#stoppedAt} if an instruction does not complete
     */
    abstract Entry run(Core core, long[] r, GuestMemory memory, long digest);
}
