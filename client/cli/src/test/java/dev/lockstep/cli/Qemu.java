package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Compiles C programs and runs them under qemu-riscv64, which is what we are held against. */
final class Qemu {
    private static final Path SOURCES = Path.of("src/test/c");

    private final Path home;

    /**
     * @param home where programs are put
     */
    Qemu(Path home) {
        this.home = home;
    }

    /** Returns the program compiled from {@code source}, a name without ending. */
    Path compile(String source) throws Exception {
        return compile(source, "-static");
    }

    /** Likewise, with a compiler option that says how it is linked. */
    Path compile(String source, String linking) throws Exception {
        Path program = home.resolve(source);
        Process gcc =
                new ProcessBuilder(
                                "riscv64-linux-gnu-gcc",
                                "-O2",
                                "-w",
                                linking,
                                SOURCES.resolve(source + ".c").toString(),
                                "-lm",
                                "-o",
                                program.toString())
                        .inheritIO()
                        .start();
        assertThat(gcc.waitFor(60, TimeUnit.SECONDS) && gcc.exitValue() == 0).isTrue();
        return program;
    }

    /** Starts a program; its output is to be read, it has no input and no environment. */
    Process start(List<String> options, Path program, String... arguments) throws IOException {
        return start(List.of(), options, program, arguments);
    }

    /**
     * Starts a program with an environment.
     *
     * @param environment NAME=VALUE strings
     */
    Process start(List<String> environment, List<String> options, Path program, String... arguments)
            throws IOException {
        // A guest of ours inherits no signal that is ignored, whoever starts the tests.
        List<String> command = new ArrayList<>(List.of("env", "-i", "--default-signal"));
        command.addAll(environment);
        command.addAll(List.of("qemu-riscv64", "-R", "0x7ffff000"));
        command.addAll(options);
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectInput(Lockstep.NOTHING.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
