package dev.lockstep.bench;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Loads and stores as an interpreter makes them: checked, in random order over 256 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemoryBenchmark {
    private static final int COUNT = 4096;
    private static final long START = 0x10000;
    private static final int SIZE_BYTES = 1 << 18;
    private static final long SEED = 1;

    private final GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
    private final long[] addresses;

    public MemoryBenchmark() {
        memory.map(START, SIZE_BYTES, Permissions.READ_WRITE);
        addresses =
                new Random(SEED)
                        .ints(COUNT, 0, SIZE_BYTES / Long.BYTES)
                        .mapToLong(index -> START + (long) index * Long.BYTES)
                        .toArray();
    }

    @TearDown
    public void close() {
        memory.close();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long loadLong() {
        long sum = 0;
        for (long address : addresses) {
            sum += memory.loadLong(address);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int loadByte() {
        int sum = 0;
        for (long address : addresses) {
            sum += memory.loadByte(address + 3);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void storeLong() {
        for (long address : addresses) {
            memory.storeLong(address, address);
        }
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void storeByte() {
        for (long address : addresses) {
            memory.storeByte(address + 3, (byte) address);
        }
    }
}
