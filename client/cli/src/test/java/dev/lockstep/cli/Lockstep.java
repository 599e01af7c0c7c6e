package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the command by its launcher as a user would, with a log and a runtime directory of its
 * own.
 */
final class Lockstep {
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    static final Path LAUNCHER = ROOT.resolve("lockstep");
    static final Path PROGRAMS = ROOT.resolve("engines/programs");

    static final Path NOTHING = Path.of("/dev/null");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** What is over in a second spends half of its time in compilers that it could do without. */
    private static final String QUICK =
            "-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining";

    private final Path home;
    private Path input = NOTHING;
    private Path directory = PROGRAMS;
    private boolean onTerminal;
    private String javaOptions = QUICK;

    /**
     * @param home a directory with a short path: sockets live in it
     */
    Lockstep(Path home) {
        this.home = home;
    }

    /**
     * How a command ended.
     *
     * @param out standard output, a character per byte
     */
    record Ended(int exitCode, String out, String err) {
        Ended hasExitCode(int expected) {
            assertThat(exitCode).as("exit code%n%s%s", out, err).isEqualTo(expected);
            return this;
        }
    }

    /** A command that runs. */
    static final class Started {
        private final Process process;
        private final Path out;
        private final Path err;

        private Started(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        Process process() {
            return process;
        }

        /** Returns what it has written to standard output by now. */
        String out() throws IOException {
            return text(out);
        }

        /** Returns what it has written to standard error so far. */
        String err() throws IOException {
            return text(err);
        }

        /** Sends what Ctrl-C at a terminal does: SIGINT, to the command and all it started. */
        void interrupt() throws IOException, InterruptedException {
            send("INT", -process.pid());
        }

        /** Returns the engine of this name among the command's children. */
        Optional<ProcessHandle> findEngine(String name) {
            try (Stream<ProcessHandle> children = process.descendants()) {
                return children.filter(child -> isEngine(child, name)).findFirst();
            }
        }

        /** Returns the engine of this name among the command's children, once it is there. */
        ProcessHandle engine(String name) {
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (System.nanoTime() < deadline) {
                Optional<ProcessHandle> found = findEngine(name);
                if (found.isPresent()) {
                    return found.get();
                }
                Thread.onSpinWait();
            }
            throw new AssertionError("engine " + name + " was never started");
        }

        private static boolean isEngine(ProcessHandle process, String name) {
            return process.info()
                    .arguments()
                    .map(arguments -> List.of(arguments).contains(name))
                    .orElse(false);
        }

        /** Waits until the command ends, which it must within {@code limit}. */
        Ended await(Duration limit) throws IOException, InterruptedException {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(ended).as("ends within %s%n%s", limit, text(err)).isTrue();
            return new Ended(process.exitValue(), text(out), text(err));
        }
    }

    /** Starts a run of many seconds and returns once it compares. */
    Started startLong(String... arguments) throws IOException {
        Started run = start(arguments);
        awaitComparing();
        return run;
    }

    /** Returns once the newest run that is in progress compares. */
    void awaitComparing() {
        await().atMost(TIMEOUT).until(this::compares);
    }

    private boolean compares() {
        Path state = home.resolve("state").resolve("lockstep");
        try (RunStore store = LockstepServer.openStore(state)) {
            return store.newestInProgress().filter(run -> run.compared().steps() > 0).isPresent();
        }
    }

    /** Sends a signal to a process or, when negative, to a process group. */
    static void send(String signal, long processId) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-s", signal, "--", Long.toString(processId)).start();
        assertThat(kill.waitFor()).as("kill -s %s -- %d", signal, processId).isZero();
    }

    /** Returns, as the command line takes it, an engine that is a main class of these tests. */
    static String engine(Class<?> main, String argument) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path classes = Path.of("target/test-classes").toAbsolutePath();
        Path jars = Path.of("target/lib").toAbsolutePath();
        return "cmd:%s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp %s:%s/* %s %s"
                .formatted(java, classes, jars, main.getName(), argument);
    }

    /** Returns the same with this file as standard input. */
    Lockstep withInput(Path file) {
        Lockstep other = copy();
        other.input = file;
        return other;
    }

    /** Returns the same with this folder as the current one. */
    Lockstep in(Path folder) {
        Lockstep other = copy();
        other.directory = folder;
        return other;
    }

    /**
     * Returns the same on a terminal, where all output comes on one stream and nothing is typed but
     * the end.
     */
    Lockstep onTerminal() {
        Lockstep other = copy();
        other.onTerminal = true;
        return other;
    }

    /** Returns the same with all of HotSpot, as users have it: for what executes much. */
    Lockstep withAllCompilers() {
        Lockstep other = copy();
        other.javaOptions = "";
        return other;
    }

    private Lockstep copy() {
        Lockstep copy = new Lockstep(home);
        copy.input = input;
        copy.directory = directory;
        copy.onTerminal = onTerminal;
        copy.javaOptions = javaOptions;
        return copy;
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).await(TIMEOUT);
    }

    /**
     * Starts the command, in the folder of the guest programs unless told otherwise, in a process
     * group of its own and with signals as a terminal's shell leaves them.
     */
    Started start(String... arguments) throws IOException {
        return start(command(arguments));
    }

    /**
     * Runs a shell script that may mount what it wants; its {@code $0} is the command, and it
     * stands where the command would.
     */
    Ended runWithMounts(String script) throws IOException, InterruptedException {
        return start(List.of("unshare", "-rm", "bash", "-c", script, LAUNCHER.toString()))
                .await(TIMEOUT);
    }

    private Started start(List<String> words) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "env", "--default-signal"));
        command.addAll(words);
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(input.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
        builder.environment().put("LOCKSTEP_JAVA_OPTIONS", javaOptions);
        builder.environment().put("XDG_RUNTIME_DIR", home.toString());
        return new Started(builder.start(), out, err);
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return onTerminal
                ? List.of("script", "-qec", Words.join(command), NOTHING.toString())
                : command;
    }

    /** Returns what coordinators left in the runtime directory. */
    List<Path> leftovers() throws IOException {
        Path base = home.resolve("lockstep");
        if (!Files.isDirectory(base)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(base)) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
