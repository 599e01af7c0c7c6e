package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.MappedRange;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

class CapturedMemoryTest {
    private static final long SIZE = 1 << 20;
    private static final long START = 0x10000;

    /** So many ranges of 8 TiB no host has room for. */
    private static final int MOST_TAKEN = 20_000;

    private final GuestMemory memory = new GuestMemory(SIZE);

    @AfterEach
    void close() {
        memory.close();
    }

    private static byte[] page(int first) {
        byte[] page = new byte[PAGE_BYTES];
        page[0] = (byte) first;
        return page;
    }

    private static byte[] hash(int first) {
        return new PageHash().of(page(first));
    }

    private void map(int pages) {
        memory.map(START, (long) pages * PAGE_BYTES, Permissions.READ_WRITE);
    }

    @Test
    void stateStaysAsItWasWhileTheGuestGoesOn() {
        map(2);
        memory.storeByte(START, (byte) 1);
        CapturedMemory captured = memory.capture();

        memory.storeByte(START, (byte) 2);
        memory.storeByte(START, (byte) 3);
        memory.storeByte(START + PAGE_BYTES, (byte) 4);

        assertThat(captured.pages().count()).isEqualTo(1);
        assertThat(captured.pages().address(0)).isEqualTo(START);
        assertThat(captured.pages().hash(0)).isEqualTo(hash(1));
        assertThat(captured.content(hash(1))).contains(page(1));
        assertThat(captured.content(hash(3))).isEmpty();
    }

    @Test
    void rowsTravelAsTheProtocolSays() {
        map(1);
        memory.storeByte(START, (byte) 1);
        PageRows pages = memory.capture().pages();

        assertThat(pages.bytes(0, 1)).hasSize(40).startsWith(0, 0, 1, 0, 0, 0, 0, 0);
        assertThat(pages.bytes(0, 1)).endsWith(hash(1));
        assertThat(pages.indexOf(START)).isZero();
        assertThat(pages.indexOf(START + PAGE_BYTES)).isNegative();
    }

    @Test
    void pagesThatHoldZerosHaveNoRow() {
        map(1);
        memory.storeByte(START, (byte) 1);
        memory.storeByte(START, (byte) 0);

        assertThat(memory.capture().pages().count()).isZero();
    }

    @Test
    void mappingsAreAsLongAsCanBeAndIncludeThoseWithoutAccess() {
        memory.map(0, PAGE_BYTES, Permissions.READ);
        memory.map(PAGE_BYTES, PAGE_BYTES, Permissions.READ);
        memory.map(2 * PAGE_BYTES, PAGE_BYTES, Permissions.NONE);
        memory.map(4 * PAGE_BYTES, PAGE_BYTES, Permissions.NONE);
        memory.map(SIZE - PAGE_BYTES, PAGE_BYTES, Permissions.ALL);
        memory.storeByte(SIZE - 1, (byte) 1);

        assertThat(memory.capture().mappings())
                .containsExactly(
                        range(0, 2, 1),
                        range(2 * PAGE_BYTES, 1, 0),
                        range(4 * PAGE_BYTES, 1, 0),
                        range(SIZE - PAGE_BYTES, 1, 7));
    }

    private static MappedRange range(long address, long pages, int permissions) {
        return MappedRange.newBuilder()
                .setAddress(address)
                .setLengthBytes(pages * PAGE_BYTES)
                .setPermissions(permissions)
                .build();
    }

    @Test
    void aPageThatNobodyTouchedIsStillThere() {
        map(2);
        memory.storeByte(START, (byte) 1);
        memory.storeByte(START + PAGE_BYTES, (byte) 2);
        CapturedMemory first = memory.capture();
        assertThat(first.pages().count()).isEqualTo(2);
        first.release();
        memory.storeByte(START + PAGE_BYTES, (byte) 3);

        CapturedMemory second = memory.capture();
        memory.storeByte(START, (byte) 4);

        assertThat(second.pages().hash(0)).isEqualTo(hash(1));
        assertThat(second.content(hash(1))).contains(page(1));
        assertThat(second.content(hash(3))).contains(page(3));
    }

    @Test
    void oneIsHeldAtATime() {
        CapturedMemory first = memory.capture();
        assertThat(first.isHeld()).isTrue();
        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(memory::capture)
                .withMessageContaining("one at a time");

        first.release();

        assertThat(first.isHeld()).isFalse();
        assertThat(memory.capture().pages().count()).isZero();
    }

