package dev.lockstep.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.InputRecord;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

final class BundleTest {
    @TempDir private Path directory;
    private Path program;
    private Path file;

    @BeforeEach
    void makeAProgram() throws IOException {
        program = Files.writeString(directory.resolve("my prog"), "ELF");
        file = directory.resolve("bundle.zip");
    }

    private List<String> pack(@Nullable Path input, @Nullable Path sysroot) throws IOException {
        return pack(null, input, sysroot);
    }

    private List<String> pack(
            @Nullable InputRecord inputs, @Nullable Path input, @Nullable Path sysroot)
            throws IOException {
        Contents contents =
                new Contents(
                        List.of("run: prog-1", "verdict: DIVERGED"),
                        "lockstep run prog",
                        List.of("--subject", "recomp --fault x", "--setenv", "A=b c"),
                        program,
                        "bin/my prog",
                        List.of("-v", "it's"),
                        inputs,
                        input,
                        input,
                        sysroot,
                        "{}\n",
                        List.of("files that the guest opens"));
        try (OutputStream out = Files.newOutputStream(file)) {
            return BundleWriter.write(contents, out);
        }
    }

    @Test
    void whatWasPackedComesOutAgain() throws IOException {
        Path input = Files.writeString(directory.resolve("input"), "hello\n");
        Path sysroot = Files.createDirectories(directory.resolve("root/lib"));
        Files.writeString(sysroot.resolve("ld-linux.so.1"), "loader");
        Files.writeString(sysroot.resolve("notes.txt"), "no library");

        List<String> lacks = pack(input, sysroot.getParent());

        assertThat(lacks).hasSize(2).first().isEqualTo("files that the guest opens");
        Path unpackedProgram;
        try (UnpackedBundle bundle = UnpackedBundle.open(file)) {
            List<String> words = bundle.words();
            assertThat(words)
                    .startsWith("--subject", "recomp --fault x", "--setenv", "A=b c", "--stdin")
                    .endsWith("-v", "it's");
            assertThat(Path.of(words.get(5))).hasContent("hello");
            assertThat(words.get(6)).isEqualTo("--profile");
            assertThat(Path.of(words.get(7))).hasContent("hello").hasFileName("profile.yaml");
            assertThat(words.get(8)).isEqualTo("--sysroot");
            assertThat(Path.of(words.get(9), "lib/ld-linux.so.1")).hasContent("loader");
            assertThat(Path.of(words.get(9), "lib/notes.txt")).doesNotExist();
            assertThat(words.subList(10, 12)).containsExactly("--argv0", "bin/my prog");
            unpackedProgram = Path.of(words.get(12));
            assertThat(unpackedProgram).hasContent("ELF").isExecutable().hasFileName("my prog");
            assertThat(bundle.about())
                    .contains("verdict: DIVERGED", "lacks: files that the guest opens");
        }
        assertThat(unpackedProgram).doesNotExist();
    }

    @Test
    void equalRunsGiveEqualBundles() throws IOException {
        pack(program, directory);
        byte[] first = Files.readAllBytes(file);
        pack(program, directory);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void whatIsMissingIsSaidAndStandardInputIsEmpty() throws IOException {
        assertThat(pack(null, null))
                .anyMatch(line -> line.startsWith("recorded inputs"))
                .anyMatch(line -> line.startsWith("standard input"));
        try (UnpackedBundle bundle = UnpackedBundle.open(file)) {
            assertThat(bundle.words()).containsSequence("--stdin", "/dev/null");
        }
    }

    @Test
    void recordedInputsReplaceTheWorld() throws IOException {
        InputRecord inputs = InputRecord.parse(new byte[] {0x10, 0x2A});
        assertThat(pack(inputs, null, null))
                .containsExactly(
                        "files that the guest opens",
                        "the inputs from step 42 on: it can be run up to there");
        try (UnpackedBundle bundle = UnpackedBundle.open(file)) {
            assertThat(bundle.inputs()).map(InputRecord::toBytes).contains(inputs.toBytes());
            assertThat(bundle.words()).containsSequence("--stdin", "/dev/null");
        }
        pack(null, null);
        try (UnpackedBundle bundle = UnpackedBundle.open(file)) {
            assertThat(bundle.inputs()).isEmpty();
        }
    }

    @Test
    void whatIsInTheirPlaceIsRefused() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            add(zip, "manifest.txt", "lockstep bundle 1\nprogram: x\noptions: \narguments: \n");
            add(zip, "program", "x");
            add(zip, "inputs", "x");
        }
        try (UnpackedBundle bundle = UnpackedBundle.open(file)) {
            assertThatThrownBy(bundle::inputs)
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "bundle: recorded inputs: 1 bytes (expected: a message of"
                                    + " inputs.proto)");
            // Older bundles say nothing of the name; then it is the path.
            assertThat(bundle.words()).doesNotContain("--argv0");
        }
    }

    @Test
    void whatIsNoBundleIsRefused() throws IOException {
        Files.writeString(file, "text");
        assertThatThrownBy(() -> UnpackedBundle.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is no bundle of this version");
        zip("manifest.txt", "something else\n");
        assertThatThrownBy(() -> UnpackedBundle.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not begin with lockstep bundle 1");
    }

    @Test
    void nothingIsWrittenOutsideOfItsDirectory() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            add(zip, "manifest.txt", "lockstep bundle 1\nprogram: x\noptions: \narguments: \n");
            add(zip, "../../escaped", "x");
        }
        assertThatThrownBy(() -> UnpackedBundle.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage("bundle entry '../../escaped' leads out of the bundle");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            add(zip, "manifest.txt", "lockstep bundle 1\nprogram: ../x\n");
            add(zip, "program", "x");
        }
        assertThatThrownBy(() -> UnpackedBundle.open(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage("bundle: '../x' is no name of a program");
    }

    private void zip(String name, String content) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            add(zip, name, content);
        }
    }

    private static void add(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
