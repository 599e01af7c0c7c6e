package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

/** One connection, with which the engine's place is lost. */
final class DirectLine implements Line {
    private final Channel channel;
    private @Nullable Place place;

    DirectLine(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void serve(Place newPlace) {
        place = newPlace;
    }

    @Override
    public void send(CoordinatorFrame frame, Passage passage) {
        channel.writeAndFlush(frame)
                .addListener(write -> {
                    if (write.isSuccess()) {
                        passage.arrived();
                    } else {
                        passage.lost();
                        close();
                    }
                });
    }

    @Override
    public void sendWithNext(CoordinatorFrame frame) {
        var _ = channel.write(frame);
    }

    @Override
    public void askArrival() {} // That it has left is all that is known, and told at once.

    @Override
    public void refuse(CoordinatorFrame error) {
        LastWord.send(channel, error);
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    @Override
    public void execute(Runnable task) {
        channel.eventLoop().execute(task);
    }

    @Override
    public void receive(Channel from, EngineFrame frame) {
        if (place != null) {
            place.receive(frame);
        }
    }

    @Override
    public void expel(Channel from, ProtocolException reason) {
        if (place != null) {
            place.expel(reason);
        }
    }

    @Override
    public void disconnected(Channel from, String how) {
        if (place != null) {
            place.vanish(how);
        }
    }
}
