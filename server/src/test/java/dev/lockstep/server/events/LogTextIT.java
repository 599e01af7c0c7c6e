package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Logs out of pipes, from other processes. */
@Timeout(60)
class LogTextIT {
    @TempDir Path files;
    @TempDir Path temporary;

    @Test
    void readsANamedPipeOnceAndItsLinesAgain() throws Exception {
        Path pipe = files.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process writer =
                new ProcessBuilder("sh", "-c", "seq 1 200000 > '%s'".formatted(pipe)).start();
        try (LogText text = LogText.open(pipe, temporary)) {
            assertThat(text.sizeBytes()).isEmpty();
            assertThat(count(text)).isEqualTo(200_000);
            assertThat(text.line(4)).asString().isEqualTo("3");
            assertThat(text.lines().end()).isInstanceOf(TextEnd.Complete.class);
        }
        assertThat(writer.waitFor()).isZero();
    }

    @Test
    void readsAnArchiveFromAPipeThatPauses() throws Exception {
        Path archive = files.resolve("archive");
        Files.write(archive, Archives.GZIP.packed("a\n", "b\n", "c\n"));
        Path pipe = files.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process writer =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                """
                                exec > "$1"
                                cat "$0"; sleep 0.3
                                head -c 5 "$0"; sleep 0.3
                                tail -c +6 "$0"
                                """,
                                archive.toString(),
                                pipe.toString())
                        .start();
        try (LogText text = LogText.open(pipe, temporary)) {
            assertThat(count(text)).isEqualTo(6);
            assertThat(text.lines().end()).isInstanceOf(TextEnd.Complete.class);
        }
        assertThat(writer.waitFor()).isZero();
    }

    @Test
    void readsStandardInput() throws Exception {
        Process reader =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                LineCount.class.getName(),
                                "/dev/stdin",
                                temporary.toString())
                        .redirectErrorStream(true)
                        .start();
        try (OutputStream in = reader.getOutputStream()) {
            in.write("a\r\nb\rc".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(reader.inputReader().lines().toList()).isEqualTo(List.of("3"));
        assertThat(reader.waitFor()).isZero();
    }

    private static long count(LogText text) throws IOException {
        while (text.lines().next()) {}
        return text.lines().number();
    }

    /** A program that prints how many lines a log has. */
    static final class LineCount {
        private LineCount() {}

        public static void main(String[] arguments) throws IOException {
            try (LogText text = LogText.open(Path.of(arguments[0]), Path.of(arguments[1]))) {
                System.out.println(count(text));
            }
        }
    }
}
