package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs commands, each as a user would start it, with a directory of its own. A signal that ends
 * this process takes commands and directory along.
 */
public final class BenchProcess implements AutoCloseable {
    private static final long LEAVE_TIMEOUT_MS = 10_000;

    private final Path launcher;
    private final Path directory;

    // Guarded by this: a signal closes on another thread, at any moment.
    private final List<Process> running = new ArrayList<>();
    private boolean closed;

    private BenchProcess(Path launcher, Path directory) {
        this.launcher = launcher;
        this.directory = directory;
    }

    /**
     * How a command ended that did what it should.
     *
     * @param startNs when it was started, by {@link System#nanoTime}
     * @param endNs when it had ended
     */
    record Ended(String output, String errors, long startNs, long endNs) {
        long wallMs() {
            return TimeUnit.NANOSECONDS.toMillis(endNs - startNs);
        }

        double seconds() {
            return (endNs - startNs) / 1e9;
        }
    }

    public static BenchProcess open(Path launcher) throws IOException {
        BenchProcess process =
                new BenchProcess(launcher, Files.createTempDirectory("lockstep-bench"));
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "lockstep-bench-end"));
        return process;
    }

    /** Returns where the commands may leave things. */
    Path directory() {
        return directory;
    }

    /**
     * Runs {@code lockstep WORDS...} and waits for its end.
     *
     * @throws ConfigException if it fails
     */
    Ended run(List<String> words) throws IOException, InterruptedException {
        return startLockstep("command", words).await();
    }

    /** Starts {@code lockstep WORDS...} beside others, which have other names. */
    Started startLockstep(String name, List<String> words) throws IOException {
        return startLockstep(name, List.of(), words);
    }

    /**
     * The same behind other words.
     *
     * @param before a command that executes one
     */
    Started startLockstep(String name, List<String> before, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(launcher.toString());
        command.addAll(words);
        return start(command, name);
    }

    /**
     * Runs a command and waits for its end.
     *
     * @throws ConfigException if it fails
     */
    Ended execute(List<String> command) throws IOException, InterruptedException {
        return start(command, "command").await();
    }

    /**
     * Starts a command that is executed beside others, which have other names.
     *
     * @param name what the files with its output are called
     */
    synchronized Started start(List<String> command, String name) throws IOException {
        checkOpen();
        Path output = directory.resolve(name + ".output");
        Path errors = directory.resolve(name + ".errors");
        long startNs = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        running.removeIf(ended -> !ended.isAlive());
        running.add(process);
        return new Started(command, process, startNs, output, errors);
    }

    /** A command that is being executed. */
    final class Started {
        private final List<String> command;
        private final Process process;
        private final long startNs;
        private final Path output;
        private final Path errors;

        private Started(
                List<String> command, Process process, long startNs, Path output, Path errors) {
            this.command = command;
            this.process = process;
            this.startNs = startNs;
            this.output = output;
            this.errors = errors;
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** Ends it at once. */
        void kill() {
            process.destroyForcibly();
        }

        /** Ends it as a user would, and waits for its end. */
        void stop() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(LEAVE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                kill();
                process.waitFor();
            }
        }

        /** Returns what it has written on standard output. */
        String outputSoFar() throws IOException {
            return text(output, StandardCharsets.ISO_8859_1);
        }

        /** Returns what it has written on standard error. */
        String errorsSoFar() throws IOException {
            return text(errors, StandardCharsets.UTF_8);
        }

        /**
         * Waits for its end.
         *
         * @throws ConfigException if it fails
         */
        Ended await() throws IOException, InterruptedException {
            int status = process.waitFor();
            long endNs = System.nanoTime();
            String said = text(errors, StandardCharsets.UTF_8);
            if (status != 0) {
                throw new ConfigException(
                        "'%s' exited with status %d (expected: 0):%n%s"
                                .formatted(Words.join(command), status, said));
            }
            return new Ended(text(output, StandardCharsets.ISO_8859_1), said, startNs, endNs);
        }
    }

    private synchronized String text(Path file, Charset charset) throws IOException {
        checkOpen();
        return Files.readString(file, charset);
    }

    private void checkOpen() {
        if (closed) {
            throw new ConfigException("stopped by a signal");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            running.forEach(Process::destroy);
            for (Process process : running) {
                process.waitFor(LEAVE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            }
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes a directory with all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file); // What is still ending may remove its own.
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
