package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import dev.lockstep.server.events.LogText;
import dev.lockstep.server.files.OpenFiles;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** A log that stops too early is compared up to there. */
class CutLogsTest {
    private static final int EVENTS = 20_000;

    @TempDir private Path directory;

    private Path whole;
    private List<String> events;

    /** How a log is stored. */
    @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
    enum Packing {
        PLAIN(it -> it),
        GZIP(CutLogsTest::gzip),
        ZSTD(it -> Zstd.compress(it, 3));

        private final UnaryOperator<byte[]> packed;

        Packing(UnaryOperator<byte[]> packed) {
            this.packed = packed;
        }
    }

    private static byte[] gzip(byte[] text) {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    @BeforeEach
    void writeAWholeOne() throws IOException {
        Random chance = new Random(1);
        events =
                IntStream.range(0, EVENTS)
                        .mapToObj(i ->
                                event(
                                        i % 3,
                                        i,
                                        "kernel.call",
                                        "{\"name\":\"f\",\"v\":%d}".formatted(chance.nextLong())))
                        .toList();
        whole = Verdicts.log(directory.resolve("whole.jsonl"), events);
    }

    private Path cut(Packing packing, double part) throws IOException {
        byte[] bytes = packing.packed.apply(Files.readAllBytes(whole));
        return Files.write(
                directory.resolve("cut"), Arrays.copyOf(bytes, (int) (bytes.length * part)));
    }

    private EventDiffResult diff(Path reference, Path subject) throws Exception {
        return Verdicts.of(
                reference, subject, DiffRequest.of(EventProfiles.shipped("default"), directory));
    }

    @ParameterizedTest
    @EnumSource
    void aWholeLogIsTheSameHoweverItIsPacked(Packing packing) throws Exception {
        assertThat(diff(whole, cut(packing, 1)).matchedCount()).isEqualTo(EVENTS);
        assertThat(diff(cut(packing, 1), whole).verdict()).isEqualTo(Verdict.MATCH);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBeforeTheCutIsComparedAndTheVerdictIncomplete(Packing packing) throws Exception {
        Path cut = cut(packing, 0.7);
        EventDiffResult result = diff(whole, cut);
        assertThat(result.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(result.differentCount()).isZero();
        assertThat(result.subject().cut()).isPresent();
        assertThat(result.reference().cut()).isEmpty();
        assertThat(result.matchedCount())
                .isEqualTo(result.subject().eventCount())
                .isBetween(EVENTS / 2L, EVENTS - 1L);
        assertThat(diff(cut, whole).verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(diff(cut, cut).verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @ParameterizedTest
    @EnumSource
    void aDifferenceBeforeTheCutIsOne(Packing packing) throws Exception {
        Path other =
                Verdicts.log(
                        directory.resolve("other.jsonl"),
                        IntStream.range(0, EVENTS)
                                .mapToObj(i -> i == 99 ? event(0, 99, "x", "{}") : events.get(i))
                                .toList());
        EventDiffResult result = diff(other, cut(packing, 0.7));
        assertThat(result.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(result.subject().cut()).isPresent();
        assertThat(result.firstDifferent().orElseThrow().matched()).isEqualTo(33);
    }

    @Test
    void aDifferenceBehindTheCutIsNotSeenAndEventsTheOtherSideLacksAreSeen() throws Exception {
        Path cut = cut(Packing.PLAIN, 0.5);
        Path shorter = Verdicts.log(directory.resolve("short.jsonl"), events.subList(0, 300));
        EventDiffResult result = diff(shorter, cut);
        assertThat(result.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(result.firstDifferent().orElseThrow().trailing().orElseThrow().side())
                .isEqualTo(Side.SUBJECT);
    }

    @Test
    void aThreadThatTheCutLogLacksMayComeLater() throws Exception {
        Path cut = directory.resolve("cut.jsonl");
        Files.writeString(cut, Verdicts.HEADER + "\n" + events.getFirst() + "\n{\"ti");
        EventDiffResult result = diff(whole, cut);
        assertThat(result.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(result.subject().cut()).contains("line 3 breaks off after 4 bytes");
        EventDiffResult other = diff(cut, whole);
        assertThat(other.reference().cut()).isPresent();
        assertThat(other.verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void aLastLineWithoutAnEndIsOneIfItIsWhole() throws Exception {
        Path unended = directory.resolve("unended.jsonl");
        Files.writeString(unended, Files.readString(whole).strip());
        assertThat(diff(whole, unended).verdict()).isEqualTo(Verdict.MATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r", "\r\n", "\n\n", "\n{\"ti"})
    void everyByteOfTheTextIsCountedOnceHoweverItEnds(String end) throws Exception {
        Path log = directory.resolve("log.jsonl");
        Files.writeString(log, Verdicts.HEADER + "\n" + events.getFirst() + end);
        assertThat(diff(log, log).reference().byteCount()).isEqualTo(Files.size(log));
    }

    @Test
    void whereverALogIsCutItIsComparedUpToThere() throws Exception {
        byte[] bytes = Files.readString(whole).substring(0, 600).getBytes(StandardCharsets.UTF_8);
        for (int length = Verdicts.HEADER.length() + 1; length < bytes.length; length++) {
            Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, length));
            EventDiffResult result = diff(cut, cut);
            byte last = bytes[length - 1];
            assertThat(result.reference().cut().isPresent())
                    .as("cut after %d bytes", length)
                    .isEqualTo(last != '\n' && bytes[length] != '\n');
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void anArchiveThatIsCutBeforeItsFirstLineIsSaidToBe(Packing packing) throws Exception {
        byte[] bytes = packing.packed.apply(Files.readAllBytes(whole));
        Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, 20));
        assertThatThrownBy(() -> diff(whole, cut))
                .isInstanceOf(MalformedLogException.class)
                .hasMessageStartingWith(cut + ": no line is whole: ")
                .hasMessageEndingWith("(expected: an event log)");
    }

    @Test
    void anArchiveOfNothingIsEmpty() throws Exception {
        Path empty = Files.write(directory.resolve("empty"), gzip(new byte[0]));
        assertThatThrownBy(() -> diff(whole, empty))
                .isInstanceOf(ConfigException.class)
                .hasMessage(empty + ": empty file (expected: an event log)");
    }

    @Test
    void whatAFileGrowsByWhileItIsReadIsLeftOutAndNoted() throws Exception {
        Path growing = Files.copy(whole, directory.resolve("growing"));
        DiffRequest request = DiffRequest.of(EventProfiles.shipped("default"), directory);
        try (LogText reference = LogText.open(whole, directory);
                LogText subject = LogText.open(growing, directory)) {
            Files.writeString(growing, "no event", StandardOpenOption.APPEND);
            EventDiffResult result =
                    new EventDiff(request, new DiffProgress()).compare(reference, subject);
            assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
            assertThat(result.subject().note())
                    .hasValueSatisfying(it -> assertThat(it).startsWith("grew from "));
        }
    }

    @Test
    void nothingIsLeftOpenOrInTheTemporaryDirectory() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Verdicts.of(
                cut(Packing.ZSTD, 0.5),
                whole,
                DiffRequest.of(EventProfiles.shipped("default"), temporary));
        assertThat(temporary).isEmptyDirectory();
        assertThat(OpenFiles.in(temporary)).isEmpty();
    }
}
