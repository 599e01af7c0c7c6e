package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Role;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
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
     * and what it prints goes to our standard error.
     *
     * @throws ConfigException if its command cannot be started
     */
    static EngineProcess start(
            Seat seat, RunPlan plan, Path socket, String run, StatusLine screen) {
        boolean isReference = seat.role() == Role.REFERENCE;
        Optional<File> input = isReference ? plan.guest().input() : Optional.empty();
        ProcessBuilder builder = new ProcessBuilder(command(seat, plan, socket, run));
        builder.environment().putAll(plan.environment());
        builder.environment()
                .putAll(
                        Map.of(
                                "LOCKSTEP_SOCKET", socket.toString(),
                                "LOCKSTEP_RUN", run,
                                "LOCKSTEP_ROLE", seat.role().text(),
                                "LOCKSTEP_NAME", seat.name()));
        if (isReference) {
            builder.redirectInput(Redirect.INHERIT)
                    .redirectOutput(
                            plan.guestScreen().isPresent() ? Redirect.PIPE : Redirect.INHERIT);
        } else {
            builder.redirectInput(NOTHING).redirectErrorStream(true);
        }
        try {
            if (input.isPresent()) {
                takeInput(builder, input.get());
            }
            Process process = builder.start();
            InputStream talk = isReference ? process.getErrorStream() : process.getInputStream();
            return new EngineProcess(
                    seat,
                    process,
                    EngineOutput.start(seat.name(), talk, screen),
                    plan.guestScreen()
                            .filter(_ -> isReference)
                            .map(place -> guestOutput(seat, process, place)));
        } catch (IOException e) {
            throw new ConfigException(
                    "engine \"%s\" cannot be started: %s".formatted(seat.name(), e.getMessage()),
                    e);
        }
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
        List<String> command = new ArrayList<>();
        if (seat.engine().builtIn()) {
            command.addAll(List.of(Launcher.path().toString(), "engine"));
        }
        command.addAll(seat.engine().words());
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
