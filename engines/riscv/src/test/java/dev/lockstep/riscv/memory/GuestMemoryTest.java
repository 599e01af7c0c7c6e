package dev.lockstep.riscv.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.TrapCause;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

final class GuestMemoryTest {
    private static final long PAGE = GuestMemory.PAGE_BYTES;
    private static final long DATA = 0x10000;

    private final GuestMemory memory = new GuestMemory(1 << 20);

    GuestMemoryTest() {
        memory.map(DATA, 2 * PAGE, Permissions.READ_WRITE);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private static void assertTrap(ThrowingCallable access, int cause, long value) {
        assertThatThrownBy(access)
                .isInstanceOfSatisfying(
                        GuestTrap.class,
                        trap -> {
                            assertThat(trap.cause()).isEqualTo(cause);
                            assertThat(trap.value()).isEqualTo(value);
                        });
    }

    @Test
    void loadsAndStoresAreLittleEndian() {
        memory.storeLong(DATA, 0x8877665544332211L);
        assertThat(memory.loadByte(DATA)).isEqualTo((byte) 0x11);
        assertThat(memory.loadShort(DATA + 6)).isEqualTo((short) 0x8877);
        assertThat(memory.loadInt(DATA + 4)).isEqualTo(0x88776655);
        assertThat(memory.loadLong(DATA)).isEqualTo(0x8877665544332211L);
    }

    @Test
    void narrowStoresLeaveTheirNeighboursAlone() {
        memory.storeLong(DATA, -1);
        memory.storeByte(DATA + 1, (byte) 0);
        memory.storeShort(DATA + 4, (short) 0);
        assertThat(memory.loadLong(DATA)).isEqualTo(0xffff0000ffff00ffL);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, PAGE - 7, PAGE - 4, PAGE - 1})
    void accessesOfAnyAlignmentWork(long offset) {
        memory.storeLong(DATA + offset, 0x0123456789abcdefL);
        assertThat(memory.loadLong(DATA + offset)).isEqualTo(0x0123456789abcdefL);
        assertThat(memory.loadInt(DATA + offset)).isEqualTo(0x89abcdef);
        assertThat(memory.loadShort(DATA + offset)).isEqualTo((short) 0xcdef);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                0xf000,
                0x12000,
                1 << 20,
                1L << 31,
                1L << 32,
                (1L << 32) + DATA,
                -8,
                Long.MIN_VALUE
            })
    void unmappedAddressesTrap(long address) {
        assertTrap(() -> memory.loadLong(address), TrapCause.LOAD_PAGE_FAULT, address);
        assertTrap(() -> memory.loadByte(address), TrapCause.LOAD_PAGE_FAULT, address);
        assertTrap(() -> memory.storeInt(address, 1), TrapCause.STORE_PAGE_FAULT, address);
        assertTrap(() -> memory.fetchParcel(address), TrapCause.INSTRUCTION_PAGE_FAULT, address);
    }

    @Test
    void aStraddlingStoreThatFaultsWritesNothing() {
        long end = DATA + 2 * PAGE;
        assertTrap(() -> memory.storeLong(end - 3, -1), TrapCause.STORE_PAGE_FAULT, end);
        assertThat(memory.loadByte(end - 3)).isZero();
    }

    @Test
    void aStraddlingLoadAtTheWindowEndTraps() {
        long end = memory.sizeBytes();
        memory.map(end - PAGE, PAGE, Permissions.READ_WRITE);
        assertTrap(() -> memory.loadLong(end - 4), TrapCause.LOAD_PAGE_FAULT, end);
        assertThat(memory.loadInt(end - 4)).isZero();
    }

    @Test
    void permissionsAreThoseOfThePage() {
        memory.protect(DATA, PAGE, Permissions.READ);
        assertThat(memory.loadLong(DATA)).isZero();
        assertTrap(() -> memory.storeByte(DATA, (byte) 1), TrapCause.STORE_PAGE_FAULT, DATA);
        assertTrap(() -> memory.fetchParcel(DATA), TrapCause.INSTRUCTION_PAGE_FAULT, DATA);
        memory.protect(DATA, PAGE, Permissions.NONE);
        assertTrap(() -> memory.loadByte(DATA), TrapCause.LOAD_PAGE_FAULT, DATA);
        memory.protect(DATA, PAGE, Permissions.READ_EXECUTE);
        assertThat(memory.fetchParcel(DATA)).isZero();
    }

    @Test
    void aPageThatWasWrittenLosesThePermission() {
        memory.storeLong(DATA, 1);
        memory.storeLong(DATA, 2);
        memory.protect(DATA, PAGE, Permissions.READ);
        assertTrap(() -> memory.storeLong(DATA, 3), TrapCause.STORE_PAGE_FAULT, DATA);
        memory.protect(DATA, PAGE, Permissions.READ_WRITE);
        assertThat(memory.loadLong(DATA)).isEqualTo(2);
    }

    @Test
    void whatIsMappedAgainIsZero() {
        memory.storeLong(DATA, 7);
        memory.map(DATA, PAGE, Permissions.READ_WRITE);
        assertThat(memory.loadLong(DATA)).isZero();
        memory.storeLong(DATA, 7);
        memory.unmap(DATA, PAGE);
        assertThat(memory.isFree(DATA, PAGE)).isTrue();
        memory.map(DATA, PAGE, Permissions.READ);
        assertThat(memory.loadLong(DATA)).isZero();
    }

    @Test
    void aHugeMappingCostsNothingUntilItIsTouched() {
        try (GuestMemory huge = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES)) {
            long size = 0x60000000L;
            huge.map(PAGE, size, Permissions.READ_WRITE);
            huge.storeLong(size - 8, 5);
            huge.unmap(PAGE, size);
            huge.map(PAGE, size, Permissions.READ_WRITE);
            assertThat(huge.loadLong(size - 8)).isZero();
        }
    }

    @Test
    void memoryAboveTwoGigabytesIsAsGoodButSlower() {
        try (GuestMemory large = new GuestMemory(1L << 32)) {
            MemoryWindow window = large.window();
            long last = (1L << 32) - 8;
            large.map(0xfffff000L, PAGE, Permissions.READ_WRITE);
            MemoryWindow.storeLong(last, 0x1122334455667788L, window);
            assertThat(MemoryWindow.loadLong(last, window)).isEqualTo(0x1122334455667788L);
            assertThat(large.loadInt(last + 4)).isEqualTo(0x11223344);
            assertTrap(
                    () -> MemoryWindow.loadByte(1L << 32, window),
                    TrapCause.LOAD_PAGE_FAULT,
                    1L << 32);
        }
    }

    @Test
    void whatIsPokedKeepsItsPermissionsAndTellsOfCode() {
        List<Long> told = new ArrayList<>();
        memory.addCodeListener((address, length) -> told.add(address));
        memory.map(DATA, PAGE, Permissions.READ_EXECUTE);
        memory.watchCode(DATA, 4);
        memory.poke(DATA, new byte[] {7}, 0, 1);
        assertThat(told).containsExactly(DATA);
        assertThat(memory.loadByte(DATA)).isEqualTo((byte) 7);
        assertTrap(() -> memory.storeByte(DATA, (byte) 1), TrapCause.STORE_PAGE_FAULT, DATA);
    }

    @Test
    void watchedCodeIsToldOncePerWatch() {
        List<Long> told = new ArrayList<>();
        memory.addCodeListener((address, length) -> told.add(address));
        memory.storeByte(DATA, (byte) 1);
        memory.watchCode(DATA + PAGE - 2, 4);
        memory.storeByte(DATA, (byte) 1);
        memory.storeByte(DATA, (byte) 2);
        assertThat(told).containsExactly(DATA);
        memory.watchCode(DATA, 4);
        memory.write(DATA, new byte[2 * (int) PAGE], 0, 2 * (int) PAGE);
        assertThat(told).containsExactly(DATA, DATA, DATA + PAGE);
        memory.watchCode(DATA, 4);
        memory.protect(DATA, PAGE, Permissions.READ);
        memory.unmap(DATA, PAGE);
        assertThat(told).hasSize(4);
    }

    @Test
    void usedPagesAreThoseThatWereWritten() {
        List<Long> pages = new ArrayList<>();
        memory.forEachUsedPage(pages::add);
        assertThat(pages).isEmpty();
        memory.storeByte(DATA + PAGE, (byte) 1);
        memory.forEachUsedPage(pages::add);
        assertThat(pages).containsExactly(DATA + PAGE);
    }

    @Test
    void hostCopiesAreWholeOrNothing() {
        byte[] bytes = {1, 2, 3, 4};
        long end = DATA + 2 * PAGE;
        assertThat(memory.write(end - 2, bytes, 0, 4)).isFalse();
        assertThat(memory.loadShort(end - 2)).isZero();
        assertThat(memory.write(end - 4, bytes, 0, 4)).isTrue();
        byte[] copy = new byte[4];
        assertThat(memory.read(end - 4, copy, 0, 4)).isTrue();
        assertThat(copy).isEqualTo(bytes);
        assertThat(memory.read(end - 3, copy, 0, 4)).isFalse();
        assertThat(memory.writableBytes(end - 4, 100)).isEqualTo(4);
        assertThat(memory.readableBytes(-1, 5)).isZero();
    }

    @Test
    void stringsEndAtTheirZero() {
        memory.storeInt(DATA + PAGE - 2, 0x636261);
        assertThat(memory.stringLength(DATA + PAGE - 2, 100)).isEqualTo(3);
        assertThat(memory.stringLength(DATA + PAGE - 2, 2)).isEqualTo(2);
        memory.storeByte(DATA + 2 * PAGE - 1, (byte) 'x');
        assertThat(memory.stringLength(DATA + 2 * PAGE - 1, 100)).isEqualTo(-1);
        assertThat(memory.stringLength(0, 100)).isEqualTo(-1);
    }

    @Test
    void theDigestIsTheSumOverPagesThatAreNotZero() {
        assertThat(memory.digest()).isZero();
        memory.storeByte(DATA, (byte) 5);
        memory.storeByte(DATA + PAGE, (byte) 0);
        byte[] page = new byte[(int) PAGE];
        page[0] = 5;
        long expected =
                Digest.mix(Hashing.xxh3_64().hashBytesToLong(page)) * Digest.constant(DATA, 0);
        assertThat(memory.digest()).isEqualTo(expected);
        memory.unmap(DATA, PAGE);
        assertThat(memory.digest()).isZero();
    }

    @Test
    void accessAfterCloseTraps() {
        memory.close();
        assertTrap(() -> memory.loadByte(DATA), TrapCause.LOAD_PAGE_FAULT, DATA);
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4096, 4095, 4097, (1L << 32) + 4096})
    void aSizeThatIsNoWindowIsRefused(long size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GuestMemory(size))
                .withMessageContaining("sizeBytes: " + size);
    }

    @Test
    void whatIsNoWholePageInTheWindowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.map(1, PAGE, Permissions.READ));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.map(memory.sizeBytes(), PAGE, Permissions.READ));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.protect(0, PAGE, Permissions.READ));
    }
}
