package dev.lockstep.cli.evidence;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.protocol.Digest;

/** The slots of docs/protocol.md, "Digest", as people know them. */
final class Slots {
    static final int FCSR = Digest.CSR + 3;

    private Slots() {}

    static boolean isX(int slot) {
        return slot >= Digest.X && slot < Digest.F;
    }

    static boolean isF(int slot) {
        return slot >= Digest.F && slot < Digest.STORE;
    }

    static boolean isStore(int slot) {
        return slot >= Digest.STORE && slot < Digest.STORE + 4;
    }

    static boolean isRegister(int slot) {
        return isX(slot) || isF(slot) || slot >= Digest.CSR;
    }

    /** Returns how many bytes a store of this slot writes. */
    static int width(int slot) {
        return 1 << (slot - Digest.STORE);
    }

    /** Returns the name for programs: {@code x10}, {@code f3}, {@code fcsr}, {@code memory}. */
    static String field(int slot) {
        if (isX(slot)) {
            return "x" + (slot - Digest.X);
        }
        if (isF(slot)) {
            return "f" + (slot - Digest.F);
        }
        return other(slot);
    }

    /** Returns the name that the disassembly has: {@code a0}, {@code ft3}. */
    static String abiName(int slot) {
        if (isX(slot)) {
            return RegisterFile.X.abiName(slot - Digest.X);
        }
        return isF(slot) ? RegisterFile.F.abiName(slot - Digest.F) : other(slot);
    }

    private static String other(int slot) {
        if (isStore(slot)) {
            return "memory";
        }
        return switch (slot) {
            case Digest.TRANSFER -> "pc";
            case Digest.TRAP -> "trap";
            default -> Csr.nameOf(slot - Digest.CSR);
        };
    }
}
