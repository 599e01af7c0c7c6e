package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class CurrentDirectoryTest {
    private static final long AT_FDCWD = -100;
    private static final int GETCWD = 17;
    private static final int MKDIRAT = 34;
    private static final int UNLINKAT = 35;
    private static final int TRUNCATE = 45;
    private static final int CHDIR = 49;
    private static final int FCHDIR = 50;
    private static final int OPENAT = 56;

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
}
