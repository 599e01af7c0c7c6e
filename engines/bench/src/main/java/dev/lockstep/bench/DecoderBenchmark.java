package dev.lockstep.bench;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ProgramHeader;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** Decodes the first instructions of a program of the C library, in their order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecoderBenchmark {
    private static final int COUNT = 10_000;

    private final int[] instructions = instructions();

    private static int[] instructions() {
        ElfFile elf = Programs.read("compute").elf();
        ProgramHeader code =
                elf.loaded()
                        .filter(segment -> (segment.flags() & ProgramHeader.EXECUTE) != 0)
                        .findFirst()
                        .orElseThrow();
        ByteBuffer bytes = elf.content(code).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(Math.toIntExact(elf.entry() - code.address()));
        int[] found = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            found[i] = bytes.getInt(bytes.position());
            bytes.position(bytes.position() + Decoder.length(found[i]));
        }
        return found;
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void decode(Blackhole results) {
        for (int instruction : instructions) {
            results.consume(Decoder.decode(instruction));
        }
    }
}
