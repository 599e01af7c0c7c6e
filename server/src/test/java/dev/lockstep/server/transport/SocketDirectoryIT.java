package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@Timeout(30)
class SocketDirectoryIT {
    @TempDir Path directory;

    @Test
    void isOneCoordinatorsUntilItGivesItBack() {
        Path runtime = directory.resolve("run");
        try (SocketDirectory first = SocketDirectory.claim(runtime)) {
            assertThat(first.resolve("x")).isEqualTo(runtime.resolve("x"));
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> SocketDirectory.claim(runtime))
                    .withMessageContaining("another coordinator listens at " + runtime);
        }
        SocketDirectory.claim(runtime).close();
    }

    @Test
    void ofManyThatStartAtOnceOneGetsIt() throws Exception {
        Path runtime = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        int contenders = 8;
        CyclicBarrier start = new CyclicBarrier(contenders);
        Callable<Optional<SocketDirectory>> contender =
                () -> {
                    start.await();
                    try {
                        return Optional.of(SocketDirectory.claim(runtime));
                    } catch (ConfigException e) {
                        return Optional.empty();
                    }
                };
        try (ExecutorService threads = Executors.newFixedThreadPool(contenders)) {
            List<Future<Optional<SocketDirectory>>> claims =
                    threads.invokeAll(Collections.nCopies(contenders, contender));
            int won = 0;
            for (var claim : claims) {
                won += claim.get().isPresent() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void anotherProcessesLockIsRespectedAndADeadOnesIsNot() throws Exception {
        Path runtime = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                runtime.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("claimed");
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> SocketDirectory.claim(runtime));
        } finally {
            holder.destroyForcibly().waitFor();
        }
        SocketDirectory.claim(runtime).close();
    }

    /** Claims a directory and waits to be killed. */
    static final class Holder {
        public static void main(String[] args) throws InterruptedException {
            try (SocketDirectory claimed = SocketDirectory.claim(Path.of(args[0]))) {
                System.out.println(claimed == null ? "" : "claimed");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    @Test
    void whatADeadCoordinatorLeftIsRemoved() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(runtime.resolve(SocketDirectory.ENGINE_SOCKET)));

            SocketDirectory.removeLeftovers(runtime);
            assertThat(runtime.resolve(SocketDirectory.ENGINE_SOCKET)).exists();
        }
        SocketDirectory.removeLeftovers(runtime);
        assertThat(runtime.resolve(SocketDirectory.ENGINE_SOCKET)).doesNotExist();
    }

    @Test
    void filesOfOthersAreNotRemoved() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        Path other = Files.writeString(runtime.resolve("notes"), "x");

        SocketDirectory.removeLeftovers(runtime);
        assertThat(other).exists();
    }

    @Test
    void aSocketThatFailsOtherwiseThanByRefusingIsNotTakenForDead() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        Path socket = runtime.resolve(SocketDirectory.ENGINE_SOCKET);
        try (AFUNIXDatagramSocket other = AFUNIXDatagramSocket.newInstance()) {
            other.bind(AFUNIXSocketAddress.of(socket));

            SocketDirectory.removeLeftovers(runtime);
            assertThat(socket).exists();
        }
    }

    @Test
    void aDirectoryThatOthersMayEnterIsRefused() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SocketDirectory.claim(runtime))
                .withMessageStartingWith("runtime directory " + runtime)
                .withMessageContaining("mode rwxr-x--- (expected: a directory of yours")
                .withMessageEndingWith("chmod 700");
        assertThat(runtime).isEmptyDirectory();
    }

    @Test
    void aLinkIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("run"), PrivateDirectory.MODE);
        Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SocketDirectory.claim(link))
                .withMessageContaining(link + " is a link");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SocketDirectory.claim(file.resolve("run")))
                .withMessageStartingWith("cannot use runtime directory " + file.resolve("run"))
                .withMessageContaining("choose another directory")
                .withMessageNotContaining("Exception");
    }

    @Test
    void whatACoordinatorHasClaimedIsNotRemoved() throws IOException {
        Path runtime = directory.resolve("run");
        try (SocketDirectory _ = SocketDirectory.claim(runtime)) {
            SocketDirectory.removeUnlessClaimed(
                    runtime,
                    it -> {
                        throw new AssertionError("it is claimed");
                    });
        }
    }
}
