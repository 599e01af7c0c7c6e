package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.memory.GuestMemory;

/**
 * What the integer instructions compute, one line each, in the order and by the names of the
 * unprivileged manual. An instruction with an immediate means the same as the one without.
 *
 * <p>Java's shifts of a long use the low 6 bits of the distance, those of an int the low 5, as
 * RV64's do.
 */
final class Meaning {
    private Meaning() {}

    // RV64I

    static long add(long a, long b) {
        return a + b;
    }

    static long sub(long a, long b) {
        return a - b;
    }

    static long sll(long a, long b) {
        return a << b;
    }

    static long slt(long a, long b) {
        return a < b ? 1 : 0;
    }

    static long sltu(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    static long xor(long a, long b) {
        return a ^ b;
    }

    static long srl(long a, long b) {
        return a >>> b;
    }

    static long sra(long a, long b) {
        return a >> b;
    }

    static long or(long a, long b) {
        return a | b;
    }

    static long and(long a, long b) {
        return a & b;
    }

    static long addw(long a, long b) {
        return (int) (a + b);
    }

    static long subw(long a, long b) {
        return (int) (a - b);
    }

    static long sllw(long a, long b) {
        return (int) (a << (b & 0x1f));
    }

    static long srlw(long a, long b) {
        return (int) ((a & 0xffff_ffffL) >>> (b & 0x1f));
    }

    static long sraw(long a, long b) {
        return (int) a >> (int) b;
    }

    // RV64I conditions

    static boolean beq(long a, long b) {
        return a == b;
    }

    static boolean bne(long a, long b) {
        return a != b;
    }

    static boolean blt(long a, long b) {
        return a < b;
    }

    static boolean bge(long a, long b) {
        return a >= b;
    }

    static boolean bltu(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    static boolean bgeu(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0;
    }

    // RV64I loads; a store's result is what the digest folds: address * ADDRESS + the bytes stored.

    static long lb(GuestMemory memory, long address) {
        return memory.loadByte(address);
    }

    static long lh(GuestMemory memory, long address) {
        return memory.loadShort(address);
    }

    static long lw(GuestMemory memory, long address) {
        return memory.loadInt(address);
    }

    static long ld(GuestMemory memory, long address) {
        return memory.loadLong(address);
    }

    static long lbu(GuestMemory memory, long address) {
        return memory.loadByte(address) & 0xffL;
    }

    static long lhu(GuestMemory memory, long address) {
        return memory.loadShort(address) & 0xffffL;
    }

    static long lwu(GuestMemory memory, long address) {
        return memory.loadInt(address) & 0xffff_ffffL;
    }

    static long sb(GuestMemory memory, long address, long value) {
        memory.storeByte(address, (byte) value);
        return address * Digest.ADDRESS + (value & 0xffL);
    }

    static long sh(GuestMemory memory, long address, long value) {
        memory.storeShort(address, (short) value);
        return address * Digest.ADDRESS + (value & 0xffffL);
    }

    static long sw(GuestMemory memory, long address, long value) {
        memory.storeInt(address, (int) value);
        return address * Digest.ADDRESS + (value & 0xffff_ffffL);
    }

    static long sd(GuestMemory memory, long address, long value) {
        memory.storeLong(address, value);
        return address * Digest.ADDRESS + value;
    }

    // RV64M. Division by zero gives all ones, the remainder the dividend; on overflow Java's own
    // operators already do as the manual says.

    static long mul(long a, long b) {
        return a * b;
    }

    static long mulh(long a, long b) {
        return Math.multiplyHigh(a, b);
    }

    static long mulhsu(long a, long b) {
        return Math.multiplyHigh(a, b) + (b < 0 ? a : 0);
    }

    static long mulhu(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b);
    }

    static long div(long a, long b) {
        return b == 0 ? -1 : a / b;
    }

    static long divu(long a, long b) {
        return b == 0 ? -1 : Long.divideUnsigned(a, b);
    }

    static long rem(long a, long b) {
        return b == 0 ? a : a % b;
    }

    static long remu(long a, long b) {
        return b == 0 ? a : Long.remainderUnsigned(a, b);
    }

    static long mulw(long a, long b) {
        return (int) (a * b);
    }

    static long divw(long a, long b) {
        return (int) b == 0 ? -1 : (int) a / (int) b;
    }

    static long divuw(long a, long b) {
        return (int) b == 0 ? -1 : Integer.divideUnsigned((int) a, (int) b);
    }

    static long remw(long a, long b) {
        return (int) b == 0 ? (int) a : (int) a % (int) b;
    }

    static long remuw(long a, long b) {
        return (int) b == 0 ? (int) a : Integer.remainderUnsigned((int) a, (int) b);
    }

    // RV64F

    static long flw(GuestMemory memory, long address) {
        return Format.SINGLE.box(memory.loadInt(address));
    }
}
