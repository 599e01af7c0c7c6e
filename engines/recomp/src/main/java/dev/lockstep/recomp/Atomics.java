package dev.lockstep.recomp;

import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;

/**
 * What the "A" extension needs beside loads and stores. Its accesses must be aligned, but an SC to
 * an address that is not reserved accesses nothing. A reservation covers the address and lasts
 * while memory holds what LR loaded.
 */
final class Atomics {
    private Atomics() {}

    static long loadReserved(long address, int width, Hart hart, GuestMemory memory) {
        checkAligned(address, width, TrapCause.LOAD_MISALIGNED);
        long value = load(address, width, memory);
        hart.reservation = address;
        hart.reservedValue = value;
        return value;
    }

    /** Gives up the reservation and returns whether an SC to {@code address} succeeds. */
    static boolean claim(long address, int width, Hart hart, GuestMemory memory) {
        boolean reserved = hart.reservation == address;
        if (reserved) {
            checkAligned(address, width, TrapCause.STORE_MISALIGNED);
            memory.checkStore(address, width);
            reserved = load(address, width, memory) == hart.reservedValue;
        }
        hart.reservation = Hart.NO_RESERVATION;
        return reserved;
    }

    /** Returns the old value for an AMO, which traps as a store. */
    static long loadForUpdate(long address, int width, GuestMemory memory) {
        checkAligned(address, width, TrapCause.STORE_MISALIGNED);
        memory.checkStore(address, width);
        return load(address, width, memory);
    }

    private static long load(long address, int width, GuestMemory memory) {
        return width == Integer.BYTES ? memory.loadInt(address) : memory.loadLong(address);
    }

    private static void checkAligned(long address, int width, int cause) {
        if ((address & (width - 1)) != 0) {
            throw new GuestTrap(cause, address);
        }
    }
}
