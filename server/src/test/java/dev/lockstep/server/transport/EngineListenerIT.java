package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
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
        RunRegistry registry = new RunRegistry(System::nanoTime, RunOpener.NEVER);
        try (SocketDirectory claimed = SocketDirectory.claim(runtime);
                EventThread thread = EventThread.start("runs", sockets);
                EngineListener listener =
                        EngineListener.open(
                                claimed, thread, new EngineReception(registry, Duration.ZERO));
                SocketChannel engine =
                        SocketChannel.open(UnixDomainSocketAddress.of(listener.socket()))) {
            engine.write(ByteBuffer.allocate(4).putInt(-1).flip());

            CoordinatorFrame answer = readToTheEnd(engine);
            assertThat(answer.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        }
        assertThat(runtime.resolve(SocketDirectory.ENGINE_SOCKET)).doesNotExist();
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
