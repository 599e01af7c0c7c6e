package dev.lockstep.riscv;

import dev.lockstep.proto.v1.StateGroup;

import java.util.Optional;

/**
 * The environment a guest runs in: what answers its ecalls and takes its traps.
 *
 * <p>What is brought back of it is what every side knows, a subject too. What belongs to the host
 * and is known to the reference alone, such as descriptors and the time at which a timer expires,
 * changes only while an {@link InputSource} performs, and stays.
 */
public interface GuestMachine extends Rewindable {
    /**
     * Serves the ecall at {@code hart.pc}: applies its result to registers and memory and moves
     * {@code hart.pc} to where the guest goes on. Adds to {@code hart.openDigest} what of the
     * result counts as an effect. Step counting is the caller's.
     *
     * @return how the guest ended, if this call ended it
     */
    Optional<GuestExit> ecall();

    /**
     * Takes the trap described by {@code hart.trapCause} and {@code hart.trapValue} at {@code
     * hart.pc}, and adds its effect to the open record. Step counting is the caller's.
     *
     * @return how the guest ended, if nothing handles the trap
     */
    Optional<GuestExit> trap();

    /**
     * Serves the read of the CSR time at {@code hart.pc}: writes it to {@code x[rd]} and moves
     * {@code hart.pc} on. Step counting is the caller's.
     */
    void readTime(int rd);

    /**
     * Returns hart and machine as they are at this block end, for {@code GuestState.machine}: the
     * same on every side, and enough to go on from, together with memory.
     *
     * @throws StateException if the guest has ended
     */
    StateGroup state();

    /**
     * Takes down what stands behind the machine at the one who asks the world: open files, the
     * current directory, running timers.
     *
     * @throws StateException if something of it cannot be kept; says what
     */
    World world();
}
