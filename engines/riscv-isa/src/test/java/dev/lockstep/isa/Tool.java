package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs other people's programs in a directory. */
record Tool(Path directory) {

    private static final Path NO_INPUT = Path.of("/dev/null");

    /** Returns the lines of standard output of a command that must succeed. */
    List<String> run(List<String> command) throws IOException, InterruptedException {
        return run(command, NO_INPUT);
    }

    /** Likewise, with a file as standard input. */
    List<String> run(List<String> command, Path input) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(input.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), Files.readString(errors))
                .isZero();
        return Files.readAllLines(output);
    }
}
