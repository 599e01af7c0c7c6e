package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.command.EngineCommand;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.util.Locale;

/** The command {@code lockstep engine recomp}. */
public final class RecompMain extends EngineCommand {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_INTERNAL = 70;

    @Option(
            names = "--fault",
            hidden = true,
            paramLabel = "SPEC",
            converter = FaultConverter.class,
            description = "Go wrong on purpose (docs/testing-faults.md).")
    private @Nullable Fault fault;

    @Option(
            names = "--compile",
            paramLabel = "sync|async",
            defaultValue = "async",
            converter = CompileModeConverter.class,
            description = {
                "Compile hot code while the guest waits (sync), so that the same code is executed"
                        + " in every run, or while it goes on (async, the default)."
            })
    private CompileMode compileMode = CompileMode.ASYNC;

    @Option(
            names = "--hot",
            paramLabel = "N",
            defaultValue = "" + Tuning.HOT_COUNT,
            converter = HotCountConverter.class,
            description = {
                "Compile regions around blocks that were executed N times, a power of two"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private int hotCount = Tuning.HOT_COUNT;

    private @Nullable Recompiler recompiler;
    private final FaultProgress progress = new FaultProgress(this::note);

    public static void main(String... args) {
        System.exit(run(new RecompMain(), args));
    }

    @Override
    public Integer call() throws IOException {
        if (fault != null && fault.kind().isOfRegions() && compileMode != CompileMode.SYNC) {
            System.err.println(
                    "error: --fault "
                            + fault
                            + ": regions go wrong at a known place only if it is known what is in"
                            + " them (expected: --compile sync as well)");
            return EXIT_USAGE;
        }
        try {
            return super.call();
        } catch (FaultException e) {
            note(e.getMessage());
            return EXIT_INTERNAL;
        }
    }

    @Override
    protected String name() {
        return "recomp";
    }

    @Override
    protected Executor engine(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        if (recompiler != null) {
            return closeLook(memory, reader, hart, recording);
        }
        Tuning tuning = Tuning.of(hotCount, compileMode);
        recompiler = new Recompiler(memory, reader, hart, recording, tuning, regionFault());
        return withFault(recompiler, hart);
    }

    /**
     * Makes a second engine for the same guest, which executes a part of its past once more. It
     * makes no regions, so they cannot go wrong there; what single instructions do wrong, it does.
     */
    private Executor closeLook(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        Tuning tuning = Tuning.of(Tuning.MAX_HOT, CompileMode.SYNC);
        return withFault(new Recompiler(memory, reader, hart, recording, tuning), hart);
    }

    private @Nullable RegionFault regionFault() {
        return fault != null && fault.kind().isOfRegions()
                ? new RegionFault(fault, progress)
                : null;
    }

    private Executor withFault(Recompiler right, Hart hart) {
        return fault == null || !fault.kind().isOfInstructions()
                ? right
                : new FaultInjector(right, hart, fault, progress);
    }

    @Override
    protected InputSource inputs(InputSource run) {
        return fault != null && fault.kind().isOfInputs()
                ? new FaultyInputs(run, fault, progress)
                : run;
    }

    @Override
    protected void finish() {
        if (fault != null && !progress.isSettled()) {
            note("the place of fault " + fault + " was never reached");
        }
    }

    @Override
    protected String statistics() {
        if (recompiler == null) {
            return "";
        }
        Recompiler.Counters counters = recompiler.counters();
        return String.format(
                Locale.ROOT,
                "; blocks compiled %,d, executed %,d, invalidated %,d, evicted %,d"
                        + "; regions compiled %,d, blocks executed in them %,d, invalidated %,d,"
                        + " evicted %,d",
                counters.compiled(),
                counters.executed(),
                counters.invalidated(),
                counters.evicted(),
                counters.compiledRegions(),
                counters.executedInRegions(),
                counters.invalidatedRegions(),
                counters.evictedRegions());
    }

    private static final class CompileModeConverter implements ITypeConverter<CompileMode> {
        @Override
        public CompileMode convert(String text) {
            return switch (text) {
                case "sync" -> CompileMode.SYNC;
                case "async" -> CompileMode.ASYNC;
                default ->
                        throw new TypeConversionException(
                                "'" + text + "' (expected: sync or async)");
            };
        }
    }

    private static final class HotCountConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                int count = Integer.parseInt(text);
                if (Tuning.isHotCount(count)) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // As good as any other number that is not one of these.
            }
            throw new TypeConversionException(
                    "'" + text + "' (expected: a power of two from 2 to " + Tuning.MAX_HOT + ")");
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
