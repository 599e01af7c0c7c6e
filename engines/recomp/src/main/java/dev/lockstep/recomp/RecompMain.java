package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.EngineCommand;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The command {@code lockstep engine recomp}. */
public final class RecompMain extends EngineCommand {
    @Option(
            names = "--fault",
            hidden = true,
            paramLabel = "SPEC",
            converter = FaultConverter.class,
            description = "Go wrong on purpose (docs/testing-faults.md).")
    private @Nullable Fault fault;

    private @Nullable FaultInjector injector;

    public static void main(String... args) {
        System.exit(run(new RecompMain(), args));
    }

    @Override
    protected String name() {
        return "recomp";
    }

    @Override
    protected Executor engine(GuestMemory memory, Hart hart, @Nullable RecordBatch records) {
        Recompiler recompiler = new Recompiler(memory, hart, records);
        if (fault == null) {
            return recompiler;
        }
        injector = new FaultInjector(recompiler, hart, fault, this::note);
        return injector;
    }

    @Override
    protected void finish() {
        if (injector != null && !injector.isDone()) {
            note("the place of fault " + fault + " was never reached");
        }
    }

    private static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            try {
                return FaultParser.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
