package dev.lockstep.riscv;

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
}
