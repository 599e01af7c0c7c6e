package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class CurrentDirectoryTest {
    private static final long AT_FDCWD = -100;
    private static final int GETCWD = 17;
    private static final int MKDIRAT = 34;
    private static final int UNLINKAT = 35;
    private static final int STATFS = 43;
    private static final int TRUNCATE = 45;
    private static final int CHDIR = 49;
    private static final int FCHDIR = 50;
    private static final int OPENAT = 56;
    private static final int NEWFSTATAT = 79;

    @TempDir private Path directory;
    private LinuxGuest guest;

    @BeforeEach
    void start() throws IOException {
        directory = directory.toRealPath();
        guest = start(directory.toString());
    }

    private static LinuxGuest start(String directory) {
        return new LinuxGuest(new Hart(), InputSource.HOST, directory);
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private String currentDirectory() {
        long room = guest.buffer + 4096;
        long length = guest.call(GETCWD, room, 4096);
        String path = guest.text(room);
        assertThat(length).isEqualTo(path.length() + 1);
        return path;
    }

    @Test
    void isAtFirstTheChosenOne() {
        assertThat(currentDirectory()).isEqualTo(directory.toString());
    }

    @Test
    void isAtFirstThatOfTheProcessIfNoneWasChosen() throws IOException {
        guest.close();
        guest = start("");
        assertThat(currentDirectory()).isEqualTo(Path.of("").toRealPath().toString());
    }

    @Test
    void isWhereRelativePathsStart() {
        assertThat(guest.call(MKDIRAT, AT_FDCWD, guest.string("below"), 0700)).isZero();
        assertThat(directory.resolve("below")).isDirectory();
        assertThat(guest.call(CHDIR, guest.string("below"))).isZero();
        assertThat(currentDirectory()).isEqualTo(directory.resolve("below").toString());
        assertThat(guest.call(OPENAT, AT_FDCWD, guest.string("file"), 0101, 0600)).isPositive();
        assertThat(directory.resolve("below/file")).isRegularFile();
    }

    @Test
    void isWherePathsStartThatCannotNameADescriptor() throws IOException {
        Files.writeString(directory.resolve("file"), "12345");
        assertThat(guest.call(TRUNCATE, guest.string("file"), 2)).isZero();
        assertThat(directory.resolve("file")).hasContent("12");
    }

    @Test
    void isEachGuestsOwn() {
        try (LinuxGuest other = start("/")) {
            assertThat(guest.call(CHDIR, guest.string(".."))).isZero();
            assertThat(other.call(GETCWD, other.buffer, 4096)).isEqualTo(2);
        }
    }

    @Test
    void canBeEnteredByDescriptor() {
        long root = guest.call(OPENAT, AT_FDCWD, guest.string("/"), 0, 0);
        assertThat(guest.call(FCHDIR, root)).isZero();
        assertThat(currentDirectory()).isEqualTo("/");
    }

    @Test
    void staysWhenItCannotBeEntered() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        assertThat(guest.call(CHDIR, guest.string("none"))).isEqualTo(Errno.ENOENT);
        assertThat(guest.call(CHDIR, guest.string("file"))).isEqualTo(Errno.ENOTDIR);
        assertThat(guest.call(CHDIR, 8)).isEqualTo(Errno.EFAULT);
        assertThat(guest.call(FCHDIR, 99)).isEqualTo(Errno.EBADF);
        assertThat(currentDirectory()).isEqualTo(directory.toString());
    }

    @Test
    void hasNoNameOnceItIsRemoved() {
        guest.call(MKDIRAT, AT_FDCWD, guest.string("gone"), 0700);
        guest.call(CHDIR, guest.string("gone"));
        assertThat(guest.call(UNLINKAT, AT_FDCWD, guest.string("../gone"), 0x200)).isZero();
        assertThat(guest.call(GETCWD, guest.buffer, 4096)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void isNotToldWhereItDoesNotFit() {
        assertThat(guest.call(GETCWD, guest.buffer, 3)).isEqualTo(Errno.ERANGE);
        assertThat(guest.call(GETCWD, 8, 4096)).isEqualTo(Errno.EFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "/proc/self/fd, ''",
        "/proc/self, fd/",
        "/proc, self/fd/",
        "/dev, fd/",
        "/, proc/self/fd/",
        "/proc/self/fd, ../fd/",
    })
    void doesNotLeadToTheDescriptorsOfTheHost(String start, String prefix) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "abc");
        long descriptor = guest.call(OPENAT, AT_FDCWD, guest.string(file.toString()), 0, 0);
        long base = guest.call(OPENAT, AT_FDCWD, guest.string(start), 0, 0);
        String name = prefix + descriptor;
        assertThat(guest.call(NEWFSTATAT, base, guest.string(name), guest.buffer + 512, 0))
                .isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 512 + 8))
                .isEqualTo(Files.getAttribute(file, "unix:ino"));

        assertThat(guest.call(FCHDIR, base)).isZero();
        assertThat(guest.call(STATFS, guest.string(name), guest.buffer + 512)).isZero();
        assertThat(guest.call(OPENAT, AT_FDCWD, guest.string(name), 0, 0)).isPositive();
        assertThat(guest.call(OPENAT, AT_FDCWD, guest.string(prefix + 99), 0, 0))
                .isEqualTo(Errno.ENOENT);
    }

    @Test
    void isNotTheRootWhereAPathStartsAtNothing() {
        assertThat(guest.call(OPENAT, 99, guest.string("proc/self/exe"), 0, 0))
                .isEqualTo(Errno.EBADF);
    }
}
