package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class LogLinesTest {
    private static final Pattern LINE = Pattern.compile("([^\r\n]*)(\r\n|\r|\n|$)");
    private static final String[] PARTS = {"\n", "\r", "\r\n", "a", "bc", "\0", "0123456789abcdef"};

    /** A line as it is given out. */
    private record Line(long number, long offset, String text, boolean ended) {}

    @Test
    void findsEveryKindOfLineEndWhereverChunksEnd() throws IOException {
        long firstSeed = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + 20_000; seed++) {
            Random chance = new Random(seed);
            String text = randomText(chance);
            LogLines lines = lines(new Dribble(text, chance), 1 + chance.nextInt(20));
            assertThat(all(lines)).as("seed " + seed).isEqualTo(expected(text));
            assertThat(lines.end()).isInstanceOf(TextEnd.Complete.class);
            assertThat(lines.offset() + lines.length()).isEqualTo(text.length());
        }
    }

    @Test
    void saysThatTheLastLineLacksItsEnd() throws IOException {
        assertThat(all(lines(stream("a\nb"), 4)))
                .containsExactly(new Line(1, 0, "a", true), new Line(2, 2, "b", false));
    }

    @Test
    void hasNoLinesInAnEmptyText() throws IOException {
        assertThat(all(lines(stream(""), 4))).isEmpty();
    }

    @Test
    void staysAtTheEnd() throws IOException {
        LogLines lines = lines(stream("a"), 4);
        assertThat(lines.next()).isTrue();
        assertThat(lines.next()).isFalse();
        assertThat(lines.next()).isFalse();
    }

    @Test
    void takesALineOfTheGreatestLength() throws IOException {
        byte[] text = new byte[LogLines.MAX_LINE_BYTES + 1];
        text[LogLines.MAX_LINE_BYTES] = '\n';
        LogLines lines = lines(new ByteArrayInputStream(text), LogLines.CHUNK_BYTES);
        assertThat(lines.next()).isTrue();
        assertThat(lines.length()).isEqualTo(LogLines.MAX_LINE_BYTES);
    }

    @Test
    void refusesALongerLineAsSoonAsItIsSeen() throws IOException {
        Endless text = new Endless(1L << 30);
        LogLines lines = lines(text, LogLines.CHUNK_BYTES);
        assertThat(lines.next()).isTrue();
        assertThatThrownBy(lines::next)
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "a.jsonl:2: line of more than 16777216 bytes (expected: one event in each"
                                + " line)");
        assertThat(lines.buffer().length).isLessThan(18 << 20);
        assertThat(text.given).isLessThan(18 << 20);
    }

    @Test
    void givesOutWholeLinesAloneWhereTheTextIsCut() throws IOException {
        LogLines lines = lines(new Torn("a\nbc\r\nde"), 3);
        assertThat(all(lines)).extracting(Line::text).containsExactly("a", "bc");
        assertThat(lines.end()).isEqualTo(new TextEnd.Cut("no more", 3, 8));
    }

    private static String randomText(Random chance) {
        StringBuilder text = new StringBuilder();
        for (int i = chance.nextInt(20); i > 0; i--) {
            text.append(PARTS[chance.nextInt(PARTS.length)]);
        }
        return text.toString();
    }

    private static List<Line> expected(String text) {
        List<Line> expected = new ArrayList<>();
        Matcher line = LINE.matcher(text);
        while (line.find() && line.start() < text.length()) {
            boolean ended = !line.group(2).isEmpty();
            expected.add(new Line(expected.size() + 1, line.start(), line.group(1), ended));
        }
        return expected;
    }

    private static List<Line> all(LogLines lines) throws IOException {
        List<Line> all = new ArrayList<>();
        while (lines.next()) {
            String text =
                    new String(
                            lines.buffer(),
                            lines.start(),
                            lines.length(),
                            StandardCharsets.ISO_8859_1);
            all.add(new Line(lines.number(), lines.offset(), text, lines.ended()));
        }
        return all;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static LogLines lines(InputStream text, int chunkBytes) {
        return new LogLines("a.jsonl", text, TextEnd.Complete::new, chunkBytes);
    }

    /** Lacks its end. */
    private static final class Torn extends FilterInputStream {
        Torn(String text) {
            super(stream(text));
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count < 0) {
                throw BrokenTextException.cut("no more");
            }
            return count;
        }
    }

    /** Gives a few bytes at a time. */
    private static final class Dribble extends ByteArrayInputStream {
        private final Random chance;

        Dribble(String text, Random chance) {
            super(text.getBytes(StandardCharsets.ISO_8859_1));
            this.chance = chance;
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, 1 + chance.nextInt(length));
        }
    }

    /** A short line and one that is as long as wanted. */
    private static final class Endless extends InputStream {
        private final long size;
        private long given;

        Endless(long size) {
            this.size = size;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("one byte at a time");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (given >= size) {
                return -1;
            }
            Arrays.fill(buffer, offset, offset + length, (byte) 'x');
            if (given == 0) {
                buffer[offset] = '\n';
            }
            given += length;
            return length;
        }
    }
}
