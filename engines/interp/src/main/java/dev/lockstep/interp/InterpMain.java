package dev.lockstep.interp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.command.EngineCommand;
import dev.lockstep.riscv.memory.GuestMemory;

/** The command {@code lockstep engine interp}. */
public final class InterpMain extends EngineCommand {
    public static void main(String... args) {
        System.exit(run(new InterpMain(), args));
    }

    @Override
    protected String name() {
        return "interp";
    }

    @Override
    protected Executor engine(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        return new Interpreter(memory, reader, hart, recording);
    }
}
