package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PipeTest {
    private static final int CAPACITY_BYTES = 65536;
    private static final long O_NONBLOCK = 04000;
    private static final int WATCHDOG_SECONDS = 30;
    private static final int EPOLL_CREATE1 = 20;
    private static final int EPOLL_CTL = 21;
    private static final int EPOLL_PWAIT = 22;
    private static final int DUP = 23;
    private static final int FCNTL = 25;
    private static final int FTRUNCATE = 46;
    private static final int CLOSE = 57;
    private static final int PIPE2 = 59;
    private static final int READ = 63;
    private static final int WRITE = 64;
    private static final int SENDFILE = 71;
    private static final int PSELECT6 = 72;
    private static final int PPOLL = 73;
    private static final int SPLICE = 76;
    private static final int MMAP = 222;
    private static final int MEMFD_CREATE = 279;

    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);
    private long readEnd;
    private long writeEnd;

    @BeforeEach
    void open() {
        open(0);
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private void open(long flags) {
        assertThat(guest.call(PIPE2, guest.buffer, flags)).isZero();
        readEnd = guest.memory.loadInt(guest.buffer);
        writeEnd = guest.memory.loadInt(guest.buffer + 4);
    }

    @Test
    void handsOnWhatIsWrittenInOrder() {
        guest.string("abcdef");
        assertThat(guest.call(WRITE, writeEnd, guest.buffer, 6)).isEqualTo(6);
        assertThat(guest.call(READ, readEnd, guest.buffer + 64, 4)).isEqualTo(4);
        assertThat(guest.call(READ, readEnd, guest.buffer + 68, 100)).isEqualTo(2);
        assertThat(guest.text(guest.buffer + 64)).isEqualTo("abcdef");
        assertThat(guest.notes).isEmpty();
    }

    @Test
    void endsWhenTheLastWriterIsClosed() {
        long copy = guest.call(DUP, writeEnd);
        guest.call(CLOSE, writeEnd);
        assertThat(guest.call(READ, readEnd, guest.buffer, 1)).isEqualTo(Errno.EDEADLK);
        guest.call(CLOSE, copy);
        assertThat(guest.call(READ, readEnd, guest.buffer, 1)).isZero();
    }

    @Test
    void doesNotWaitForTheGuestItself() {
        assertThat(guest.call(READ, readEnd, guest.buffer, 1)).isEqualTo(Errno.EDEADLK);
        long much = guest.call(MMAP, 0, 100_000, 3, 0x22, -1, 0);
        assertThat(guest.call(WRITE, writeEnd, much, 100_000)).isEqualTo(CAPACITY_BYTES);
        assertThat(guest.call(WRITE, writeEnd, much, 1)).isEqualTo(Errno.EDEADLK);
        assertThat(guest.notes).singleElement().asString().contains("only itself");
        assertThat(guest.call(FCNTL, readEnd, 3, 0)).isZero();
    }

    @Test
    void saysThatItWouldBlockToWhoAskedForIt() {
        open(O_NONBLOCK);
        assertThat(guest.call(READ, readEnd, guest.buffer, 1)).isEqualTo(Errno.EAGAIN);
        assertThat(guest.notes).isEmpty();
        assertThat(guest.call(FCNTL, readEnd, 3, 0)).isEqualTo(O_NONBLOCK);
    }

    @Test
    void raisesASignalWhenNobodyReads() {
        guest.call(CLOSE, readEnd);
        assertThat(guest.tryCall(WRITE, writeEnd, guest.buffer, 1))
                .contains(new GuestExit(GuestExit.Reason.SIGNALED, 13));
    }

    @Test
    void needsAPlaceForItsEnds() {
        assertThat(guest.call(PIPE2, 8, 0)).isEqualTo(Errno.EFAULT);
        assertThat(guest.call(PIPE2, guest.buffer, 1)).isEqualTo(Errno.EINVAL);
        assertThat(guest.call(DUP, readEnd)).as("nothing was opened").isEqualTo(writeEnd + 1);
    }

    @Test
    @Timeout(WATCHDOG_SECONDS)
    void isNotFilledFromAFileBeyondWhatItHolds() {
        long file = guest.call(MEMFD_CREATE, guest.string("file"), 0);
        guest.call(FTRUNCATE, file, 3 * CAPACITY_BYTES);
        assertThat(guest.call(SENDFILE, writeEnd, file, 0, CAPACITY_BYTES))
                .isEqualTo(CAPACITY_BYTES);
        assertThat(guest.call(SENDFILE, writeEnd, file, 0, 1)).isEqualTo(Errno.EDEADLK);
        assertThat(guest.call(SPLICE, file, 0, writeEnd, 0, 1, 0)).isEqualTo(Errno.EDEADLK);
        assertThat(guest.call(SPLICE, file, 0, writeEnd, 0, 1, 2)).isEqualTo(Errno.EAGAIN);
        assertThat(guest.call(SPLICE, file, 0, readEnd, 0, 1, 0)).isEqualTo(Errno.EBADF);
        assertThat(guest.notes).singleElement().asString().contains("only itself");
    }

    @Test
    @Timeout(WATCHDOG_SECONDS)
    void isNotSplicedFromWhileItIsEmpty() {
        long file = guest.call(MEMFD_CREATE, guest.string("file"), 0);
        assertThat(guest.call(SPLICE, readEnd, 0, file, 0, 1, 0)).isEqualTo(Errno.EDEADLK);
        guest.call(WRITE, writeEnd, guest.buffer, 1);
        assertThat(guest.call(SPLICE, readEnd, 0, file, 0, 100, 0)).isEqualTo(1);
        guest.call(CLOSE, writeEnd);
        assertThat(guest.call(SPLICE, readEnd, 0, file, 0, 1, 0)).isZero();
    }

    @Test
    @Timeout(WATCHDOG_SECONDS)
    void isNotAwaitedForEver() {
        long entry = guest.buffer + 256;
        guest.memory.storeInt(entry, (int) readEnd);
        guest.memory.storeInt(entry + 4, 1);
        assertThat(guest.call(PPOLL, entry, 1, 0, 0, 0)).isEqualTo(Errno.EDEADLK);
        guest.memory.storeLong(entry + 64, 1L << readEnd);
        assertThat(guest.call(PSELECT6, readEnd + 1, entry + 64, 0, 0, 0, 0))
                .isEqualTo(Errno.EDEADLK);
        long events = guest.call(EPOLL_CREATE1, 0);
        guest.memory.storeInt(entry + 128, 1);
        assertThat(guest.call(EPOLL_CTL, events, 1, readEnd, entry + 128)).isZero();
        assertThat(guest.call(EPOLL_PWAIT, events, entry + 192, 1, -1, 0, 0))
                .isEqualTo(Errno.EDEADLK);
        assertThat(guest.announced).isEmpty();

        guest.call(WRITE, writeEnd, guest.buffer, 1);
        assertThat(guest.call(PPOLL, entry, 1, 0, 0, 0)).isEqualTo(1);
        assertThat(guest.call(PSELECT6, readEnd + 1, entry + 64, 0, 0, 0, 0)).isEqualTo(1);
        assertThat(guest.call(EPOLL_PWAIT, events, entry + 192, 1, -1, 0, 0)).isEqualTo(1);
    }
}
