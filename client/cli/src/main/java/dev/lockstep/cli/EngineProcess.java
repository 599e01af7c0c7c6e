package dev.lockstep.cli;

import static java.io.OutputStream.nullOutputStream;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Role;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A started engine. */
final class EngineProcess {
    private static final File NOTHING = new File("/dev/null");

    /** A line of shell: $0 is the input, the rest the command. */
    private static final String OPEN_AND_BECOME = "exec \"$@\" <\"$0\"";

    /** The JDK reports a process that a signal ended as a shell does: this plus the signal. */
    private static final int SIGNAL_BASE = 128;

    // inode(7)
    private static final int FILE_TYPE = 0xF000;
    private static final int REGULAR_FILE = 0x8000;
    private static final int CHARACTER_DEVICE = 0x2000;

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Seat seat;
    private final Process process;
    private final EngineOutput output;

    /** The guest's own output, where we carry it. */
    private final Optional<EngineOutput> guestOutput;

    /** What we sent; a process may be dying of something else by then. */
    private final Set<Integer> sentSignals = ConcurrentHashMap.newKeySet();

    /** What the command started in turn; when it dies first, nothing else leads to them. */
    private volatile List<ProcessHandle> offspring = List.of();

    private EngineProcess(
            Seat seat, Process process, EngineOutput output, Optional<EngineOutput> guestOutput) {
        this.seat = seat;
        this.process = process;
        this.output = output;
        this.guestOutput = guestOutput;
    }

    private static EngineOutput guestOutput(Seat seat, Process process, StatusLine place) {
        EngineOutput output =
                EngineOutput.start(seat.name() + "-guest", process.getInputStream(), place);
        output.release();
        return output;
    }

    /**
     * Starts the engine of {@code seat}. The reference gets our standard output, unless the plan
     * has another place for it, and our input or the file chosen for it; a subject reads nothing,
     * and what it prints goes to our standard error. Where every engine asks the world itself, all
     * find the same around them: a pipe to print to, and the file chosen, or nothing, to read.
     *
     * @throws ConfigException if its command cannot be started
     */
    static EngineProcess start(
            Seat seat, RunPlan plan, Path socket, String run, StatusLine screen) {
        ProcessBuilder builder = new ProcessBuilder(command(seat, plan, socket, run));
        prepare(builder, seat, plan, socket, run);
        boolean isReference = seat.role() == Role.REFERENCE;
        boolean talksApart = isReference || plan.hasOwnInputs();
        Optional<StatusLine> guestScreen = guestScreen(isReference, plan);
        if (isReference && guestScreen.isEmpty()) {
            builder.redirectOutput(Redirect.INHERIT);
        }
        builder.redirectErrorStream(!talksApart);
        try {
            redirectInput(builder, isReference, plan);
            Process process = builder.start();
            InputStream talk = talksApart ? process.getErrorStream() : process.getInputStream();
            return new EngineProcess(
                    seat,
                    process,
                    EngineOutput.start(seat.name(), talk, screen),
                    guestScreen.map(place -> guestOutput(seat, process, place)));
        } catch (IOException e) {
            throw new ConfigException(
                    "engine \"%s\" cannot be started: %s".formatted(seat.name(), e.getMessage()),
                    e);
        }
    }

    /** Returns where we carry what the guest prints; empty if it needs no carrying. */
    private static Optional<StatusLine> guestScreen(boolean isReference, RunPlan plan) {
        if (!plan.hasOwnInputs()) {
            return plan.guestScreen().filter(_ -> isReference);
        }
        return isReference
                ? plan.guestScreen().or(() -> Optional.of(new StatusLine(System.out, false)))
                : Optional.of(new StatusLine(new PrintStream(nullOutputStream()), false));
    }

    private static void redirectInput(ProcessBuilder builder, boolean isReference, RunPlan plan)
            throws IOException {
        boolean reads = isReference || plan.hasOwnInputs();
        Optional<File> input = plan.guest().input().filter(_ -> reads);
        builder.redirectInput(NOTHING);
        if (input.isPresent() && plan.hasOwnInputs()) {
            builder.redirectInput(readable(input.get()));
        } else if (input.isPresent()) {
            takeInput(builder, input.get());
        } else if (isReference && !plan.hasOwnInputs()) {
            builder.redirectInput(Redirect.INHERIT);
        }
    }

    /** Every engine reads it from its start, which a pipe has once. */
    private static File readable(File input) throws IOException {
        int type = (int) Files.getAttribute(input.toPath(), "unix:mode") & FILE_TYPE;
        if (type != REGULAR_FILE && type != CHARACTER_DEVICE) {
            throw new ConfigException(
                    "--stdin: '%s' is no file (expected: one, for every engine reads it itself)"
                            .formatted(input));
        }
        return input;
    }

