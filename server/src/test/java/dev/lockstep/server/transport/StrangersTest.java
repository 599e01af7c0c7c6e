package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class StrangersTest {
    private static final int MEBIBYTE = 1 << 20;

    private final Strangers strangers = new Strangers();

    @Test
    void oneTooManyPushesTheOldestOut() {
        List<EmbeddedChannel> all = enter(Strangers.MAX_CONNECTIONS + 1);

        assertThat(all.getFirst().isOpen()).isFalse();
        assertThat(all.subList(1, all.size())).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void whoHasAPlaceIsNoStranger() {
        List<EmbeddedChannel> all = enter(Strangers.MAX_CONNECTIONS);
        strangers.leave(all.getFirst());
        enter(1);

        assertThat(all).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void halvesOfHellosHaveABoundTogether() {
        List<EmbeddedChannel> all = enter(9);
        all.forEach(channel -> strangers.hold(channel, 4 * MEBIBYTE));

        assertThat(all.getFirst().isOpen()).isFalse();
        assertThat(all.subList(1, all.size())).allMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void whatGrowsIsCountedOnce() {
        List<EmbeddedChannel> all = enter(8);
        for (int mebibytes = 1; mebibytes <= 4; mebibytes++) {
            for (EmbeddedChannel channel : all) {
                strangers.hold(channel, mebibytes * MEBIBYTE);
            }
        }

        assertThat(all).allMatch(EmbeddedChannel::isOpen);
    }

    private List<EmbeddedChannel> enter(int count) {
        List<EmbeddedChannel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EmbeddedChannel channel = new EmbeddedChannel();
            channels.add(channel);
            strangers.enter(channel);
        }
        return channels;
    }
}
