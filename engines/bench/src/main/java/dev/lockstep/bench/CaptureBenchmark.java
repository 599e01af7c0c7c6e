package dev.lockstep.bench;

import dev.lockstep.riscv.memory.CapturedMemory;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.PageRows;
import dev.lockstep.riscv.memory.Permissions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Captures 256 MiB of pages that all were written, by two guests at the same time: what a guest
 * stands still for, what it pays afterwards, what another thread does meanwhile, and a plain copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Threads(2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class CaptureBenchmark {
    private static final int SIZE_BYTES = 256 << 20;
    private static final long START = 0x10000;

    private final GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment from = arena.allocate(SIZE_BYTES);
    private final MemorySegment to = arena.allocate(SIZE_BYTES);
    private CapturedMemory last = memory.capture();

    public CaptureBenchmark() {
        memory.map(START, SIZE_BYTES, Permissions.READ_WRITE);
        Random random = new Random(1);
        for (long at = START; at < START + SIZE_BYTES; at += Long.BYTES) {
            memory.storeLong(at, random.nextLong());
        }
        from.fill((byte) 1);
        to.fill((byte) 2);
    }

    @Setup(Level.Invocation)
    public void writeAllPages() {
        last.release();
        storeToEachPage();
    }

    private void storeToEachPage() {
        for (long at = START; at < START + SIZE_BYTES; at += GuestMemory.PAGE_BYTES) {
            memory.storeLong(at, at);
        }
    }

    @TearDown
    public void close() {
        memory.close();
        arena.close();
    }

    /** What the guest stands still for. */
    @Benchmark
    public CapturedMemory capture() {
        last = memory.capture();
        return last;
    }

    /** The same, and what the guest pays afterwards: a store to each page, which is kept. */
    @Benchmark
    public void captureAndStores() {
        last = memory.capture();
        storeToEachPage();
    }

    /** The same, and what another thread does. */
    @Benchmark
    public PageRows captureAndHashes() {
        last = memory.capture();
        return last.pages();
    }

    /** A store to each page when nothing is held. */
    @Benchmark
    public void stores() {
        storeToEachPage();
    }

    /** A copy of as much to where something was before. */
    @Benchmark
    public MemorySegment plainCopy() {
        return to.copyFrom(from);
    }
}
