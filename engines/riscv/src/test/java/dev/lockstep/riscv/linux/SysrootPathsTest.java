package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Absolute paths are looked up in the sysroot first. */
final class SysrootPathsTest {
    private static final long AT_FDCWD = -100;
    private static final long ENOENT = -2;
    private static final int OPENAT = 56;
    private static final int FACCESSAT = 48;

    @TempDir Path directory;
    private LinuxGuest guest;

    @BeforeEach
    void boot() throws IOException {
        Path sysroot = Files.createDirectories(directory.resolve("sys root/ä"));
        Files.writeString(sysroot.resolve("only-there"), "below");
        guest = new LinuxGuest(new Hart(), InputSource.HOST, "", Sysroot.of(sysroot));
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private String content(String path) {
        long file = guest.call(OPENAT, AT_FDCWD, guest.string(path), 0, 0);
        assertThat(file).as(path).isNotNegative();
        long length = guest.call(63, file, guest.buffer, 100);
        byte[] text = new byte[(int) length];
        guest.memory.read(guest.buffer, text, 0, text.length);
        guest.call(57, file);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void whatIsThereIsFoundThere() {
        assertThat(content("/only-there")).isEqualTo("below");
    }

    @Test
    void whatIsNotThereIsWhereThePathSays() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "above");
        assertThat(content(elsewhere.toString())).isEqualTo("above");
    }

    @Test
    void aFileThatIsMadeIsNotMadeThere() {
        long flags = 0101; // O_CREAT | O_WRONLY
        String path = directory.resolve("new").toString();
        assertThat(guest.call(OPENAT, AT_FDCWD, guest.string(path), flags, 0600)).isNotNegative();
        assertThat(Path.of(path)).exists();
    }

    @Test
    void relativePathsAreNotLookedUp() {
        assertThat(guest.call(OPENAT, AT_FDCWD, guest.string("only-there"), 0, 0))
                .isEqualTo(ENOENT);
    }

    @Test
    void callsThatQemuLooksNothingUpForDoNotEither() {
        assertThat(guest.call(FACCESSAT, AT_FDCWD, guest.string("/only-there"), 0))
                .isEqualTo(ENOENT);
    }
}
