package dev.lockstep.riscv.command;

import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Recording;
import dev.lockstep.sdk.RecordBatch;
import dev.lockstep.sdk.RecordSink;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A guest that runs by itself: the options that only such a run has, and the run. */
final class FreeRun {
    private static final int EXIT_INCOMPLETE = 5;

    /** Steps of a window whose digest nobody is told. */
    private static final long UNSENT_WINDOW_STEPS = 1 << 20;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = Visibility.NEVER,
            description = "Stop a free run after N steps, at the end of a block.")
    private long maxSteps;

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

    @Option(names = "--trace-blocks", hidden = true, paramLabel = "FILE")
    private @Nullable Path trace;

    @Option(names = "--pace", hidden = true, paramLabel = "FILE")
    private @Nullable Path pace;

    /** Returns what is wrong with the options, if anything is. */
    Optional<String> mistake() {
        if (maxSteps < 1) {
            return Optional.of("--max-steps: " + maxSteps + " (expected: 1 or more)");
        }
        return eventFile != null && eventFile.toString().equals("-")
                ? Optional.of(
                        "--events: - (expected: a file, since standard output is the guest's)")
                : Optional.empty();
    }

    /** Returns which option a member of a run cannot have, if there is one. */
    Optional<String> mistakeOfMember() {
        if (maxSteps != Long.MAX_VALUE) {
            return Optional.of(
                    "--max-steps: this is the limit of a free run (expected: lockstep run"
                            + " --max-steps, which limits all engines)");
        }
        return eventFile == null
                ? Optional.empty()
                : Optional.of(
                        "--events: this is the log of a free run (expected: lockstep run --events,"
                                + " which keeps one of each engine)");
    }

    /**
     * Runs the guest.
     *
     * @param engine name of the engine
     * @param notes is told what a user should know
     * @return what the process exits with
     */
    int run(Guest guest, String engine, Consumer<String> notes) throws IOException {
        try (EventFile log =
                eventFile == null ? null : new EventFile(eventFile, engine).closedAtShutdown()) {
            GuestMachine machine =
                    guest.boot(
                            InputSource.HOST,
                            log == null ? HostCallListener.NONE : log,
                            log == null ? GuestEvents.NONE : new NumberedEvents(true, log::add),
                            notes);
            GuestExit exit = run(guest, machine);
            guest.ended();
            return status(exit, notes);
        }
    }

    private GuestExit run(Guest guest, GuestMachine machine) throws IOException {
        if (trace == null) {
            GuestRunner runner = runner(guest, machine, recorder(guest));
            return pace == null
                    ? runner.run(maxSteps)
                    : Pace.run(runner, guest.hart(), maxSteps, pace);
        }
        try (BlockTrace blocks = new BlockTrace(trace, guest.memory(), guest.hart())) {
            Recorder recorder = new BlockRecorder(blocks, Recording.Effects.FULL, Long.MAX_VALUE);
            return runner(guest, machine, recorder).run(maxSteps);
        }
    }

    private static GuestRunner runner(Guest guest, GuestMachine machine, Recorder recorder) {
        return new GuestRunner(
                guest.engine(null, recorder.recording()), machine, guest.hart(), recorder);
    }

    /** Returns what reports the run: nothing, or digests that nobody is told. */
    private Recorder recorder(Guest guest) {
        return digest == null
                ? Recorder.NONE
                : new WindowRecorder(new Unsent(), digest, guest.memory(), UNSENT_WINDOW_STEPS, 0);
    }

    private int status(GuestExit exit, Consumer<String> notes) {
        if (exit.reason() == GuestExit.Reason.LIMIT) {
            notes.accept("stopped at the limit of " + maxSteps + " steps");
            return EXIT_INCOMPLETE;
        }
        return exit.shellStatus();
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
}
