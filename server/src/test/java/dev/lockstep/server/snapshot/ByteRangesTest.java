package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lockstep.proto.v1.ByteRange;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class ByteRangesTest {
    private static final int PAGES = 4;
    private static final long BASE = 0x7FFF_F000L;

    @Test
    void sevenEqualBytesJoinWhatTheyPartAndEightDoNot() {
        byte[] reference = new byte[Protocol.PAGE_BYTES];
        byte[] subject = new byte[Protocol.PAGE_BYTES];
        subject[10] = 1;
        subject[18] = 2;
        subject[27] = 3;
        ByteRanges ranges = new ByteRanges(10);
        ranges.add(0, reference, subject);
        assertThat(ranges.finish())
                .extracting(ByteRange::getAddress, ByteRange::getLengthBytes)
                .containsExactly(tuple(10L, 9L), tuple(27L, 1L));
        assertThat(ranges.byteCount()).isEqualTo(10);
    }

    @Test
    void whatIsOverTheLimitIsCountedOnly() {
        byte[] subject = new byte[Protocol.PAGE_BYTES];
        for (int i = 0; i < 100; i++) {
            subject[i * 20] = 1;
        }
        ByteRanges ranges = new ByteRanges(3);
        ranges.add(0, new byte[Protocol.PAGE_BYTES], subject);
        assertThat(ranges.finish()).hasSize(3);
        assertThat(ranges.rangeCount()).isEqualTo(100);
        assertThat(ranges.byteCount()).isEqualTo(100);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void rangesAreThoseOfTheWholeMemory(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] reference = new byte[PAGES * Protocol.PAGE_BYTES];
            random.nextBytes(reference);
            byte[] subject = reference.clone();
            for (int i = random.nextInt(30); i > 0; i--) {
                int start = random.nextInt(subject.length);
                int end = Math.min(subject.length, start + random.nextInt(300));
                for (int at = start; at < end; at += 1 + random.nextInt(9)) {
                    subject[at]++;
                }
            }
            ByteRanges ranges = new ByteRanges(1000);
            for (int page = 0; page < reference.length; page += Protocol.PAGE_BYTES) {
                byte[] left = Arrays.copyOfRange(reference, page, page + Protocol.PAGE_BYTES);
                byte[] right = Arrays.copyOfRange(subject, page, page + Protocol.PAGE_BYTES);
                if (!Arrays.equals(left, right)) {
                    ranges.add(BASE + page, left, right);
                }
            }
            assertThat(ranges.finish().stream().map(ByteRangesTest::text).toList())
                    .isEqualTo(expected(reference, subject));
        }
    }

    private static List<String> expected(byte[] reference, byte[] subject) {
        List<String> expected = new ArrayList<>();
        int start = -1;
        int end = 0;
        for (int i = 0; i <= reference.length; i++) {
            boolean differs = i < reference.length && reference[i] != subject[i];
            if (start >= 0 && (i == reference.length || (differs && i - end >= 8))) {
                int shown = Math.min(end, start + 64);
                expected.add(
                        text(
                                BASE + start,
                                end - start,
                                Arrays.copyOfRange(reference, start, shown),
                                Arrays.copyOfRange(subject, start, shown)));
                start = -1;
            }
            if (differs) {
                start = start < 0 ? i : start;
                end = i + 1;
            }
        }
        return expected;
    }

    private static String text(ByteRange range) {
        return text(
                range.getAddress(),
                range.getLengthBytes(),
                range.getReference().toByteArray(),
                range.getSubject().toByteArray());
    }

    private static String text(long address, long length, byte[] reference, byte[] subject) {
        return "%x %d %s %s"
                .formatted(address, length, Arrays.toString(reference), Arrays.toString(subject));
    }
}
