package dev.lockstep.riscv.snapshot;

import java.util.List;

/**
 * What a snapshot has beside memory.
 *
 * @param registers 32
 * @param loadReservation address that is reserved
 */
record CoreState(List<Long> registers, long pc, long cycles, long maxCycles, long loadReservation) {
    static final int REGISTERS = 32;

    CoreState {
        if (registers.size() != REGISTERS) {
            throw new IllegalArgumentException(
                    "registers: " + registers.size() + " (expected: 32)");
        }
    }

    CoreState withLoadReservation(long address) {
        return new CoreState(registers, pc, cycles, maxCycles, address);
    }
}
