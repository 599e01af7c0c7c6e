package dev.lockstep.bench;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.linux.LinuxMachine;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.List;

/** A program on an engine, with more work before it than any benchmark takes. */
final class Guest implements AutoCloseable {
    private static final String ENDLESS = "4000000000";

    private final GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
    private final Hart hart = new Hart();
    private final Executor executor;

    /** Makes the engine of a guest. */
    interface Engine {
        Executor of(GuestMemory memory, BlockReader reader, Hart hart);
    }

    Guest(String name, Engine engine) {
        GuestProgram program = Programs.read(name);
        Launch launch = new Launch(List.of(name, ENDLESS), List.of(), "", Sysroot.NONE);
        LinuxMachine.boot(
                program,
                launch,
                memory,
                hart,
                InputSource.HOST,
                HostCallListener.NONE,
                GuestEvents.NONE,
                note -> {});
        executor = engine.of(memory, new BlockReader(memory, hart), hart);
    }

    /** Executes so many steps, and those to the end of the last block. */
    Stop run(int steps) {
        return executor.run(hart.steps + steps);
    }

    @Override
    public void close() {
        memory.close();
    }
}
