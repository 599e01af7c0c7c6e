package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.RunRegistry;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

@Timeout(30)
class EngineListenerIT {
    @TempDir Path directory;

    static Stream<Named<DomainSockets>> kinds() {
        return Stream.of(
                Named.of("epoll", DomainSockets.epoll()), Named.of("NIO", DomainSockets.nio()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void answersOnEveryKindOfSocket(DomainSockets sockets) throws IOException {
        Path runtime = directory.resolve("run");
        RunRegistry registry = new RunRegistry(System::nanoTime);
        try (EngineListener listener = EngineListener.open(runtime, registry, sockets);
                SocketChannel engine =
                        SocketChannel.open(UnixDomainSocketAddress.of(listener.socket()))) {
            engine.write(ByteBuffer.allocate(4).putInt(-1).flip());

            CoordinatorFrame answer = readToTheEnd(engine);
            assertThat(answer.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        }
        assertThat(runtime).isEmptyDirectory();
    }

    @Test
    void whatADeadListenerLeftIsRemoved() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"));
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(runtime.resolve(EngineListener.SOCKET_NAME)));

            EngineListener.removeLeftovers(runtime);
            assertThat(runtime.resolve(EngineListener.SOCKET_NAME)).exists();
        }
        EngineListener.removeLeftovers(runtime);
        assertThat(runtime).doesNotExist();
    }

    @Test
    void filesOfOthersAreNotRemoved() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"));
        Path other = Files.writeString(runtime.resolve("notes"), "x");

        EngineListener.removeLeftovers(runtime);
        assertThat(other).exists();
    }

    @Test
    void aSocketThatFailsOtherwiseThanByRefusingIsNotTakenForDead() throws IOException {
        Path runtime = Files.createDirectory(directory.resolve("run"));
        Path socket = runtime.resolve(EngineListener.SOCKET_NAME);
        try (AFUNIXDatagramSocket other = AFUNIXDatagramSocket.newInstance()) {
            other.bind(AFUNIXSocketAddress.of(socket));

            EngineListener.removeLeftovers(runtime);
            assertThat(socket).exists();
        }
    }

    private static CoordinatorFrame readToTheEnd(SocketChannel channel) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Channels.newInputStream(channel).readAllBytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt()).isEqualTo(bytes.remaining());
        assertThat(bytes.position()).isEqualTo(Protocol.LENGTH_BYTES);
        return CoordinatorFrame.parseFrom(bytes);
    }
}
