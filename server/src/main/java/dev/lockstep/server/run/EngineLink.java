package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Welcome;

import java.util.function.Consumer;

/**
 * The way back to one engine. Nothing here blocks, and nothing fails: a dead engine is heard of
 * elsewhere.
 */
public interface EngineLink {
    /**
     * Makes this engine and its only peer tell each other every record themselves before they go
     * on, so that nobody else has to hold them back; to be called before both are started.
     *
     * @return whether they do
     */
    default boolean pairWith(EngineLink peer) {
        return false;
    }

    /** Starts the engine. */
    void welcome(Welcome welcome);

    /** Tells what the other side reported. Leaves together with the next frame of another kind. */
    void peer(PeerState state);

    /** Raises what the engine may send. */
    void credit(Credit credit);

    /**
     * Passes on an input, or a part of one.
     *
     * @param written runs on the run's thread once the part has left this process
     */
    void input(InputResult result, Runnable written);

    /** Asks the engine to execute a part of its past again. */
    void examine(Examine question);

    /**
     * Lets the engine go on after that.
     *
     * @param epoch the epoch of this frame and of all that follow
     */
    void resume(Resume resume, long epoch);

    /** Asks for states. */
    void capture(Capture order);

    /** Asks for contents of pages of a state. */
    void wantPages(PagesWanted pages);

    /** Lets the engine forget states. */
    void captureDone(CaptureDone done);

    /**
     * Passes on the state to begin from, as fast as the engine takes it, and closes its reader.
     *
     * @param written runs on the run's thread whenever a part has left this process
     * @param failed is told on the run's thread if it cannot be read
     */
    void restore(StateReader state, Runnable written, Consumer<String> failed);

    /** Stops the engine, which is to say Goodbye. */
    void halt(HaltReason reason, String text);

    /** Throws the engine out and closes. */
    void refuse(ErrorCode code, String text);

    /** Closes without a word. */
    void close();
}
