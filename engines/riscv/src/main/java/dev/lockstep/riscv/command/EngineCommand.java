package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.GuestProgramException;
import dev.lockstep.riscv.linux.Launch;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;
import dev.lockstep.sdk.RecordSink;
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
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

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

    /** Steps of a window whose digest nobody is told. */
    private static final long UNSENT_WINDOW_STEPS = 1 << 20;

    /** How long an engine waits for the others before it says so. */
    private static final long WAIT_NOTE_MS = 2000;

    @ArgGroup(exclusive = false)
    private @Nullable Membership membership;

    @Mixin private GuestOptions guestOptions = new GuestOptions();

    @Option(
            names = "--stats",
            description = "Print steps, rate and peak memory to stderr at the end.")
    private boolean stats;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Stop a free run after N steps, at the end of a block.")
    private long maxSteps;

    @Option(
            names = "--signature",
            paramLabel = "FILE",
            description = "Write what the guest leaves between begin_signature and end_signature.")
    private @Nullable Path signatureFile;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description =
                    "Write what happens in a free run to FILE, a line of JSON for each event.")
    private @Nullable Path eventFile;

    @Option(
            names = "--digest",
            paramLabel = "full|commit",
            hidden = true,
            description = "Compute in a free run the digests that a member of a run reports.")
    private Recording.@Nullable Effects digest;

    @Option(
            names = "--never-back",
            hidden = true,
            description = "Say that this engine cannot go back, as engines of others may.")
    private boolean neverBack;

    @Option(names = "--trace-blocks", hidden = true, paramLabel = "FILE")
    private @Nullable Path trace;

    @Option(names = "--pace", hidden = true, paramLabel = "FILE")
    private @Nullable Path pace;

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

    /**
     * Returns what a guest that is a member of a run asks.
     *
     * @param run asks the world, or knows what it has answered the reference
     */
    protected InputSource inputs(InputSource run) {
        return run;
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
        if (maxSteps < 1) {
            System.err.println("error: --max-steps: " + maxSteps + " (expected: 1 or more)");
            return EXIT_USAGE;
        }
        if (split < 1) {
            System.err.println("error: --split: " + split + " (expected: 1 or more)");
            return EXIT_USAGE;
        }
        if (membership != null && maxSteps != Long.MAX_VALUE) {
            System.err.println(
                    "error: --max-steps: this is the limit of a free run (expected: lockstep run"
                            + " --max-steps, which limits all engines)");
            return EXIT_USAGE;
        }
        String events = eventFile == null ? null : wrongEventFile(eventFile, membership);
        if (events != null) {
            System.err.println("error: --events: " + events);
            return EXIT_USAGE;
        }
        GuestProgram guest = GuestProgram.read(program, guestOptions.sysroot());
        return membership == null ? runFree(guest) : runAttached(guest, membership);
    }

    /** Returns what is wrong with where events are to go, or null. */
    private static @Nullable String wrongEventFile(Path file, @Nullable Membership membership) {
        if (membership != null) {
            return "this is the log of a free run (expected: lockstep run --events, which keeps one"
                    + " of each engine)";
        }
        return file.toString().equals("-")
                ? "- (expected: a file, since standard output is the guest's)"
                : null;
    }

    private int runFree(GuestProgram guest) throws IOException {
        Optional<Signature> signature = signature(guest);
        try (EventFile log = eventFile == null ? null : new EventFile(eventFile, name());
                GuestMemory memory = newMemory(guest)) {
            Hart hart = new Hart();
            GuestEvents events =
                    log == null ? GuestEvents.NONE : new NumberedEvents(true, log::add);
            GuestMachine machine =
                    boot(
                            guest,
                            memory,
                            hart,
                            InputSource.HOST,
                            HostCallListener.NONE,
                            events,
                            this::note);
            long start = System.nanoTime();
            GuestExit exit = runTraced(memory, hart, machine);
            if (stats) {
                printStats(hart, System.nanoTime() - start);
            }
            write(signature, memory);
            return status(exit);
        } finally {
            finish();
        }
    }

    private Optional<Signature> signature(GuestProgram guest) throws IOException {
        return signatureFile == null
                ? Optional.empty()
                : Optional.of(Signature.of(guest, signatureFile));
    }

    private static void write(Optional<Signature> signature, GuestMemory memory)
            throws IOException {
        if (signature.isPresent()) {
            signature.get().write(memory);
        }
    }

    private int status(GuestExit exit) {
        if (exit.reason() == GuestExit.Reason.LIMIT) {
            note("stopped at the limit of " + maxSteps + " steps");
            return EXIT_INCOMPLETE;
        }
        return exit.shellStatus();
    }

    private GuestExit runTraced(GuestMemory memory, Hart hart, GuestMachine machine)
            throws IOException {
        BlockReader reader = new BlockReader(memory, hart, null, split);
        if (trace == null) {
            GuestRunner runner = runner(memory, reader, hart, machine, freeRecorder(memory));
            return pace == null ? runner.run(maxSteps) : Pace.run(runner, hart, maxSteps, pace);
        }
        try (BlockTrace blocks = new BlockTrace(trace, memory, hart)) {
            Recorder recorder = new BlockRecorder(blocks, Recording.Effects.FULL, Long.MAX_VALUE);
            return runner(memory, reader, hart, machine, recorder).run(maxSteps);
        }
    }

    /** Returns what reports a free run: nothing, or digests that nobody is told. */
    private Recorder freeRecorder(GuestMemory memory) {
        return digest == null
                ? Recorder.NONE
                : new WindowRecorder(new Unsent(), digest, memory, UNSENT_WINDOW_STEPS, 0);
    }

    private int runAttached(GuestProgram guest, Membership place) throws IOException {
        Optional<Signature> signature = signature(guest);
        Hart hart = new Hart();
        Hello hello =
                Introduction.hello(
                        place,
                        name(),
                        implementation(),
                        getClass(),
                        guest,
                        machine(guest).description(memoryBytes(guest)),
                        launch(),
                        !neverBack);
        try (GuestMemory memory = newMemory(guest);
                Attachment attachment = join(place, hello, hart)) {
            try {
                // The reference speaks for all: what one side notes, every side would.
                Consumer<String> notes =
                        hello.getRole() == Role.ROLE_REFERENCE ? this::note : note -> {};
                InputLog inputs = new InputLog(inputs(attachment));
                NumberedEvents events = attachment.events();
                GuestMachine machine = boot(guest, memory, hart, inputs, attachment, events, notes);
                Engines engines = new Engines(memory, hart, attachment.cutPc());
                long start = System.nanoTime();
                new AttachedGuest(attachment, hart, memory, machine, inputs, events, engines).run();
                if (stats) {
                    printStats(hart, System.nanoTime() - start);
                }
                write(signature, memory);
            } catch (SessionEndedException ended) {
                attachment.leave(ended);
            }
            if (place.isOfAPerson()) {
                attachment.outcome().ifPresent(System.err::println);
            }
            return 0;
        } finally {
            finish();
        }
    }

    /** Joins the run; a person who started only this engine learns what it waits for. */
    private Attachment join(Membership place, Hello hello, Hart hart) throws IOException {
        Timer timer = new Timer("lockstep-wait", true);
        try {
            if (place.isOfAPerson()) {
                timer.schedule(waitNote(place.run), WAIT_NOTE_MS);
            }
            return Attachment.join(place.socket, hello, hart);
        } finally {
            timer.cancel();
        }
    }

    private TimerTask waitNote(String run) {
        return new TimerTask() {
            @Override
            public void run() {
                note("run \"" + run + "\" starts when all its engines are there");
            }
        };
    }

    private Machine machine(GuestProgram guest) {
        return guestOptions.machine(guest);
    }

    private long memoryBytes(GuestProgram guest) {
        return guestOptions.memoryBytes(machine(guest));
    }

    private GuestMemory newMemory(GuestProgram guest) {
        return new GuestMemory(memoryBytes(guest));
    }

    private GuestMachine boot(
            GuestProgram guest,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener hostCalls,
            GuestEvents events,
            Consumer<String> notes) {
        return machine(guest).boot(guest, launch(), memory, hart, inputs, hostCalls, events, notes);
    }

    /** Tells the user something. */
    protected final void note(String text) {
        System.err.println("note: " + name() + ": " + text);
    }

    private Launch launch() {
        return guestOptions.launch(program, arguments);
    }

    private GuestRunner runner(
            GuestMemory memory,
            BlockReader reader,
            Hart hart,
            GuestMachine machine,
            Recorder recorder) {
        Executor executor = engine(memory, reader, hart, recorder.recording());
        return new GuestRunner(executor, machine, hart, recorder);
    }

    /** Takes records and forgets them. */
    private static final class Unsent implements RecordSink {
        private final RecordBatch batch = new RecordBatch(1);

        @Override
        public RecordBatch batch() {
            return batch;
        }

        @Override
        public void flush() {
            batch.reset(1);
        }
    }

    /** The engines of one guest of a run. */
    private final class Engines implements AttachedGuest.Engines {
        private final GuestMemory memory;
        private final Hart hart;
        private final @Nullable Long cutPc;

        Engines(GuestMemory memory, Hart hart, @Nullable Long cutPc) {
            this.memory = memory;
            this.hart = hart;
            this.cutPc = cutPc;
        }

        @Override
        public Executor engine(Recording recording) {
            return EngineCommand.this.engine(
                    memory, new BlockReader(memory, hart, cutPc, split), hart, recording);
        }

        @Override
        public Executor singleStepper(Recording recording) {
            return EngineCommand.this.engine(
                    memory, BlockReader.ofSingleSteps(memory, hart), hart, recording);
        }
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
                ProcessMemory.peakRssBytes() >> 20,
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
