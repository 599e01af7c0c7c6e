package dev.lockstep.riscv.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.dynatrace.hash4j.hashing.Hashing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Memory that goes back to marks. */
final class PastTest {
    private static final int PAGE = GuestMemory.PAGE_BYTES;
    private static final long DATA = 0x10000;
    private GuestMemory memory = new GuestMemory(1 << 20);
    private final List<Long> told = new ArrayList<>();

    PastTest() {
        watch();
    }

    private void watch() {
        memory.addCodeListener((address, _) -> told.add(address));
    }

    /** Has the past take no more than this. */
    private void bound(long journalBytes) {
        memory.close();
        memory = new GuestMemory(1 << 20, journalBytes, 0);
        watch();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private void map(int pages) {
        memory.map(DATA, (long) pages * PAGE, Permissions.READ_WRITE);
    }

    private void touch(int pages) {
        for (int i = 0; i < pages; i++) {
            memory.storeByte(DATA + (long) i * PAGE, (byte) 1);
        }
    }

    private List<Long> changedPages(long mark) {
        List<Long> pages = new ArrayList<>();
        memory.forEachChangedPage(mark, pages::add);
        return pages;
    }

    @Test
    void storesAreUndone() {
        map(2);
        memory.storeLong(DATA, 1);
        long first = memory.mark();
        memory.storeLong(DATA, 2);
        memory.storeLong(DATA + PAGE, 3);
        long second = memory.mark();
        memory.storeLong(DATA, 4);
        memory.goBackTo(second);
        assertThat(memory.loadLong(DATA)).isEqualTo(2);
        memory.goBackTo(first);
        assertThat(memory.loadLong(DATA)).isEqualTo(1);
        assertThat(memory.loadLong(DATA + PAGE)).isZero();
        assertThat(memory.isUsed(DATA + PAGE)).isFalse();
        assertThat(memory.isReachable(second)).isFalse();
    }

    @Test
    void aMarkCanBeComeBackToAgain() {
        map(1);
        long mark = memory.mark();
        for (int i = 1; i < 4; i++) {
            memory.storeLong(DATA, i);
            memory.goBackTo(mark);
            assertThat(memory.loadLong(DATA)).isZero();
        }
        assertThat(memory.mark()).isGreaterThan(mark);
    }

    @Test
    void storesOfCompiledCodeAreUndone() {
        map(1);
        MemoryWindow window = memory.window();
        MemoryWindow.storeLong(DATA, 1, window);
        MemoryWindow.storeLong(DATA, 2, window);
        long mark = memory.mark();
        MemoryWindow.storeLong(DATA, 3, window);
        MemoryWindow.storeLong(DATA, 4, window);
        memory.goBackTo(mark);
        assertThat(MemoryWindow.loadLong(DATA, window)).isEqualTo(2);
    }

    @Test
    void whatTheHostFillsIsUndone() {
        map(1);
        memory.storeLong(DATA, 1);
        long mark = memory.mark();
        MemoryWindow.HOST.set(MemoryWindow.LONG, memory.hostAddressToFill(DATA, 8), 2);
        assertThat(memory.loadLong(DATA)).isEqualTo(2);
        memory.goBackTo(mark);
        assertThat(memory.loadLong(DATA)).isEqualTo(1);
    }

    @Test
    void mappingsAndPermissionsAreUndone() {
        map(2);
        memory.storeLong(DATA, 7);
        long mark = memory.mark();
        memory.unmap(DATA, PAGE);
        memory.protect(DATA + PAGE, PAGE, Permissions.READ_EXECUTE);
        memory.map(DATA + 2 * PAGE, PAGE, Permissions.ALL);
        memory.reserve(DATA + 3 * PAGE, PAGE);
        memory.goBackTo(mark);
        assertThat(memory.loadLong(DATA)).isEqualTo(7);
        assertThat(memory.permissions(DATA + PAGE)).contains(Permissions.READ_WRITE);
        assertThat(memory.isFree(DATA + 2 * PAGE, 2 * PAGE)).isTrue();
    }

    @Test
    void watchedPagesThatChangeAreTold() {
        map(3);
        memory.storeByte(DATA, (byte) 1);
        memory.watchCode(DATA + PAGE, 1);
        long mark = memory.mark();
        memory.storeByte(DATA, (byte) 2);
        memory.watchCode(DATA, 1);
        memory.protect(DATA + 2 * PAGE, PAGE, Permissions.ALL);
        memory.watchCode(DATA + 2 * PAGE, 1);
        told.clear();
        memory.goBackTo(mark);
        assertThat(told).containsExactlyInAnyOrder(DATA, DATA + 2 * PAGE);
        memory.storeByte(DATA + PAGE, (byte) 2);
        assertThat(told).contains(DATA + PAGE);
    }

    @Test
    void watchedPagesThatAreTheSameAgainAreNotTold() {
        map(1);
        memory.storeByte(DATA, (byte) 1);
        long mark = memory.mark();
        memory.storeByte(DATA, (byte) 2);
        memory.storeByte(DATA, (byte) 1);
        memory.watchCode(DATA, 1);
        memory.goBackTo(mark);
        assertThat(told).isEmpty();
        memory.storeByte(DATA, (byte) 2);
        assertThat(told).containsExactly(DATA);
    }

    @Test
    void changedPagesAreThoseWithOtherContent() {
        map(4);
        memory.storeByte(DATA, (byte) 1);
        memory.storeByte(DATA + PAGE, (byte) 1);
        long mark = memory.mark();
        memory.storeByte(DATA + 3 * PAGE, (byte) 0);
        memory.storeByte(DATA + 2 * PAGE, (byte) 5);
        memory.mark();
        memory.storeByte(DATA + PAGE, (byte) 2);
        memory.storeByte(DATA + PAGE, (byte) 1);
        memory.unmap(DATA, PAGE);
        assertThat(changedPages(mark)).containsExactly(DATA, DATA + 2 * PAGE);
        byte[] page = new byte[PAGE];
        page[0] = 5;
        assertThat(memory.pageHash(DATA + 2 * PAGE))
                .isEqualTo(Hashing.xxh3_64().hashBytesToLong(page));
        assertThat(memory.pageHash(DATA)).isZero();
    }

    @Test
    void whatIsForgottenIsOutOfReach() {
        map(1);
        long first = memory.mark();
        memory.storeLong(DATA, 1);
        long second = memory.mark();
        memory.storeLong(DATA, 2);
        memory.forgetBefore(second);
        assertThat(memory.isReachable(first)).isFalse();
        memory.goBackTo(second);
        assertThat(memory.loadLong(DATA)).isEqualTo(1);
        memory.forgetBefore(second + 1);
        assertThat(memory.isReachable(second)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.goBackTo(second))
                .withMessageContaining("mark: " + second);
    }

    @Test
    void beyondTheBoundTheOldestMarksAreOutOfReach() {
        bound(10 * PAGE);
        map(20);
        touch(20);
        long first = memory.mark();
        touch(6);
        long second = memory.mark();
        touch(3);
        assertThat(memory.isReachable(first)).isTrue();
        touch(5);
        assertThat(memory.isReachable(first)).isFalse();
        assertThat(memory.isReachable(second)).isTrue();
    }
}
