package dev.lockstep.dii;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.Teller;
import dev.lockstep.riscv.told.ToldCommand;

import picocli.CommandLine.Option;

/** The command {@code lockstep engine rvfi-dii}. */
public final class DiiMain extends ToldCommand {
    @Option(
            names = "--address",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where an implementation listens for instructions to inject.")
    private String address = "";

    @Option(
            names = "--timeout",
            paramLabel = "MS",
            defaultValue = "10000",
            description =
                    "How long it may take to answer, in milliseconds; default: ${DEFAULT-VALUE}.")
    private int timeoutMs;

    public static void main(String... args) {
        System.exit(run(new DiiMain(), args));
    }

    @Override
    protected String name() {
        return "rvfi-dii";
    }

    @Override
    protected Abilities abilities() {
        return Abilities.ofEffects(false);
    }

    @Override
    protected Teller teller(GuestProgram program, boolean isBare, GuestMemory memory, Hart hart) {
        if (!isBare) {
            throw new EngineException(
                    "%s is a program of Linux (expected: one for a bare machine, linked at 0x80000000, with a symbol tohost; or --machine bare)"
                            .formatted(program.path()));
        }
        if (timeoutMs < 1) {
            throw new EngineException("--timeout: %d (expected: 1 or more)".formatted(timeoutMs));
        }
        DiiConnection connection = DiiConnection.open(DiiAddress.parse(address), timeoutMs);
        connection.reset();
        DiiLoader.load(program.elf(), connection);
        return new DiiTeller(connection, memory, hart);
    }
}
