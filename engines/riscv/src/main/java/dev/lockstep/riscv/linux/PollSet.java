package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Descriptors of the host that are polled together, and what was found. */
final class PollSet {
    static final int IN = 0x001;
    static final int PRIORITY = 0x002;
    static final int OUT = 0x004;
    static final int ERROR = 0x008;
    static final int HANG_UP = 0x010;

    /** Stands for a descriptor that the guest does not have. */
    static final int UNKNOWN = Integer.MAX_VALUE;

    /* | descriptor i32 | wanted events i16 | found events i16 |   struct pollfd */
    static final int ENTRY_BYTES = 8;

    static final int WANTED_OFFSET = 4;
    static final int FOUND_OFFSET = 6;

    private final int[] hosts;
    private final short[] wanted;
    private final short[] found;

    PollSet(int size) {
        hosts = new int[size];
        wanted = new short[size];
        found = new short[size];
    }

    /**
     * Sets entry {@code index}.
     *
     * @param host negative to leave it out
     */
    void set(int index, int host, int events) {
        hosts[index] = host;
        wanted[index] = (short) events;
    }

    /** Returns the descriptors of the host that are polled. */
    List<Integer> hosts() {
        return IntStream.of(hosts).boxed().toList();
    }

    int found(int index) {
        return found[index];
    }

    /** Waits until one is ready or the time is over; returns how many are. */
    long await(HostKernel kernel, Optional<Duration> limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries = arena.allocate((long) hosts.length * ENTRY_BYTES + 1);
            for (int i = 0; i < hosts.length; i++) {
                long entry = (long) i * ENTRY_BYTES;
                entries.set(ValueLayout.JAVA_INT, entry, hosts[i]);
                entries.set(ValueLayout.JAVA_SHORT, entry + WANTED_OFFSET, wanted[i]);
            }
            long time = limit.map(span -> timespec(arena, span)).orElse(0L);
            long result = kernel.call(HostCall.PPOLL, entries.address(), hosts.length, time);
            for (int i = 0; i < hosts.length; i++) {
                found[i] =
                        entries.get(ValueLayout.JAVA_SHORT, (long) i * ENTRY_BYTES + FOUND_OFFSET);
            }
            return result;
        }
    }

    private static long timespec(Arena arena, Duration span) {
        MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
        time.setAtIndex(ValueLayout.JAVA_LONG, 0, span.toSeconds());
        time.setAtIndex(ValueLayout.JAVA_LONG, 1, span.toNanosPart());
        return time.address();
    }
}
