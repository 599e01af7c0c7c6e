package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class LogTextTest {
    @TempDir Path files;
    @TempDir Path temporary;

    @Test
    void givesTheLinesOfAFileInTheirOrderAndEachAgain() throws IOException {
        String text = randomText(100_000);
        Map<Long, String> lines = readAll(write("log", text.getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.values()).containsExactlyElementsOf(text.lines().toList());
    }

    @ParameterizedTest
    @EnumSource
    void unpacksArchivesOfSeveralPartsWhateverTheirName(Archives archive) throws IOException {
        String[] texts = {"a\nb", "c\n", "", randomText(20_000)};
        Map<Long, String> lines = readAll(write("log", archive.packed(texts)));
        assertThat(lines.values())
                .containsExactlyElementsOf(String.join("", texts).lines().toList());
    }

    @ParameterizedTest
    @EnumSource
    void keepsItsCopyWhereNothingIsLeftOfIt(Archives archive) throws IOException {
        Path file = write("log", archive.packed("a\nb\n"));
        try (LogText text = LogText.open(file, temporary)) {
            assertThat(text.lines().next()).isTrue();
            assertThat(temporary).isEmptyDirectory();
            assertThat(text.line(0)).asString().isEqualTo("a");
            assertThat(text.sizeBytes()).hasValue(Files.size(file));
            assertThat(text.readBytes()).isEqualTo(Files.size(file));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveOfMoreTextThanThereMayBeIsRefused(Archives archive) throws IOException {
        byte[] bomb = archive.packed("0\n".repeat(1 << 20));
        assertThat(bomb.length).isLessThan(1 << 14);
        for (long most : new long[] {1 << 20, 2 << 20}) {
            FileChannel file = FileChannel.open(write("log", bomb), StandardOpenOption.READ);
            try (LogText text = LogText.of("log", file, temporary, most)) {
                if (most == 2 << 20) {
                    assertThat(all(text)).hasSize(1 << 20);
                } else {
                    assertThatThrownBy(() -> all(text))
                            .isInstanceOf(TextLimitException.class)
                            .hasMessageContaining("more than 1048576 bytes of text");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesOutAllWholeLinesOfAnArchiveCutAnywhere(Archives archive) throws IOException {
        byte[] first = archive.packed("first\nsecond\n");
        byte[] packed = archive.packed("first\nsecond\n", randomText(60));
        List<String> whole = ("first\nsecond\n" + randomText(60)).lines().toList();
        for (int size = 4; size < packed.length; size++) {
            try (LogText text =
                    LogText.open(write("log", Arrays.copyOf(packed, size)), temporary)) {
                List<String> lines = List.copyOf(all(text).values());
                assertThat(whole.subList(0, lines.size())).isEqualTo(lines);
                assertThat(lines.size()).isGreaterThanOrEqualTo(size < first.length ? 0 : 2);
                if (size != first.length) {
                    assertThat(text.lines().end())
                            .as("cut to %d of %d", size, packed.length)
                            .isInstanceOfSatisfying(
                                    TextEnd.Cut.class,
                                    cut -> assertThat(cut.line()).isEqualTo(lines.size() + 1));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsADamagedArchiveFromACutOne(Archives archive) throws IOException {
        byte[] packed = archive.packed("first\nsecond\n", randomText(300));
        packed[packed.length / 2] ^= 0x55;
        packed[packed.length / 2 + 1] ^= 0x55;
        packed[packed.length - 1] ^= 0x55;
        try (LogText text = LogText.open(write("log", packed), temporary)) {
            assertThat(all(text).values()).startsWith("first", "second");
            assertThat(text.lines().end()).isInstanceOf(TextEnd.Damaged.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesBytesAfterAnArchiveForDamage(Archives archive) throws IOException {
        byte[] packed = archive.packed("a\n");
        byte[] more = Arrays.copyOf(packed, packed.length + 20);
        Arrays.fill(more, packed.length, more.length, (byte) 'x');
        try (LogText text = LogText.open(write("log", more), temporary)) {
            assertThat(all(text).values()).containsExactly("a");
            assertThat(text.lines().end())
                    .isInstanceOfSatisfying(
                            TextEnd.Damaged.class, end -> assertThat(end.line()).isEqualTo(2));
        }
    }

    @Test
    void readsNoMoreThanAFileHadAndSaysThatItGrew() throws IOException {
        Path file = write("log", "a\nb".getBytes(StandardCharsets.UTF_8));
        try (LogText text = LogText.open(file, temporary)) {
            Files.writeString(file, "c\nd\n", StandardOpenOption.APPEND);
            assertThat(all(text).values()).containsExactly("a", "b");
            assertThat(text.lines().end()).isEqualTo(new TextEnd.Grown(3, 7));
            assertThat(text.line(2)).asString().isEqualTo("b");
        }
    }

    @Test
    void saysThatAFileShrank() throws IOException {
        Path file = write("log", "a\nb\nc\n".getBytes(StandardCharsets.UTF_8));
        try (LogText text = LogText.open(file, temporary)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(5);
            }
            assertThat(all(text).values()).containsExactly("a", "b");
            assertThat(text.lines().end())
                    .isEqualTo(
                            new TextEnd.Cut(
                                    "the file shrank from 6 to 5 bytes while it was read", 3, 5));
        }
    }

    @Test
    void takesAnEmptyFile() throws IOException {
        assertThat(readAll(write("log", new byte[0]))).isEmpty();
    }

    @Test
    void findsLinesOfEveryLengthAgain() throws IOException {
        int[] lengths = {1023, 1024, 1025, 4096, 100_000, LogLines.MAX_LINE_BYTES, 0};
        StringBuilder text = new StringBuilder();
        for (int length : lengths) {
            text.repeat("x", length).append("\r\n");
        }
        Path file = write("log", text.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(readAll(file).values().stream().mapToInt(String::length))
                .containsExactly(Arrays.stream(lengths).boxed().toArray(Integer[]::new));
    }

    @Test
    void saysWhatIsWrongWithAFile() {
        assertThatThrownBy(() -> LogText.open(files.resolve("none"), temporary))
                .isInstanceOf(ConfigException.class)
                .hasMessage(files.resolve("none") + ": no such file (expected: an event log)");
        assertThatThrownBy(() -> LogText.open(files, temporary))
                .isInstanceOf(ConfigException.class)
                .hasMessage(files + ": is a directory (expected: an event log)");
    }

    @Test
    void saysWhatIsWrongWithTheTemporaryDirectory() throws IOException {
        Path file = write("log", Archives.GZIP.packed("a\n"));
        Path none = temporary.resolve("none");
        assertThatThrownBy(() -> LogText.open(file, none))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        none
                                + ": no room for a temporary file: no such file or directory;"
                                + " $TMPDIR names another directory, as does --temp-dir of"
                                + " 'lockstep diff events'");
    }

    @Test
    void saysThatTheTemporaryDirectoryIsFull() throws IOException {
        FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        try (SpoolInput spool =
                new SpoolInput(new ByteArrayInputStream(new byte[10]), temporary, full, 10)) {
            assertThatThrownBy(() -> spool.read(new byte[10], 0, 10))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "%s: no room for a temporary file: No space left on device; $TMPDIR names another directory, as does --temp-dir of 'lockstep diff events'"
                                    .formatted(temporary));
        }
    }

    /** Reads all lines, and each of them again. */
    private Map<Long, String> readAll(Path file) throws IOException {
        try (LogText text = LogText.open(file, temporary)) {
            Map<Long, String> lines = all(text);
            assertThat(text.lines().end()).isInstanceOf(TextEnd.Complete.class);
            assertThat(text.name()).isEqualTo(file.toString());
            Map<Long, String> again = new LinkedHashMap<>();
            for (long offset : lines.keySet()) {
                again.put(offset, new String(text.line(offset), StandardCharsets.UTF_8));
            }
            assertThat(again.equals(lines)).as("each line is found again").isTrue();
            return lines;
        }
    }

    private static Map<Long, String> all(LogText text) throws IOException {
        Map<Long, String> all = new LinkedHashMap<>();
        LogLines lines = text.lines();
        while (lines.next()) {
            all.put(
                    lines.offset(),
                    new String(
                            lines.buffer(), lines.start(), lines.length(), StandardCharsets.UTF_8));
        }
        return all;
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(files.resolve(name), content);
    }

    /** The same for every call, so that lines can be told from one another. */
    private static String randomText(int lineCount) {
        Random chance = new Random(lineCount);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < lineCount; i++) {
            lines.add(i + " " + Long.toString(chance.nextLong(), 36).repeat(chance.nextInt(4)));
        }
        return String.join("\n", lines) + "\n";
    }
}
