package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.GuestProgramException;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.RestoreException;
import dev.lockstep.sdk.ProcessMemory;
import dev.lockstep.sdk.SessionEndedException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * The command {@code lockstep engine NAME}: runs one guest on one engine, free or as a member of a
 * run. Subclasses name the engine and make it.
 */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs PROGRAM on one engine, freely or as a member of a run.",
        footer = {
            "",
            "Example: ${COMMAND-FULL-NAME} engines/programs/bin/hello",
            "A free run exits with the guest's status, or 128 + signal; a member of a run with 0",
            "when it was told how the run came out, 2 when refused, 5 when the coordinator left."
        })
public abstract class EngineCommand implements Callable<Integer> {
    private static final String COMMAND = "lockstep engine ";

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_INCOMPLETE = 5;
    private static final int EXIT_INTERNAL = 70;

    @ArgGroup(exclusive = false)
    private @Nullable Membership membership;

    @Mixin private GuestOptions guestOptions = new GuestOptions();

    @Option(
            names = "--stats",
            description = "Print steps, rate and peak memory to stderr at the end.")
    private boolean stats;

    @Option(
            names = "--signature",
            paramLabel = "FILE",
            description = "Write what the guest leaves between begin_signature and end_signature.")
    private @Nullable Path signatureFile;

    @Mixin private FreeRun free = new FreeRun();

    @Option(
            names = "--never-back",
            hidden = true,
            description = "Say that this engine cannot go back, as engines of others may.")
    private boolean neverBack;

    @Option(
            names = "--split",
            hidden = true,
            paramLabel = "N",
            defaultValue = "" + Integer.MAX_VALUE,
            description = "End blocks after N instructions, too: elsewhere than other engines do.")
    private int split = Integer.MAX_VALUE;

    @Parameters(index = "0", paramLabel = "PROGRAM", description = "An RV64 ELF program.")
    private String program = "";

    @Parameters(index = "1..*", paramLabel = "ARG", description = "Arguments of the guest.")
    private List<String> arguments = new ArrayList<>();

    /** Returns the engine's name, for example {@code interp}. */
    protected abstract String name();

    /**
     * Makes the engine for one guest.
     *
     * @param reader cuts the guest's code into blocks
     * @param recording what it reports
     */
    protected abstract Executor engine(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording);

    /** Returns what engines of this kind can do. */
    protected Abilities abilities() {
        return Abilities.ALL;
    }

    /**
     * Gets ready for a guest, before it is loaded and before a run is joined; a mistake of the
     * user's is best found here.
     *
     * @param isBare whether it has a machine without operating system
     * @throws EngineException if it cannot be
     */
    protected void prepare(GuestProgram program, boolean isBare, GuestMemory memory, Hart hart)
            throws IOException {}

    /**
     * Returns what serves the guest.
     *
     * @param begun the machine, on which the guest stands before its first instruction
     */
    protected GuestMachine machine(GuestMachine begun) {
        return begun;
    }

    /**
     * Returns what a guest that is a member of a run asks.
     *
     * @param run asks the world, or knows what it has answered the reference
     */
    protected InputSource inputs(InputSource run) {
        return run;
    }

    /**
     * Returns how the engine introduces itself to a run.
     *
     * @param usual what an engine of ours would say that has these abilities
     */
    protected Hello introduction(Hello usual) {
        return usual;
    }

    /** Says what is left to say once the guest has ended. */
    protected void finish() {}

    /** Returns what {@code --stats} says beside steps, blocks, rate and memory. */
    protected String statistics() {
        return "";
    }

