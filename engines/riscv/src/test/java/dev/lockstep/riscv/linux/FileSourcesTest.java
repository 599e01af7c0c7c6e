package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.memory.PageSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What memory is told of files that its pages are filled from. */
final class FileSourcesTest {
    private static final long AT_FDCWD = -100;
    private static final int FLOCK = 32;
    private static final int OPENAT = 56;
    private static final int CLOSE = 57;
    private static final int READ = 63;
    private static final int READV = 65;
    private static final int PREAD64 = 67;
    private static final int MMAP = 222;
    private static final int MAP_PRIVATE = 2;
    private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
    private static final int PAGE = 4096;

    @TempDir private Path directory;
    private Path path;
    private final byte[] content = new byte[4 * PAGE];
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);

    private record Fill(long address, long length, PageSource source, long offset) {}

    private final List<Fill> fills = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        new Random(1).nextBytes(content);
        path = Files.write(directory.resolve("file"), content);
        guest.memory.tellFills((address, length, source, offset) ->
                fills.add(new Fill(address, length, source, offset)));
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private long open() {
        return guest.call(OPENAT, AT_FDCWD, guest.string(path.toString()), 0, 0);
    }

    private long map(long pages) {
        return guest.call(MMAP, 0, pages * PAGE, 3, 0x22, -1, 0);
    }

    private void checkOnly(long address, long length, long offset) {
        assertThat(fills).hasSize(1);
        Fill fill = fills.getFirst();
        assertThat(fill.address()).isEqualTo(address);
        assertThat(fill.length()).isEqualTo(length);
        assertThat(fill.offset()).isEqualTo(offset);
        assertThat(fill.source().name()).isEqualTo(path.toString());
        assertThat(fill.source().lengthBytes()).isEqualTo(content.length);
    }

    @Test
    void aMappedFileFillsPages() {
        long file = open();
        long address = guest.call(MMAP, 0, 2 * PAGE, 3, MAP_PRIVATE, file, PAGE);

        checkOnly(address, 2 * PAGE, PAGE);
    }

    @Test
    void aReadOfWholePagesFillsThem() {
        long file = open();
        long buffer = map(4);
        assertThat(guest.call(READ, file, buffer, 100)).isEqualTo(100);
        assertThat(fills).isEmpty();

        assertThat(guest.call(READ, file, buffer, 3 * PAGE)).isEqualTo(3 * PAGE);

        checkOnly(buffer, 3 * PAGE, 100);
    }

    @Test
    void aReadElsewhereSaysWhere() {
        long buffer = map(4);
        assertThat(guest.call(PREAD64, open(), buffer, 2 * PAGE, 50)).isEqualTo(2 * PAGE);

        checkOnly(buffer, 2 * PAGE, 50);
    }

    @Test
    void aReadInPiecesFillsEachOfThem() {
        long buffer = map(4);
        long vectors = guest.buffer + 1024;
        guest.memory.storeLong(vectors, buffer);
        guest.memory.storeLong(vectors + 8, PAGE);
        guest.memory.storeLong(vectors + 16, buffer + 2 * PAGE);
        guest.memory.storeLong(vectors + 24, PAGE);
        assertThat(guest.call(READV, open(), vectors, 2)).isEqualTo(2 * PAGE);

        assertThat(fills).extracting(Fill::address).containsExactly(buffer, buffer + 2 * PAGE);
        assertThat(fills).extracting(Fill::offset).containsExactly(0L, (long) PAGE);
    }

    @Test
    void readsThatCoverNoWholePageSayNothing() {
        long buffer = map(2);
        assertThat(guest.call(READ, open(), buffer + 8, PAGE)).isEqualTo(PAGE);

        assertThat(fills).isEmpty();
    }

    @Test
    void aDeviceIsNoSource() {
        path = Path.of("/dev/zero");
        assertThat(guest.call(READ, open(), map(1), PAGE)).isEqualTo(PAGE);

        assertThat(fills).isEmpty();
    }

    @Test
    void aSourceCanBeReadWhenTheGuestHasClosedIt() throws IOException {
        long file = open();
        guest.call(READ, file, map(1), PAGE);
        guest.call(CLOSE, file);
        Files.delete(path);

        PageSource source = fills.getFirst().source();
        byte[] tail = new byte[PAGE];
        assertThat(source.read(content.length - 100, tail)).isTrue();

        assertThat(Arrays.copyOf(tail, 100))
                .isEqualTo(Arrays.copyOfRange(content, content.length - 100, content.length));
        assertThat(Arrays.copyOfRange(tail, 100, PAGE)).containsOnly(0);
    }

    @Test
    void aFileThatWasWrittenHasAnotherVersion() throws IOException {
        guest.call(READ, open(), map(1), PAGE);
        PageSource source = fills.getFirst().source();
        Object before = source.version();
        assertThat(source.version()).isEqualTo(before);

        Files.write(path, new byte[1]);

        assertThat(source.version()).isNotEqualTo(before);
    }

    @Test
    void aLockOfTheGuestEndsWithItsDescriptor() {
        long file = open();
        assertThat(guest.call(FLOCK, file, LOCK_EXCLUSIVE_NOW)).isZero();
        guest.call(READ, file, map(1), PAGE);
        assertThat(fills).hasSize(1);
        guest.call(CLOSE, file);

        assertThat(guest.call(FLOCK, open(), LOCK_EXCLUSIVE_NOW)).isZero();
    }
}
