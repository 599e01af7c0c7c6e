package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

class PeerFilterTest {
    private final EmbeddedChannel connection = new EmbeddedChannel();

    @Test
    void aConnectionOfTheOwnerPasses() {
        assertThat(accepted(true).<Object>readInbound()).isSameAs(connection);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void aConnectionOfAnotherUserIsClosedBeforeAnybodySeesIt() {
        assertThat(accepted(false).<Object>readInbound()).isNull();
        assertThat(connection.isOpen()).isFalse();
    }

    private EmbeddedChannel accepted(boolean sameUser) {
        EmbeddedChannel listening =
                new EmbeddedChannel(
                        new PeerFilter((channel, own) -> sameUser, Path.of("engine.sock")));
        listening.writeInbound(connection);
        return listening;
    }
}
