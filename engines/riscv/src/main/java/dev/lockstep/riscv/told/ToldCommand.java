package dev.lockstep.riscv.told;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.command.EngineCommand;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;

/** The command of an engine that is told what its guest does. Subclasses know by whom. */
public abstract class ToldCommand extends EngineCommand {
    private @Nullable ToldGuest guest;

    /**
     * Finds who tells.
     *
     * @param isBare whether the guest has a machine without operating system
     * @param memory the guest's, empty until it is loaded
     * @param hart the guest's, as it is before the next step to be told
     * @throws dev.lockstep.riscv.command.EngineException if nobody does
     */
    protected abstract Teller teller(
            GuestProgram program, boolean isBare, GuestMemory memory, Hart hart) throws IOException;

    @Override
    protected final void prepare(
            GuestProgram program, boolean isBare, GuestMemory memory, Hart hart)
            throws IOException {
        guest = new ToldGuest(teller(program, isBare, memory, hart), hart, memory);
    }

    @Override
    protected final GuestMachine machine(GuestMachine begun) {
        return new ToldMachine(Objects.requireNonNull(guest), begun);
    }

    @Override
    protected final Executor engine(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        return new ToldExecutor(Objects.requireNonNull(guest), reader, recording);
    }
}