    private static void prepare(
            ProcessBuilder builder, Seat seat, RunPlan plan, Path socket, String run) {
        if (seat.engine().kind().isQemu()) {
            builder.environment().clear(); // The guest would find it in its own.
            plan.guest().directory().ifPresent(builder::directory);
            return;
        }
        builder.environment().putAll(plan.environment());
        builder.environment()
                .putAll(
                        Map.of(
                                "LOCKSTEP_SOCKET", socket.toString(),
                                "LOCKSTEP_RUN", run,
                                "LOCKSTEP_ROLE", seat.role().text(),
                                "LOCKSTEP_NAME", seat.name()));
    }

    /**
     * Gives the process its input. To open a pipe takes until somebody writes to it: then a shell
     * opens it, which can be ended meanwhile, and becomes the command.
     */
    private static void takeInput(ProcessBuilder builder, File input) throws IOException {
        if (input.isFile()) {
            builder.redirectInput(input);
        } else {
            List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c", OPEN_AND_BECOME));
            shell.add(nameForAll(input.toPath()).toString());
            shell.addAll(builder.command());
            builder.command(shell);
        }
    }

    /** Returns a name that means the same in every process; /dev/fd/63 means another in each. */
    private static Path nameForAll(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), file::toString);
        return folder.toRealPath().resolve(absolute.getFileName());
    }

    private static List<String> command(Seat seat, RunPlan plan, Path socket, String run) {
        List<String> words = seat.engine().words();
        if (seat.engine().kind().isQemu()) {
            return QemuEngine.command(seat, words.subList(1, words.size()), plan, socket, run);
        }
        List<String> command = new ArrayList<>();
        if (seat.engine().builtIn()) {
            command.addAll(List.of(Launcher.path().toString(), "engine"));
        }
        command.addAll(words);
        command.addAll(List.of("--connect", socket.toString(), "--run", run));
        command.addAll(List.of("--role", seat.role().text(), "--name", seat.name()));
        command.addAll(plan.guest().words());
        command.add(plan.program());
        command.addAll(plan.arguments());
        return command;
    }

    String name() {
        return seat.name();
    }

    EngineOutput output() {
        return output;
    }

    /** Returns the future exit of the process. */
    CompletableFuture<EngineProcess> exit() {
        return process.onExit().thenApply(_ -> this);
    }

    boolean exitedWith(int status) {
        return !process.isAlive() && process.exitValue() == status;
    }

    /** Returns a sentence on how the process ended, or that it runs. */
    String fate() {
        String who = "engine \"" + name() + "\" ";
        if (process.isAlive()) {
            return who + "still runs";
        }
        int status = process.exitValue();
        return status > SIGNAL_BASE
                ? who + "was ended by signal " + (status - SIGNAL_BASE)
                : who + "exited with status " + status;
    }

    /** Returns whether a signal ended the process that was not ours. */
    boolean crashed() {
        return !process.isAlive()
                && process.exitValue() > SIGNAL_BASE
                && !sentSignals.contains(process.exitValue() - SIGNAL_BASE);
    }

    /**
     * Returns how the guest has ended, of an emulator that ends as its guest does; empty while it
     * goes on. A signal and a status of 128 or more look alike, and are told as the status.
     */
    Optional<Exit> exitOfGuest() {
        return process.isAlive()
                ? Optional.empty()
                : Optional.of(
                        Exit.newBuilder()
                                .setReason(ExitReason.EXIT_REASON_EXITED)
                                .setStatus(process.exitValue())
                                .build());
    }

    /** Returns what the process said before the run started, without our own prefix for errors. */
    String complaint() {
        String text = output.held().strip();
        if (text.isEmpty()) {
            return fate() + " before it joined the run";
        }
        return text.startsWith(Errors.PREFIX) ? text.substring(Errors.PREFIX.length()) : text;
    }

    /** Remembers the processes that a command of the user's has started by now. */
    void noteOffspring() {
        if (!seat.engine().builtIn()) {
            offspring = process.descendants().toList();
        }
    }

    /** Asks the process and all it started to end. */
    void terminate() {
        stop(SIGTERM, ProcessHandle::destroy);
    }

    /** Ends the process and all it started. */
    void kill() {
        stop(SIGKILL, ProcessHandle::destroyForcibly);
    }

    private void stop(int signal, Consumer<ProcessHandle> end) {
        offspring.forEach(end);
        if (process.isAlive()) {
            sentSignals.add(signal);
            process.descendants().forEach(end);
            end.accept(process.toHandle()); // Process.destroy would close its output unread.
        }
    }

    /** Waits until the process has ended, at most {@code millis}. */
    boolean awaitExit(long millis) throws InterruptedException {
        return process.waitFor(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    /** Waits until all it has written is passed on, if it has ended. */
    void awaitOutput() throws InterruptedException {
        if (!process.isAlive()) {
            output.awaitEnd();
            if (guestOutput.isPresent()) {
                guestOutput.get().awaitEnd();
            }
        }
    }
}
