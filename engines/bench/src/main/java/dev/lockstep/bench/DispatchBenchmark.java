package dev.lockstep.bench;

import dev.lockstep.interp.Interpreter;
import dev.lockstep.recomp.Recompiler;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;

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

import java.util.concurrent.TimeUnit;

/**
 * Goes from block to block, per step of the guest: by indirect jumps in {@code bytecode}, whose
 * blocks are short, and by branches and calls in {@code sort}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:-DontCompileHugeMethods"
        })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatchBenchmark {
    private static final int STEPS = 1_000_000;
    private static final String INDIRECT = "bench/bytecode";
    private static final String DIRECT = "bench/sort";

    /** The programs on the interpreter. */
    @State(Scope.Thread)
    public static class Interp {
        private final Guest indirect =
                new Guest(
                        INDIRECT,
                        (memory, reader, hart) ->
                                new Interpreter(memory, reader, hart, Recording.FREE));
        private final Guest direct =
                new Guest(
                        DIRECT,
                        (memory, reader, hart) ->
                                new Interpreter(memory, reader, hart, Recording.FREE));

        @TearDown
        public void close() {
            indirect.close();
            direct.close();
        }
    }

    /** The programs on the recompiler. */
    @State(Scope.Thread)
    public static class Recomp {
        private final Guest indirect =
                new Guest(
                        INDIRECT,
                        (memory, reader, hart) ->
                                new Recompiler(memory, reader, hart, Recording.FREE));
        private final Guest direct =
                new Guest(
                        DIRECT,
                        (memory, reader, hart) ->
                                new Recompiler(memory, reader, hart, Recording.FREE));

        @TearDown
        public void close() {
            indirect.close();
            direct.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Stop interpIndirect(Interp guests) {
        return guests.indirect.run(STEPS);
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Stop interpDirect(Interp guests) {
        return guests.direct.run(STEPS);
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Stop recompIndirect(Recomp guests) {
        return guests.indirect.run(STEPS);
    }

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Stop recompDirect(Recomp guests) {
        return guests.direct.run(STEPS);
    }
}
