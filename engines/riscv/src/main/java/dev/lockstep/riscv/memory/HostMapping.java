package dev.lockstep.riscv.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Address space of the host without memory behind it until it is touched.
 *
 * <p>Straight from mmap rather than a mapped sparse file: both cost a cold process the same (about
 * 26 ms with class-data sharing), and this one needs no file system that holds the file.
 */
final class HostMapping {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
    private static final long MAP_FAILED = -1;

    /**
     * Where the mapping is wanted, if the addresses are free: when it begins at one that fits an
     * int, compiled code has that in the instruction that accesses memory.
     */
    private static final long[] WANTED_ADDRESSES = {0x7FFF_0000, 0x1_0000, 0x4000_0000};

    private HostMapping() {}

    /** Returns the host address of {@code sizeBytes} zero bytes. */
    static long reserve(long sizeBytes) {
        for (long wanted : WANTED_ADDRESSES) {
            long address = map(wanted, sizeBytes);
            if (address == wanted) {
                return address;
            }
            release(address, sizeBytes);
        }
        return map(0, sizeBytes);
    }

    /** Maps at the wanted address, or at another if it is taken. */
    private static long map(long wanted, long sizeBytes) {
        MethodHandle mmap =
                function(
                        "mmap",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG));
        long address;
        try {
            address =
                    (long)
                            mmap.invokeExact(
                                    wanted,
                                    sizeBytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS_NORESERVE,
                                    -1,
                                    0L);
        } catch (Throwable e) {
            throw new IllegalStateException("mmap cannot be called", e);
        }
        if (address == MAP_FAILED) {
            throw new IllegalStateException(
                    "cannot reserve "
                            + sizeBytes
                            + " bytes of address space for the guest; raise the limit (ulimit -v)"
                            + " or choose a smaller memory");
        }
        return address;
    }

    /** Gives back what {@link #reserve} returned. */
    static void release(long address, long sizeBytes) {
        MethodHandle munmap =
                function(
                        "munmap",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG));
        int result;
        try {
            result = (int) munmap.invokeExact(address, sizeBytes);
        } catch (Throwable e) {
            throw new IllegalStateException("munmap cannot be called", e);
        }
        if (result != 0) {
            throw new IllegalStateException("munmap of 0x" + Long.toHexString(address) + " failed");
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IllegalStateException("the host has no " + name));
        return linker.downcallHandle(symbol, type);
    }
}
