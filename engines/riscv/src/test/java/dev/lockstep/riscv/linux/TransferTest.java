package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class TransferTest {
    private static final long AT_FDCWD = -100;
    private static final int MKNODAT = 33;
    private static final int OPENAT = 56;
    private static final int READ = 63;
    private static final int WRITE = 64;
    private static final int READV = 65;
    private static final int MUNMAP = 215;
    private static final int MMAP = 222;
    private static final long FIFO = 0010600;

    @TempDir private Path directory;
    private final List<InputCall> inputs = new ArrayList<>();
    private final LinuxGuest guest =
            new LinuxGuest(
                    new Hart(),
                    (call, perform) -> {
                        inputs.add(call);
                        return perform.get();
                    });

    @AfterEach
    void close() {
        guest.close();
    }

    private long open(Path path, long flags) {
        return guest.call(OPENAT, AT_FDCWD, guest.string(path.toString()), flags, 0600);
    }

    private long map(long size) {
        return guest.call(MMAP, 0, size, 3, 0x22, -1, 0);
    }

    @Test
    void aBufferMustBeThereAsAWhole() throws IOException {
        long file = open(Files.writeString(directory.resolve("file"), "0123456789"), 2);
        long edge = map(0x2000) + 0x1000;
        guest.call(MUNMAP, edge, 0x1000);
        assertThat(guest.call(READ, file, edge - 4, 8)).isEqualTo(Errno.EFAULT);
        assertThat(guest.call(WRITE, file, edge - 4, 8)).isEqualTo(Errno.EFAULT);
        assertThat(guest.call(READ, file, edge - 8, 8)).isEqualTo(8);
    }

    @Test
    void vectorsAreUsedUpToTheFirstThatIsNotThere() throws IOException {
        long file = open(Files.writeString(directory.resolve("file"), "0123456789"), 0);
        long vectors = guest.buffer + 1024;
        guest.memory.storeLong(vectors, guest.buffer);
        guest.memory.storeLong(vectors + 8, 3);
        guest.memory.storeLong(vectors + 16, 8);
        guest.memory.storeLong(vectors + 24, 3);
        assertThat(guest.call(READV, file, vectors, 2)).isEqualTo(3);
        assertThat(guest.call(READV, file, vectors + 16, 1)).isEqualTo(Errno.EFAULT);
        assertThat(guest.call(READV, 99, vectors, 0)).isZero();
    }

    @Test
    void oneCallReadsAndWritesHundredsOfMegabytes() throws IOException {
        long size = 200L << 20;
        Path path = directory.resolve("large");
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 1);
            sparse.write('z');
        }
        long file = open(path, 0);
        long buffer = map(size);
        assertThat(guest.call(READ, file, buffer, size)).isEqualTo(size);
        assertThat(guest.memory.loadByte(buffer + size - 1)).isEqualTo((byte) 'z');
        assertThat(guest.call(WRITE, open(Path.of("/dev/null"), 1), buffer, size)).isEqualTo(size);
        assertThat(inputs.getLast().outputBytes()).isEqualTo(size);
        assertThat(guest.announced).containsExactly((long) READ, (long) WRITE);
    }

    @Test
    void theOutputIsToldByLengthAndDigest() {
        long sink = open(Path.of("/dev/null"), 1);
        guest.string("abc");
        guest.call(WRITE, sink, guest.buffer, 3);
        long digest = inputs.getLast().outputDigest();
        guest.string("abd");
        guest.call(WRITE, sink, guest.buffer, 3);
        assertThat(inputs.getLast().outputBytes()).isEqualTo(3);
        assertThat(inputs.getLast().outputDigest()).isNotZero().isNotEqualTo(digest);
        guest.call(WRITE, sink, guest.buffer, 0);
        assertThat(inputs.getLast().outputDigest()).isZero();
    }

    @Test
    void aFullDeviceIsNoSpace() {
        assertThat(guest.call(WRITE, open(Path.of("/dev/full"), 1), guest.buffer, 1))
                .isEqualTo(Errno.ENOSPC);
    }

    @Test
    void whatMayWaitForOthersIsAnnounced() {
        Path fifo = directory.resolve("fifo");
        guest.call(MKNODAT, AT_FDCWD, guest.string(fifo.toString()), FIFO, 0);
        long file = open(fifo, 2);
        assertThat(guest.announced).containsExactly((long) OPENAT);
        assertThat(guest.call(WRITE, file, guest.buffer, 1)).isEqualTo(1);
        assertThat(guest.call(READ, file, guest.buffer, 1)).isEqualTo(1);
        assertThat(guest.announced).containsExactly((long) OPENAT, (long) WRITE, (long) READ);
    }

    @Test
    void whatIsAtHandIsNotAnnounced() throws IOException {
        long file = open(Files.writeString(directory.resolve("file"), "0123456789"), 2);
        guest.call(READ, file, guest.buffer, 4);
        guest.call(WRITE, file, guest.buffer, 4);
        assertThat(guest.announced).isEmpty();
    }
}
