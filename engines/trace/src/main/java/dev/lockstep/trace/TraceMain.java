package dev.lockstep.trace;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.ToldCommand;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Objects;

/** The command {@code lockstep engine trace}. */
public final class TraceMain extends ToldCommand {
    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description =
                    "What another emulator wrote down when it executed PROGRAM: spike"
                            + " --log-commits, or qemu-riscv64 -strace -d exec,nochain.")
    private Path file = Path.of("");

    private @Nullable Trace trace;

    public static void main(String... args) {
        System.exit(run(new TraceMain(), args));
    }

    @Override
    protected String name() {
        return "trace";
    }

    @Override
    protected Abilities abilities() {
        return Objects.requireNonNull(trace).abilities();
    }

    @Override
    protected Trace teller(GuestProgram program, boolean isBare, GuestMemory memory, Hart hart) {
        TraceText text = TraceText.open(file);
        TraceFormat format = TraceFormat.of(text);
        if (isBare != (format == TraceFormat.SPIKE)) {
            throw new EngineException(
                    isBare
                            ? "%s: a log of qemu-riscv64, and %s is a program without operating system (expected: a program of Linux)"
                                    .formatted(file, program.path())
                            : "%s: a log of Spike, and %s is a program of Linux (expected: a program for a bare machine, linked at 0x80000000, with a symbol tohost; or --machine bare)"
                                    .formatted(file, program.path()));
        }
        Trace found =
                switch (format) {
                    case SPIKE -> SpikeTrace.begin(text, program.elf(), memory, hart);
                    case QEMU -> new QemuTrace(text, memory, this::note);
                };
        trace = found;
        return found;
    }
}
