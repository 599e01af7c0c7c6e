package dev.lockstep.conformance;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.contract.ExecutorFactory;
import dev.lockstep.riscv.contract.MemoryCopy;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.linux.LinuxMachine;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A program of ours on an engine of ours, whose state can be taken to another engine. */
final class PortableGuest implements AutoCloseable {
    static final Path PROGRAMS = Path.of("../programs").toAbsolutePath().normalize();

    private static final long SMALL_BYTES = 64 << 20;

    /** What is executed. */
    record Program(GuestProgram file, Launch launch) {
        static Program of(List<String> words) {
            String path = PROGRAMS.resolve("bin").resolve(words.getFirst()).toString();
            List<String> arguments = new ArrayList<>(words);
            arguments.set(0, path);
            return new Program(
                    GuestProgram.read(path, Sysroot.NONE),
                    new Launch(arguments, List.of(), PROGRAMS.toString(), Sysroot.NONE));
        }

        boolean isBare() {
            return BareMachine.isFor(file);
        }

        /** What is small is copied soon. */
        long memoryBytes() {
            if (isBare()) {
                return BareMachine.MEMORY_BYTES;
            }
            boolean isLarge = file.path().endsWith("space");
            return isLarge ? GuestMemory.LINUX_SIZE_BYTES : SMALL_BYTES;
        }
    }

    /** What a guest is like. */
    record Look(Optional<GuestExit> exit, long steps, long pc, long registers, long memory) {}

    final Hart hart = new Hart();
    final GuestMemory memory;
    final GuestMachine machine;
    private final Executor executor;
    private Optional<GuestExit> exit = Optional.empty();

    /** Starts a program. */
    PortableGuest(
            Program program, ExecutorFactory engine, Function<GuestMemory, InputSource> world) {
        memory = empty(program);
        InputSource inputs = world.apply(memory);
        machine =
                program.isBare()
                        ? BareMachine.boot(
                                program.file(),
                                memory,
                                hart,
                                inputs,
                                HostCallListener.NONE,
                                GuestEvents.NONE,
                                _ -> {})
                        : LinuxMachine.boot(
                                program.file(),
                                program.launch(),
                                memory,
                                hart,
                                inputs,
                                HostCallListener.NONE,
                                GuestEvents.NONE,
                                _ -> {});
        executor = engine.executor(memory, hart, Recording.FREE);
    }

    /** Goes on from a state. */
    PortableGuest(
            Program program,
            ExecutorFactory engine,
            Function<GuestMemory, InputSource> world,
            GuestState state,
            GuestMemory content) {
        memory = empty(program);
        MemoryCopy.copy(content, memory);
        InputSource inputs = world.apply(memory);
        machine =
                program.isBare()
                        ? BareMachine.resume(
                                program.file(),
                                memory,
                                hart,
                                state,
                                inputs,
                                HostCallListener.NONE,
                                GuestEvents.NONE,
                                _ -> {})
                        : LinuxMachine.resume(
                                program.file(),
                                program.launch(),
                                memory,
                                hart,
                                state,
                                inputs,
                                HostCallListener.NONE,
                                GuestEvents.NONE,
                                _ -> {});
        executor = engine.executor(memory, hart, Recording.FREE);
    }

    private static GuestMemory empty(Program program) {
        return new GuestMemory(program.memoryBytes());
    }

    boolean hasEnded() {
        return exit.isPresent();
    }

    /** Runs to the first end of a block at or after a step, or to its end. */
    void run(long stepLimit) {
        while (exit.isEmpty() && hart.steps < stepLimit) {
            switch (executor.run(stepLimit)) {
                case LIMIT, RECORDS_FULL -> {}
                case ECALL -> complete(machine.ecall());
                case TRAP -> complete(machine.trap());
                case TIME -> {
                    machine.readTime((int) hart.trapValue);
                    complete(Optional.empty());
                }
            }
        }
    }

    private void complete(Optional<GuestExit> end) {
        exit = end;
        hart.steps++;
        hart.blocks++;
        hart.openDigest = 0;
        hart.openTurns = 0;
        hart.openSteps = 0;
    }

    Look look() {
        return new Look(exit, hart.steps, hart.pc, StateDigest.registers(hart), memory.digest());
    }

    /** Returns its state, as a side has it that asks no world. */
    GuestState state() {
        return GuestState.newBuilder()
                .setStep(hart.steps)
                .setPc(hart.pc)
                .setBlockCount(hart.blocks)
                .setMachine(machine.state())
                .build();
    }

    /** Returns its state with what stands behind it. */
    GuestState stateAndWorld() throws InterruptedException {
        try (World world = machine.world()) {
            return state().toBuilder().setWorld(world.state()).build();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
