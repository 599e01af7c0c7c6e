package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.transport.SocketDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

final class RuntimeDirectoryTest {
    @TempDir private Path temporary;

    @Test
    void aDirectoryIsPrivateAndLeavesWithItsOwner() throws IOException {
        Path path;
        try (RuntimeDirectory directory = RuntimeDirectory.create(base())) {
            path = directory.path();
            assertThat(Files.getPosixFilePermissions(path))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            Files.createFile(path.resolve("engine.sock"));
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void whatDeadOwnersLeftIsSwept() throws IOException {
        RuntimeDirectory.create(base()).close();
        Path stale = Files.createDirectory(base().resolve("4711"));
        Files.createFile(stale.resolve("engine.sock"));
        RuntimeDirectory.sweep(base());
        assertThat(stale).doesNotExist();
    }

    @Test
    void whereAServerLivesIsNotSwept() throws IOException {
        RuntimeDirectory.create(base()).close();
        Path served = base().resolve("mine");
        try (SocketDirectory _ = SocketDirectory.claim(served)) {
            Path socket = Files.createFile(served.resolve("engine.sock"));
            RuntimeDirectory.sweep(base());
            assertThat(socket).exists();
        }
        RuntimeDirectory.sweep(base());
        assertThat(served).doesNotExist();
    }

    @Test
    void aBaseThatCannotBeMadeIsNamedWithAWayOut() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> RuntimeDirectory.create(file.resolve("lockstep")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("cannot use runtime directory " + file)
                .hasMessageEndingWith("set XDG_RUNTIME_DIR to a private directory");
    }

    @Test
    void aBaseThatOthersMayWriteIsRefused() throws IOException {
        Files.createDirectory(
                base(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        assertThatThrownBy(() -> RuntimeDirectory.create(base()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mode rwxr-xr-x (expected: a directory of yours");
    }

    @Test
    void aBaseThatIsALinkIsRefused() throws IOException {
        Files.createSymbolicLink(base(), temporary);
        assertThatThrownBy(() -> RuntimeDirectory.create(base()))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void theBaseIsTheUsersRuntimeDirectoryOrOneInTmp() throws IOException {
        assertThat(RuntimeDirectory.defaultBase(Map.of("XDG_RUNTIME_DIR", temporary.toString())))
                .isEqualTo(temporary.resolve("lockstep"));
        assertThat(RuntimeDirectory.defaultBase(Map.of()).toString())
                .matches("/tmp/lockstep-[0-9]+");
        assertThat(
                        RuntimeDirectory.defaultBase(Map.of("XDG_RUNTIME_DIR", "/does/not/exist"))
                                .toString())
                .startsWith("/tmp/");
    }

    private Path base() {
        return temporary.resolve("lockstep");
    }
}
