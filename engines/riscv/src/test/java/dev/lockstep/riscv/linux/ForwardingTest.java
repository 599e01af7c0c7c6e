package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that the host's kernel serves in guest memory. */
final class ForwardingTest {
    private static final int FCNTL = 25;
    private static final int CAPGET = 90;
    private static final int GETRESUID = 148;
    private static final int MMAP = 222;
    private static final int MPROTECT = 226;
    private static final int MEMFD_CREATE = 279;
    private static final int GETLK = 5;
    private static final int SETLK = 6;
    private static final int WRITE_LOCK = 1;

    private final GuestPair guests = new GuestPair();

    @AfterEach
    void close() {
        guests.close();
    }

    /** Returns memory that nothing was ever stored to. */
    private long untouched() {
        return guests.call(MMAP, 0, 0x1000, 3, 0x22, -1, 0);
    }

    @Test
    void whatACallWritesBeforeItFailsReachesEverySide() {
        long ids = untouched();
        guests.store(ids, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        assertThat(guests.call(GETRESUID, ids, ids + 4, 0)).isEqualTo(Errno.EFAULT);
        assertThat(guests.subject.memory.loadLong(ids)).isNotEqualTo(-1);
    }

    @Test
    void whatACallRewritesToSayWhyItFailsReachesEverySide() {
        long header = untouched();
        guests.store(header, (byte) 1);
        assertThat(guests.call(CAPGET, header, header + 64)).isEqualTo(Errno.EINVAL);
        assertThat(guests.subject.memory.loadInt(header)).isEqualTo(0x20080522);
    }

    @Test
    void aLockThatIsOnlySetMayStandWhereNothingCanBeWritten() {
        long file = guests.call(MEMFD_CREATE, guests.string("file"), 0);
        long lock = untouched();
        guests.store(lock, (byte) WRITE_LOCK);
        guests.call(MPROTECT, lock, 0x1000, 1);
        assertThat(guests.call(FCNTL, file, SETLK, lock)).isZero();
        assertThat(guests.call(FCNTL, file, GETLK, lock)).isEqualTo(Errno.EFAULT);
        assertThat(guests.call(FCNTL, file, SETLK, 8)).isEqualTo(Errno.EFAULT);
    }
}
