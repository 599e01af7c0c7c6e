package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;

import io.netty.channel.Channel;

/** Frames between one engine and its place. Everything is called on the event loop. */
interface Line {
    /** What is to be done once it is known what became of a frame. */
    interface Passage {
        /** Nothing. */
        Passage UNSEEN = () -> {};

        /** The frame has left, or is known to have arrived. */
        void arrived();

        /** The frame will not arrive. */
        default void lost() {}
    }

    /** Sets who is spoken to. What is sent before that is kept in order all the same. */
    void serve(Place place);

    void send(CoordinatorFrame frame, Passage passage);

    /** Sends a frame that may leave together with the next one. */
    void sendWithNext(CoordinatorFrame frame);

    /** Asks to be told soon what has arrived, as whoever waits for it does. */
    void askArrival();

    /** Sends why the engine is thrown out, and closes when that had time to be read. */
    void refuse(CoordinatorFrame error);

    /** Closes for good. */
    void close();

    /** Runs {@code task} on the event loop, from any thread. */
    void execute(Runnable task);

    /**
     * Takes a frame of the engine.
     *
     * @param from what it came over; ignored if the engine has another connection now
     */
    void receive(Channel from, EngineFrame frame);

    /** Throws the engine out if it still has that connection. */
    void expel(Channel from, ProtocolException reason);

    /** Takes note that a connection is gone. */
    void disconnected(Channel from, String how);
}
