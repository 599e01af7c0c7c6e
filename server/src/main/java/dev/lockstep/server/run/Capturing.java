package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Hello;

import java.util.List;

/** States that are being taken of a run, for whoever takes them; of the run's thread. */
public interface Capturing {
    /** Returns how the engines introduced themselves, the reference first; once one has told. */
    List<Hello> engines();

    /** Returns the step at or after which the first state is. */
    long step();

    /**
     * Asks an engine for contents of pages; what is still to come is bounded by what was asked.
     *
     * @param step of the state
     * @param hashes of 32 bytes each, at most {@link dev.lockstep.protocol.Protocol#MAX_PART_PAGES}
     */
    void want(int engine, long step, ByteString hashes);

    /** Lets an engine forget a state: all that was wanted of it has come. */
    void finish(int engine, long step);

    /** Takes no more states; the listener hears no more. */
    void cancel();
}
