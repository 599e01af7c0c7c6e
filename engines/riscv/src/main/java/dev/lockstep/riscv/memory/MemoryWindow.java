package dev.lockstep.riscv.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Guest memory as compiled code reaches it: {@link GuestMemory} with its fast path laid bare. The
 * JVM's compiler takes the components of a record as constants where the record is one.
 *
 * <p>An access needs no care if its address has no bit of {@link #OUTSIDE} and is aligned, and the
 * flags of its page say so: it is then at {@link #base} plus the address in {@link #HOST}.
 *
 * <p>Hot path: loads and stores run once per guest instruction.
 *
 * @param flags the flags of {@link #FLAG_COUNT} pages, 0 beyond the last page of the window: {@link
 *     #LOADABLE} is set if loads need no care, the sign if stores do not
 * @param base host address of the guest's address 0
 * @param memory does what needs care
 */
@SuppressWarnings("ArrayRecordComponent") // The same flags, not equal ones.
public record MemoryWindow(byte[] flags, long base, GuestMemory memory) {
    /** All memory of the host; what is accessed there was checked before. */
    public static final MemorySegment HOST = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    public static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The bits that are 0 in every address that can be accessed without care. */
    public static final long OUTSIDE = -GuestMemory.FAST_SIZE_BYTES;

    public static final int LOADABLE = PageFlags.READ;

    public static final int PAGE_SHIFT = GuestMemory.PAGE_SHIFT;

    /**
     * As many as an int has bits above those inside a page: an int shifted to the right by {@link
     * #PAGE_SHIFT} needs no check of its own as an index.
     */
    static final int FLAG_COUNT = 1 << (Integer.SIZE - GuestMemory.PAGE_SHIFT);

    private boolean isLoadable(long address, int width) {
        return isSimple(address, width) && (flagsAt(address) & LOADABLE) != 0;
    }

    private boolean isStorable(long address, int width) {
        return isSimple(address, width) && flagsAt(address) < 0;
    }

    /** Returns whether an access is aligned and inside the window: one test tells both. */
    private static boolean isSimple(long address, int width) {
        return (address & (OUTSIDE | (width - 1))) == 0;
    }

    private byte flagsAt(long address) {
        return flags[(int) address >>> PAGE_SHIFT];
    }

    /** Returns the byte at {@code address}, sign-extended, as all loads do. */
    public static long loadByte(long address, MemoryWindow window) {
        return window.isLoadable(address, Byte.BYTES)
                ? HOST.get(BYTE, window.base + address)
                : window.memory.loadByte(address);
    }

    public static long loadShort(long address, MemoryWindow window) {
        return window.isLoadable(address, Short.BYTES)
                ? HOST.get(SHORT, window.base + address)
                : window.memory.loadShort(address);
    }

    public static long loadInt(long address, MemoryWindow window) {
        return window.isLoadable(address, Integer.BYTES)
                ? HOST.get(INT, window.base + address)
                : window.memory.loadInt(address);
    }

    public static long loadLong(long address, MemoryWindow window) {
        return window.isLoadable(address, Long.BYTES)
                ? HOST.get(LONG, window.base + address)
                : window.memory.loadLong(address);
    }

    /** Stores the low byte and returns 1 if that reached code that is watched, else 0. */
    public static int storeByte(long address, long value, MemoryWindow window) {
        if (window.isStorable(address, Byte.BYTES)) {
            HOST.set(BYTE, window.base + address, (byte) value);
            return 0;
        }
        return window.memory.storeSlowly(address, Byte.BYTES, value);
    }

    public static int storeShort(long address, long value, MemoryWindow window) {
        if (window.isStorable(address, Short.BYTES)) {
            HOST.set(SHORT, window.base + address, (short) value);
            return 0;
        }
        return window.memory.storeSlowly(address, Short.BYTES, value);
    }

    public static int storeInt(long address, long value, MemoryWindow window) {
        if (window.isStorable(address, Integer.BYTES)) {
            HOST.set(INT, window.base + address, (int) value);
            return 0;
        }
        return window.memory.storeSlowly(address, Integer.BYTES, value);
    }

    public static int storeLong(long address, long value, MemoryWindow window) {
        if (window.isStorable(address, Long.BYTES)) {
            HOST.set(LONG, window.base + address, value);
            return 0;
        }
        return window.memory.storeSlowly(address, Long.BYTES, value);
    }
}
