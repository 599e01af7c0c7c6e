package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Logs that a killed process or a bad disk leaves behind. */
class DamagedLogTest {
    private static final int FRAMES = 4;

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
        }
        whole = Files.readAllBytes(files.file(0));
    }

    @Test
    void aLogThatIsCutAnywhereIsReadUpToTheLastWholeFrame() throws IOException {
        for (int size = 0; size <= whole.length; size++) {
            Files.write(files.file(0), Arrays.copyOf(whole, size));
            long readable = readable(size);
            assertReads(readable, fileEnds.contains((long) size), "cut at " + size);
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
        Files.write(files.file(0), Arrays.copyOf(whole, whole.length - 1));
        Files.write(files.file(1), whole);
        assertReads(textEnds.get(FRAMES - 1), false, "segment behind");
    }

    @Test
    void aSegmentThatDoesNotContinueTheOneBeforeIsNotBelieved() throws IOException {
        Files.write(files.file(1), whole);
        assertReads(text.length(), false, "another log's segment");
    }

    @Test
    void damageIsToldWithTheFileAndThePlace() throws IOException {
        Files.write(files.file(0), Arrays.copyOf(whole, whole.length - 1));
        try (EventText log = StoredText.open(files)) {
            assertThat(log.damage())
                    .contains(
                            "%s is damaged or cut at byte %d of %d; what it has from there on is lost"
                                    .formatted(
                                            files.file(0),
                                            fileEnds.get(FRAMES - 1),
                                            whole.length - 1));
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
