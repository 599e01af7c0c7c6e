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

    static long jalr(long a, long b) {
        return a + b & ~1;
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

    // Zba

    static long addUw(long a, long b) {
        return (a & 0xffff_ffffL) + b;
    }

    static long sh1add(long a, long b) {
        return (a << 1) + b;
    }

    static long sh2add(long a, long b) {
        return (a << 2) + b;
    }

    static long sh3add(long a, long b) {
        return (a << 3) + b;
    }

    static long sh1addUw(long a, long b) {
        return ((a & 0xffff_ffffL) << 1) + b;
    }

    static long sh2addUw(long a, long b) {
        return ((a & 0xffff_ffffL) << 2) + b;
    }

    static long sh3addUw(long a, long b) {
        return ((a & 0xffff_ffffL) << 3) + b;
    }

    static long slliUw(long a, long b) {
        return (a & 0xffff_ffffL) << b;
    }

    // Zbb

    static long andn(long a, long b) {
        return a & ~b;
    }

    static long orn(long a, long b) {
        return a | ~b;
    }

    static long xnor(long a, long b) {
        return ~(a ^ b);
    }

    static long clz(long a) {
        return Long.numberOfLeadingZeros(a);
    }

    static long clzw(long a) {
        return Integer.numberOfLeadingZeros((int) a);
    }

    static long ctz(long a) {
        return Long.numberOfTrailingZeros(a);
    }

    static long ctzw(long a) {
        return Integer.numberOfTrailingZeros((int) a);
    }

    static long cpop(long a) {
        return Long.bitCount(a);
    }

    static long cpopw(long a) {
        return Integer.bitCount((int) a);
    }

    static long max(long a, long b) {
        return Math.max(a, b);
    }

    static long maxu(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? b : a;
    }

    static long min(long a, long b) {
        return Math.min(a, b);
    }

    static long minu(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }

    static long sextB(long a) {
        return (byte) a;
    }

    static long sextH(long a) {
        return (short) a;
    }

    static long zextH(long a) {
        return a & 0xffffL;
    }

    static long rol(long a, long b) {
        return a << b | a >>> -b;
    }

    static long rolw(long a, long b) {
        return Integer.rotateLeft((int) a, (int) b);
    }

    static long ror(long a, long b) {
        return a >>> b | a << -b;
    }

    static long rorw(long a, long b) {
        return Integer.rotateRight((int) a, (int) b);
    }

    /** A byte that is not 0 carries into its own top bit, be it by its low bits or by that bit. */
    static long orcB(long a) {
        return (((a & 0x7f7f7f7f_7f7f7f7fL) + 0x7f7f7f7f_7f7f7f7fL | a) >>> 7
                        & 0x01010101_01010101L)
                * 0xff;
    }

    static long rev8(long a) {
        return Long.reverseBytes(a);
    }

    // Zbc: the manual's loops over the bits of b

    static long clmul(long a, long b) {
        long product = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            product ^= (b >>> i & 1) * (a << i);
        }
        return product;
    }

    static long clmulh(long a, long b) {
        long product = 0;
        for (int i = 1; i < Long.SIZE; i++) {
            product ^= (b >>> i & 1) * (a >>> (Long.SIZE - i));
        }
        return product;
    }

    static long clmulr(long a, long b) {
        long product = 0;
        for (int i = 0; i < Long.SIZE; i++) {
            product ^= (b >>> i & 1) * (a >>> (Long.SIZE - 1 - i));
        }
        return product;
    }

    // Zbs

    static long bclr(long a, long b) {
        return a & ~(1L << b);
    }

    static long bext(long a, long b) {
        return a >>> b & 1;
    }

    static long binv(long a, long b) {
        return a ^ 1L << b;
    }

    static long bset(long a, long b) {
        return a | 1L << b;
    }

    // Zicond

    static long czeroEqz(long a, long b) {
        return b == 0 ? 0 : a;
    }

    static long czeroNez(long a, long b) {
        return b == 0 ? a : 0;
    }

    // RV64F

    static long flw(GuestMemory memory, long address) {
        return Format.SINGLE.box(memory.loadInt(address));
    }
}
