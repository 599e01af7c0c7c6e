package dev.lockstep.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.riscv.command.EngineException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

class TraceTextTest {
    @TempDir private Path folder;

    private TraceText text(String content, boolean packed) throws IOException {
        Path file = folder.resolve("trace");
        try (OutputStream out =
                packed
                        ? new GZIPOutputStream(Files.newOutputStream(file))
                        : Files.newOutputStream(file)) {
            out.write(content.getBytes(StandardCharsets.ISO_8859_1));
        }
        return TraceText.open(file);
    }

    private static List<String> rest(TraceText text) {
        List<String> lines = new ArrayList<>();
        while (text.advance()) {
            lines.add(text.line());
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itComesBackToEveryLine(boolean packed) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            lines.add("x".repeat(random.nextInt(120)) + i);
        }
        TraceText text = text(String.join("\n", lines) + "\n", packed);
        List<TraceText.Place> places = new ArrayList<>(List.of(text.place()));
        while (text.advance()) {
            places.add(text.place());
        }

        for (int i = 0; i < 20; i++) {
            int at = random.nextInt(lines.size());
            text.goTo(places.get(at));
            assertThat(text.advance()).as("seed %d", seed).isTrue();
            assertThat(text.line()).as("seed %d", seed).isEqualTo(lines.get(at));
            assertThat(text.number()).as("seed %d", seed).isEqualTo(at + 1);
        }
    }

    @Test
    void aLineThatWasCutOffIsLeftOut() throws IOException {
        assertThat(rest(text("one\ntwo\nthr", false))).containsExactly("one", "two");
    }

    @Test
    void linesMayEndAsUnderWindows() throws IOException {
        assertThat(rest(text("one\r\ntwo\r\n", false))).containsExactly("one", "two");
    }

    @Test
    void aLineOfAnyLengthIsRefusedWithoutBeingKept() throws IOException {
        TraceText text = text("a\n" + "x".repeat(1 << 20) + "\n", false);

        assertThatThrownBy(() -> rest(text))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("65536 bytes");
    }

    @Test
    void aPackedFileThatWasCutOffIsUnreadable() throws IOException {
        text("line\n".repeat(10_000), true);
        Path file = folder.resolve("trace");
        byte[] packed = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(packed, packed.length / 2));
        TraceText text = TraceText.open(file);

        assertThatThrownBy(() -> rest(text))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aFolderIsNoTrace() {
        assertThatThrownBy(() -> TraceText.open(folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("is no file");
    }
}
