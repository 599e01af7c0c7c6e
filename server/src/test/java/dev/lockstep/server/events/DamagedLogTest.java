package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Logs that a killed process or a bad disk leaves behind. */
class DamagedLogTest {
    private static final int FRAMES = 4;
    private static final Closing CLOSING = new Closing(2L * FRAMES, 0, "");

    @TempDir Path directory;

    private SegmentFiles files;
    private byte[] whole;

    /** Where the frames end in the file, and the text in them; first of all, where they begin. */
    private final List<Long> fileEnds = new ArrayList<>();

    private final List<Long> textEnds = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    @BeforeEach
    void write() throws IOException {
        files = new SegmentFiles(directory.resolve("log"));
        fileEnds.add((long) FrameLayout.SEGMENT_HEADER_BYTES);
        textEnds.add(0L);
        try (SegmentWriter writer = new SegmentWriter(files, 1 << 20)) {
            for (int i = 0; i < FRAMES; i++) {
                String lines = "{\"first\":%d}\n{\"second\":\"of %1$d\"}\n".formatted(i);
                Frame frame = writer.append(lines.getBytes(StandardCharsets.UTF_8));
                text.append(lines);
                fileEnds.add(frame.nextPosition());
                textEnds.add(frame.end());
            }
            writer.end(CLOSING);
        }
        whole = Files.readAllBytes(files.file(0));
    }

    @Test
    void aLogThatIsCutAnywhereIsReadUpToTheLastWholeFrame() throws IOException {
        for (int size = 0; size <= whole.length; size++) {
            Files.write(files.file(0), Arrays.copyOf(whole, size));
            long readable = readable(size);
            assertReads(readable, size == whole.length, "cut at " + size);
        }
    }

    @Test
    void aLogThatEndsWithAFrameAndIsNotClosedHasNoEnd() throws IOException {
        for (long end : fileEnds) {
            Files.write(files.file(0), Arrays.copyOf(whole, (int) end));
            assertThat(damage()).contains("the log has no end");
        }
    }

    @Test
    void aLogWithoutItsLastFileHasNoEnd() throws IOException {
        SegmentFiles two = new SegmentFiles(directory.resolve("two"));
        try (SegmentWriter writer = new SegmentWriter(two, 1 << 30)) {
            Random random = new Random(1);
            byte[] noise = new byte[FrameLayout.MAX_RAW_BYTES];
            while (!two.has(1)) {
                random.nextBytes(noise);
                writer.append(noise);
            }
            writer.end(CLOSING);
        }
        try (EventText log = StoredText.open(two)) {
            assertThat(log.damage()).isEmpty();
        }
        Files.delete(two.file(1));
        try (EventText log = StoredText.open(two)) {
            assertThat(log.damage().orElseThrow()).contains("the log has no end");
        }
    }

    @Test
    void aLogSaysAtItsEndWhatItLacks() throws IOException {
        SegmentFiles lossy = new SegmentFiles(directory.resolve("lossy"));
        try (SegmentWriter writer = new SegmentWriter(lossy, 1 << 20)) {
            writer.append("{}\n".getBytes(StandardCharsets.UTF_8));
            writer.end(new Closing(1, 2345, "the disk is \u00fcll"));
        }
        try (EventText log = StoredText.open(lossy)) {
            assertThat(log.length()).isEqualTo(3);
            assertThat(log.damage()).contains("2,345 events were not kept: the disk is \u00fcll");
        }
    }

    @Test
    void aLogThatIsChangedAnywhereIsReadUpToThatFrame() throws IOException {
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            Files.write(files.file(0), changed);
            assertReads(readable(at), false, "changed at " + at);
        }
    }

    @Test
    void aLogThatGoesOnWithZerosIsReadUpToThem() throws IOException {
        Files.write(files.file(0), Arrays.copyOf(whole, whole.length + 5000));
        assertReads(text.length(), false, "zeros");
    }

    @Test
    void nothingIsBelievedBehindADamagedSegment() throws IOException {
        Files.write(files.file(0), Arrays.copyOf(whole, (int) (fileEnds.getLast() - 1)));
        Files.write(files.file(1), whole);
        assertReads(textEnds.get(FRAMES - 1), false, "segment behind");
    }

    @Test
    void aSegmentThatDoesNotContinueTheOneBeforeIsNotBelieved() throws IOException {
        Files.write(files.file(1), whole);
        assertReads(text.length(), false, "another log's segment");
    }

    @Test
    void whatADiskTookOfALastFrameGoesWhenTheLogIsClosed() throws IOException {
        SegmentFiles full = new SegmentFiles(directory.resolve("full"));
        try (SegmentWriter writer = new SegmentWriter(full, 1 << 20)) {
            writer.append("{}\n".getBytes(StandardCharsets.UTF_8));
            Files.write(full.file(0), new byte[5000], StandardOpenOption.APPEND);
            writer.end(new Closing(1, 2, "the disk is full"));
        }
        try (EventText log = StoredText.open(full)) {
            assertThat(log.damage()).contains("2 events were not kept: the disk is full");
        }
    }

    @Test
    void nothingIsBelievedBehindTheEnd() throws IOException {
        byte[] more = Arrays.copyOf(whole, 2 * whole.length);
        System.arraycopy(whole, 0, more, whole.length, whole.length);
        Files.write(files.file(0), more);
        assertReads(text.length(), false, "more behind the end");
    }

    @Test
    void damageIsToldWithTheFileAndThePlace() throws IOException {
        int size = (int) (fileEnds.getLast() - 1);
        Files.write(files.file(0), Arrays.copyOf(whole, size));
        assertThat(damage())
                .isEqualTo(
                        "%s is damaged or cut at byte %d of %d; what it has from there on is lost"
                                .formatted(files.file(0), fileEnds.get(FRAMES - 1), size));
    }

    private String damage() throws IOException {
        try (EventText log = StoredText.open(files)) {
            return log.damage().orElseThrow();
        }
    }

    /** Returns how much text is in the frames that end at or before a place in the file. */
    private long readable(int position) {
        long readable = 0;
        for (int i = 0; i <= FRAMES; i++) {
            if (fileEnds.get(i) <= position) {
                readable = textEnds.get(i);
            }
        }
        return readable;
    }

    private void assertReads(long length, boolean intact, String what) throws IOException {
        try (EventText log = StoredText.open(files)) {
            assertThat(new String(log.from(0).readAllBytes(), StandardCharsets.UTF_8))
                    .as(what)
                    .isEqualTo(text.substring(0, (int) length));
            assertThat(log.damage().isEmpty()).as(what).isEqualTo(intact);
        }
    }
}
