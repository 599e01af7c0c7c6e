package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection to a machine that was cut off: it is open, and nothing comes or leaves. */
@Timeout(20)
class SilenceTest {
    private static final class CutOff implements Wire {
        private final SocketChannel socket = SocketChannel.open();

        CutOff() throws IOException {
            socket.configureBlocking(false);
        }

        @Override
        public SocketChannel socket() {
            return socket;
        }

        @Override
        public int read(ByteBuffer into) {
            return 0;
        }

        @Override
        public boolean write(ByteBuffer from) {
            return false;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void neitherReadingNorWritingWaitsForLongerThanTheLimit() throws IOException {
        try (FrameChannel channel = new FrameChannel(new CutOff())) {
            channel.limitSilence(50);
            assertThatThrownBy(channel::read).hasMessageContaining("has been silent for");
            assertThatThrownBy(() -> channel.write(new byte[1]))
                    .hasMessageContaining("has been silent for");
        }
    }
}
