package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.protocol.Digest;

/** What the slots of the digest's table are called, and how their values are written. */
final class Slot {
    static final String MEMORY = "memory";

    /** Slot of fcsr, which is told also where an instruction changes it in passing. */
    static final int FCSR = Digest.CSR + 3;

    private static final int REGISTERS = 32;
    private static final int CSRS = 1 << 12;

    private Slot() {}

    /** Returns what divergences call it. */
    static String name(int slot) {
        if (slot >= Digest.CSR) {
            return slot == FCSR ? "fcsr" : "csr " + Difference.hex(slot - (long) Digest.CSR);
        }
        if (slot < Digest.F) {
            return "x" + slot;
        }
        if (slot < Digest.F + REGISTERS) {
            return "f" + (slot - Digest.F);
        }
        return switch (slot) {
            case Digest.TRANSFER -> "transfer";
            case Digest.TRAP -> "trap";
            default -> isStore(slot) ? "store" : "slot " + slot;
        };
    }

    static boolean isStore(int slot) {
        return slot >= Digest.STORE && slot < Digest.TRANSFER;
    }

    /** Returns whether it is an x or f register or a CSR. */
    static boolean isRegister(int slot) {
        return (slot >= 0 && slot < Digest.F + REGISTERS) || isCsr(slot);
    }

    private static boolean isCsr(int slot) {
        return slot >= Digest.CSR && slot < Digest.CSR + CSRS;
    }

    /** Returns how many bytes a store writes. */
    static int storedBytes(int slot) {
        return 1 << (slot - Digest.STORE);
    }

    /** Returns the value of an effect, and of a store also where. */
    static String value(Effect effect) {
        return isStore(effect.getSlot())
                ? "[%s] = %s (%d bytes)"
                        .formatted(
                                Difference.hex(effect.getAddress()),
                                Difference.hex(effect.getValue()),
                                storedBytes(effect.getSlot()))
                : Difference.hex(effect.getValue());
    }
}