    /** Runs the command; returns the exit code of the process. */
    public static int run(EngineCommand command, String... args) {
        CommandLine line = new CommandLine(command);
        line.setCommandName(COMMAND + command.name());
        line.getCommandSpec().version(command.implementation());
        // What follows PROGRAM is the guest's: neither options nor @files of ours.
        line.setStopAtPositional(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, arguments) -> explainUsage(e));
        line.setExecutionExceptionHandler((e, parsed, result) -> command.explain(e));
        try {
            return line.execute(args);
        } catch (Error e) {
            // Java's own exit code for what nobody catches is 1, which a guest's status may be.
            return command.explainInternal(e);
        }
    }

    @Override
    public Integer call() throws IOException {
        Optional<String> mistake = mistake();
        if (mistake.isPresent()) {
            System.err.println("error: " + mistake.get());
            return EXIT_USAGE;
        }
        GuestProgram file = GuestProgram.read(program, guestOptions.sysroot());
        try (Guest guest = guest(file)) {
            prepare(file, guestOptions.machine(file) == Machine.BARE, guest.memory(), guest.hart());
            if (membership == null) {
                return free.run(guest, name(), this::note);
            }
            Hello hello = hello(membership, file);
            boolean knowsState = abilities().knowsState();
            new AttachedRun(membership, hello, knowsState, guest, this::inputs, this::note).run();
            return 0;
        } finally {
            finish();
        }
    }

    /** Returns what is wrong with the options, if anything is. */
    private Optional<String> mistake() {
        if (split < 1) {
            return Optional.of("--split: " + split + " (expected: 1 or more)");
        }
        return free.mistake()
                .or(() -> membership == null ? Optional.empty() : free.mistakeOfMember());
    }

    private Guest guest(GuestProgram file) throws IOException {
        Machine machine = guestOptions.machine(file);
        Optional<Signature> signature =
                signatureFile == null
                        ? Optional.empty()
                        : Optional.of(Signature.of(file, signatureFile));
        return new Guest(
                file,
                machine,
                guestOptions.memoryBytes(machine),
                launch(),
                maker(),
                split,
                (guest, nanos) -> {
                    if (stats) {
                        printStats(guest.hart(), nanos);
                    }
                    if (signature.isPresent()) {
                        signature.get().write(guest.memory());
                    }
                });
    }

    private Guest.EngineMaker maker() {
        return new Guest.EngineMaker() {
            @Override
            public Executor engine(
                    GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
                return EngineCommand.this.engine(memory, reader, hart, recording);
            }

            @Override
            public GuestMachine machine(GuestMachine begun) {
                return EngineCommand.this.machine(begun);
            }
        };
    }

    private Hello hello(Membership place, GuestProgram file) throws IOException {
        Machine machine = guestOptions.machine(file);
        return introduction(
                Introduction.hello(
                        place,
                        name(),
                        implementation(),
                        getClass(),
                        file,
                        machine.description(guestOptions.memoryBytes(machine)),
                        launch(),
                        neverBack ? abilities().withoutPast() : abilities()));
    }

    /** Tells the user something. */
    protected final void note(String text) {
        System.err.println("note: " + name() + ": " + text);
    }

    private Launch launch() {
        return guestOptions.launch(program, arguments);
    }

    private void printStats(Hart hart, long nanos) {
        System.err.printf(
                Locale.ROOT,
                "%s: %,d steps, %,d blocks, %.3f s, %.1f M steps/s, peak %d MiB%s%n",
                name(),
                hart.steps,
                hart.blocks,
                nanos / 1e9,
                hart.steps * 1e3 / nanos,
                ProcessMemory.peakBytes() >> 20,
                statistics());
    }

    /** Returns what the engine is, for people. */
    private String implementation() {
        String version = getClass().getPackage().getImplementationVersion();
        return "lockstep " + name() + " " + (version == null ? "(unpacked)" : version);
    }

    private static int explainUsage(CommandLine.ParameterException e) {
        String command = e.getCommandLine().getCommandName();
        // Of options that belong together picocli says "Error: ..." itself.
        String text = String.valueOf(e.getMessage());
        System.err.println("error: " + text.replaceFirst("^Error: ", ""));
        System.err.println("'" + command + " --help' shows how it is used.");
        return EXIT_USAGE;
    }

    private int explainInternal(Throwable e) {
        System.err.println("error: internal error of " + implementation() + "; please report it");
        e.printStackTrace();
        return EXIT_INTERNAL;
    }

    private int explain(Exception e) {
        if (e instanceof UncheckedIOException failure) {
            System.err.println("error: " + failure.getMessage());
            return EXIT_INCOMPLETE;
        }
        if (e instanceof GuestProgramException
                || e instanceof EngineException
                || e instanceof StateException
                || e instanceof RestoreException
                || e instanceof EventFile.Failure
                || e instanceof SessionEndedException
                || e instanceof IOException) {
            System.err.println("error: " + e.getMessage());
            return exitCode(e);
        }
        return explainInternal(e);
    }

    private static int exitCode(Exception e) {
        boolean admitted =
                e instanceof SessionEndedException ended
                        && ended.reason() != SessionEndedException.Cause.REFUSED;
        return admitted ? EXIT_INCOMPLETE : EXIT_USAGE;
    }
}
