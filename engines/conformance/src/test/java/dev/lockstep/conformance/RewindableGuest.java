package dev.lockstep.conformance;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Rewindable;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.contract.ExecutorFactory;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.linux.LinuxMachine;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of ours on an engine of ours that can be brought back to earlier moments. */
final class RewindableGuest implements AutoCloseable {
    static final Path PROGRAMS = Path.of("../programs").toAbsolutePath().normalize();

    /**
     * What a guest was like once.
     *
     * @param mark of its memory
     * @param answers it had from the world
     */
    record Moment(long mark, int answers, Runnable state, Look look) {}

    /** What is compared of a guest. */
    record Look(long steps, long blocks, long pc, long registers, long memory, long digest) {}

    private final GuestMemory memory;
    private final Hart hart = new Hart();
    private final ScriptedWorld world;
    private final GuestMachine machine;
    private final Executor executor;
    private final Rewindable all;
    private Optional<GuestExit> exit = Optional.empty();

    RewindableGuest(ExecutorFactory engine, String program, List<String> arguments) {
        String path = PROGRAMS.resolve("bin").resolve(program).toString();
        GuestProgram guest = GuestProgram.read(path, Sysroot.NONE);
        boolean isBare = BareMachine.isFor(guest);
        memory = new GuestMemory(isBare ? BareMachine.MEMORY_BYTES : GuestMemory.LINUX_SIZE_BYTES);
        world = new ScriptedWorld(memory);
        machine = isBare ? bootBare(guest) : bootLinux(guest, path, arguments);
        executor = engine.executor(memory, hart, Recording.digest(Recording.Effects.FULL));
        all = Rewindable.of(hart, machine, executor);
    }

    private GuestMachine bootBare(GuestProgram guest) {
        return BareMachine.boot(
                guest, memory, hart, world, HostCallListener.NONE, GuestEvents.NONE, _ -> {});
    }

    private GuestMachine bootLinux(GuestProgram guest, String path, List<String> arguments) {
        List<String> words = Stream.concat(Stream.of(path), arguments.stream()).toList();
        Launch launch = new Launch(words, List.of(), PROGRAMS.toString(), Sysroot.NONE);
        return LinuxMachine.boot(
                guest,
                launch,
                memory,
                hart,
                world,
                HostCallListener.NONE,
                GuestEvents.NONE,
                _ -> {});
    }

    /** Returns how it ended, if it has. */
    Optional<GuestExit> exit() {
        return exit;
    }

    long steps() {
        return hart.steps;
    }

    byte[] output() {
        return world.output();
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
        hart.openTurns = 0;
        hart.openSteps = 0;
    }

    Look look() {
        return new Look(
                hart.steps,
                hart.blocks,
                hart.pc,
                StateDigest.registers(hart),
                memory.digest(),
                hart.openDigest);
    }

    Moment keep() {
        return new Moment(memory.mark(), world.position(), all.checkpoint(), look());
    }

    void goBackTo(Moment moment) {
        exit = Optional.empty();
        memory.goBackTo(moment.mark());
        world.goBackTo(moment.answers());
        moment.state().run();
    }

    void forgetBefore(Moment moment) {
        memory.forgetBefore(moment.mark());
    }

    @Override
    public void close() {
        memory.close();
    }
}
