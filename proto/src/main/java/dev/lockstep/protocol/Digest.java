package dev.lockstep.protocol;

/**
 * The arithmetic of the effect digest (docs/protocol.md, "Digest").
 *
 * <p>A digest is the pair (S, turns). Every effect adds {@code mix(effect) * constant(pc, slot)} to
 * S; every turn multiplies S by {@link #TURN}. All operations are modulo 2^64.
 */
public final class Digest {
    /** Multiplier of S at every turn. Odd and 5 modulo 8, so its powers repeat only after 2^62. */
    public static final long TURN = 0xD1342543DE82EF95L;

    /** Added before folding, so that an effect of value zero still counts. */
    public static final long OFFSET = 0x9E3779B97F4A7C15L;

    /** Spreads a store's address before its value is added. */
    public static final long ADDRESS = 0xC2B2AE3D27D4EB4FL;

    /** First slot of the x registers: slot {@code X + n} for xn. */
    public static final int X = 0;

    /** First slot of the f registers: slot {@code F + n} for fn. */
    public static final int F = 32;

    /** First slot of the stores: slot {@code STORE + log2(width in bytes)}. */
    public static final int STORE = 64;

    /** Slot of a taken transfer; the value is the target address. */
    public static final int TRANSFER = 72;

    /** Slot of a trap; the value is the cause. */
    public static final int TRAP = 73;

    /** Slot of the registers at the end of a window; the value is their digest, at the next pc. */
    public static final int REGISTERS = 74;

    /** Slot of memory at the end of a window; the value is its digest, at the next pc. */
    public static final int MEMORY = 75;

    /** First slot of the explicitly written CSRs: slot {@code CSR + number}. */
    public static final int CSR = 4096;

    private static final long SLOT = 0xD6E8FEB86659FD93L;

    private Digest() {}

    /** Folds a value: neither linear in it nor zero for zero. */
    public static long mix(long value) {
        long shifted = value + OFFSET;
        return shifted ^ (shifted >>> 32);
    }

    /** Folds a store; {@code value} is zero-extended from the width of the store. */
    public static long mixStore(long address, long value) {
        return mix(address * ADDRESS + value);
    }

    /** Returns the odd weight of what the instruction at {@code pc} does to {@code slot}. */
    public static long constant(long pc, int slot) {
        long z = pc * OFFSET + slot * SLOT;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) | 1;
    }

    /** Returns the slot of a store of {@code width} bytes: 1, 2, 4 or 8. */
    public static int storeSlot(int width) {
        return STORE + Integer.numberOfTrailingZeros(width);
    }

    /**
     * Returns whether a taken transfer turns the digest: every indirect one, and a direct one that
     * does not go forward. Between two turns addresses only rise, which fixes the order of effects.
     */
    public static boolean turns(boolean indirect, long pc, long target) {
        return indirect || Long.compareUnsigned(target, pc) <= 0;
    }

    /** Returns S of a first piece followed by a second that has {@code secondTurns} turns. */
    public static long join(long first, long second, long secondTurns) {
        return first * power(secondTurns) + second;
    }

    private static long power(long exponent) {
        long result = 1;
        long square = TURN;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }
}
