package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the guest finds and does in the file system, held against qemu-riscv64. */
@Tag("third-party")
final class FilesIT {
    @TempDir private Path home;
    private Qemu qemu;

    @BeforeEach
    void prepare() {
        qemu = new Qemu(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"paths", "files", "mappings"})
    void everyCallGivesWhatItGivesUnderQemu(String source) throws Exception {
        Path program = qemu.compile(source);
        Path playground = home.resolve("playground");
        Files.createDirectory(playground);
        Process process = qemu.start(List.of(), program, playground.toString());
        String expected = text(process);
        String end = "exited " + process.waitFor();
        List<String> left = contents(playground);
        empty(playground);

        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--report",
                                "json:" + report,
                                program.toString(),
                                playground.toString())
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(expected);
        assertThat(contents(playground)).isEqualTo(left);
        assertThat(JsonReport.read(report).ends()).containsExactly(end, end);
    }

    @Test
    void theGuestFindsTheChosenSurroundings() throws Exception {
        Path program = qemu.compile("surroundings");
        Path input = Files.writeString(home.resolve("input"), "from a file\n");
        List<String> environment = List.of("A=1", "B=x=y", "A=2", "C=");
        String expected = text(qemu.start(environment, List.of(), program));

        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--setenv",
                                "A=1",
                                "--setenv",
                                "B=x=y",
                                "--setenv",
                                "A=2",
                                "--setenv=C=",
                                "--cwd",
                                home.toString(),
                                "--stdin",
                                input.toString(),
                                program.toString())
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(expected + "in " + home.toRealPath() + "\nfrom a file\n");
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Returns the names of all files, and what is in them. */
    private static List<String> contents(Path directory) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted().toList()) {
                boolean isFile = Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
                contents.add(
                        entry
                                + ": "
                                + (isFile
                                        ? Files.readString(entry, StandardCharsets.ISO_8859_1)
                                        : ""));
            }
        }
        return contents;
    }

    private static void empty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                if (!entry.equals(directory)) {
                    Files.delete(entry);
                }
            }
        }
    }
}
