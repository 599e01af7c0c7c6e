package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;
import dev.lockstep.server.run.RunRegistry;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * Where the connections of engines come in, wherever a coordinator listens, and find their places.
 * Used on the thread of the runs only.
 */
public final class EngineReception {
    private static final Logger LOG = LoggerFactory.getLogger(EngineReception.class);

    private final RunRegistry registry;
    private final Tickets tickets;
    private final Strangers strangers = new Strangers();

    /**
     * Creates the reception of a coordinator.
     *
     * @param grace how long the place of an engine is kept whose connection broke; zero for not at
     *     all
     */
    public EngineReception(RunRegistry registry, Duration grace) {
        this.registry = registry;
        tickets = new Tickets(grace);
    }

    /** Takes a new connection, whose bytes are the protocol's. */
    void receive(Channel channel) {
        channel.pipeline()
                .addLast(new EngineFrameDecoder(strangers))
                .addLast(new CoordinatorFrameEncoder())
                .addLast(new EngineAdapter(this));
    }

    Tickets tickets() {
        return tickets;
    }

    Strangers strangers() {
        return strangers;
    }

    /**
     * Brings an engine to its place.
     *
     * @throws ProtocolException if it gets none
     */
    Line join(Hello hello, Channel channel) throws ProtocolException {
        boolean far = channel instanceof SocketChannel;
        if (!hello.getReconnects() || !(far || tickets.keepPlaces())) {
            return join(hello, new DirectLine(channel));
        }
        ResumableLine line = new ResumableLine(tickets, channel, far);
        try {
            return join(hello, line);
        } catch (ProtocolException e) {
            line.forget();
            throw e;
        }
    }

    private Line join(Hello hello, Line line) throws ProtocolException {
        Place place = registry.join(hello, new EngineProxy(line));
        line.serve(place);
        return line;
    }

    /** Takes note of a connection that got no place. */
    void noteStranger(Channel channel, String asked, String what) {
        registry.noteStranger(asked, what);
        if (channel instanceof SocketChannel far) {
            LOG.warn("refused a connection from {}: {}", far.remoteAddress(), what);
        }
    }
}
