package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private final Path home;
    private Path input = NOTHING;

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

        /** Returns the engine of this name among the command's children, once it is there. */
        ProcessHandle engine(String name) {
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (System.nanoTime() < deadline) {
                try (Stream<ProcessHandle> children = process.descendants()) {
                    var found = children.filter(child -> isEngine(child, name)).findFirst();
                    if (found.isPresent()) {
                        return found.get();
                    }
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

    /** Returns the same with this file as standard input. */
    Lockstep withInput(Path file) {
        Lockstep other = new Lockstep(home);
        other.input = file;
        return other;
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return start(arguments).await(TIMEOUT);
    }

    /** Starts the command in the folder of the guest programs. */
    Started start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(LAUNCHER.toString());
        Path out = Files.createTempFile(home, "out", ".txt");
        Path err = Files.createTempFile(home, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(PROGRAMS.toFile())
                        .redirectInput(input.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
        builder.environment().put("XDG_RUNTIME_DIR", home.toString());
        return new Started(builder.start(), out, err);
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
