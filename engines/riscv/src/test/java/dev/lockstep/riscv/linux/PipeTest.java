package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PipeTest {
    private static final int CAPACITY_BYTES = 65536;
    private static final long O_NONBLOCK = 04000;
    private static final int DUP = 23;
    private static final int FCNTL = 25;
    private static final int CLOSE = 57;
    private static final int PIPE2 = 59;
    private static final int READ = 63;
    private static final int WRITE = 64;
    private static final int MMAP = 222;

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
}