    @Test
    void whatIsReleasedCannotBeRead() {
        map(1);
        memory.storeByte(START, (byte) 1);
        CapturedMemory captured = memory.capture();
        captured.release();

        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(captured::pages)
                .withMessageContaining("released");
    }

    @Test
    void whatIsCapturedOutlivesTheGuestAsAnErrorAlone() {
        map(1);
        memory.storeByte(START, (byte) 1);
        CapturedMemory captured = memory.capture();
        memory.close();

        assertThatExceptionOfType(CaptureException.class)
                .isThrownBy(() -> captured.content(START))
                .withMessageContaining("the guest is gone");
    }

    @Test
    void aHostWithoutRoomForCopiesLosesWhatWasCapturedAndNotTheGuest() {
        long tooMuch = (long) Integer.MAX_VALUE * PAGE_BYTES;
        List<Long> taken = new ArrayList<>();
        try (GuestMemory poor = new GuestMemory(SIZE, GuestMemory.JOURNAL_BYTES, tooMuch)) {
            poor.map(START, PAGE_BYTES, Permissions.READ_WRITE);
            poor.storeByte(START, (byte) 1);
            CapturedMemory captured = poor.capture();
            assertThatExceptionOfType(NoAddressSpaceException.class)
                    .isThrownBy(() -> {
                        while (taken.size() < MOST_TAKEN) {
                            taken.add(HostMapping.reserve(tooMuch));
                        }
                    })
                    .withMessageContaining("ulimit -v");

            poor.storeByte(START, (byte) 2);

            assertThat(poor.loadByte(START)).isEqualTo((byte) 2);
            assertThatExceptionOfType(CaptureException.class)
                    .isThrownBy(captured::pages)
                    .withMessageContaining("there is no room for copies of pages: cannot reserve");
        } finally {
            taken.forEach(address -> HostMapping.release(address, tooMuch));
        }
    }

    @Test
    void moreChangesThanThereIsRoomForLoseWhatWasCaptured() {
        try (GuestMemory small = new GuestMemory(SIZE, 0, 2 * PAGE_BYTES)) {
            small.map(0, 3 * PAGE_BYTES, Permissions.READ_WRITE);
            for (int page = 0; page < 3; page++) {
                small.storeByte((long) page * PAGE_BYTES, (byte) 1);
            }
            CapturedMemory captured = small.capture();
            small.storeByte(0, (byte) 2);
            small.storeByte(PAGE_BYTES, (byte) 2);
            assertThat(captured.content(0)).isEqualTo(page(1));

            small.storeByte(2 * PAGE_BYTES, (byte) 2);

            assertThat(captured.isHeld()).isFalse();
            assertThatExceptionOfType(CaptureException.class)
                    .isThrownBy(() -> captured.content(0))
                    .withMessageContaining("more than 8192 bytes changed");
            assertThat(small.capture().pages().count()).isEqualTo(3);
        }
    }

    static LongStream seeds() {
        Long given = Long.getLong("lockstep.seed");
        return given == null
                ? LongStream.concat(LongStream.range(0, 5), LongStream.of(System.nanoTime()))
                : LongStream.of(given);
    }

    /** {@code -Dlockstep.seed=N} repeats the stores, but not when the other thread reads. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anotherThreadSeesNothingOfStoresThatComeLater(long seed) {
        int pages = 128;
        map(pages);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            long[] expected = new long[pages];
            for (int page = 0; page < pages; page++) {
                expected[page] = memory.loadLong(START + (long) page * PAGE_BYTES);
            }
            CapturedMemory captured = memory.capture();
            CompletableFuture<long[]> seen =
                    CompletableFuture.supplyAsync(() -> firstWords(captured, pages));
            while (!seen.isDone()) {
                long page = START + (long) random.nextInt(pages) * PAGE_BYTES;
                memory.storeLong(page, random.nextLong());
            }
            assertThat(seen.join()).as("round %d", round).isEqualTo(expected);
            captured.release();
        }
    }

    private static long[] firstWords(CapturedMemory captured, int pages) {
        captured.pages();
        long[] words = new long[pages];
        for (int page = 0; page < pages; page++) {
            byte[] content = captured.content(START + (long) page * PAGE_BYTES);
            for (int i = Long.BYTES - 1; i >= 0; i--) {
                words[page] = words[page] << Byte.SIZE | Byte.toUnsignedInt(content[i]);
            }
        }
        return words;
    }
}
