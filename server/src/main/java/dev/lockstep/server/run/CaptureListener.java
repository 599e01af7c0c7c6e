package dev.lockstep.server.run;

import dev.lockstep.proto.v1.CapturePart;

/** Hears what the engines of a run tell of their states, on the run's thread; must not block. */
public interface CaptureListener {
    /** Called first. */
    void began(Capturing capturing);

    /**
     * Called with what one engine tells, in order (docs/protocol.md, "Snapshots"). The order of the
     * parts is as it has to be and hashes are whole; all else is yet to be checked.
     *
     * @param engine its place in {@link Capturing#engines}
     */
    void arrived(int engine, CapturePart part);

    /**
     * Called last: the run has ended, and nothing more comes.
     *
     * @param why for people
     */
    void ended(String why);

    /**
     * Called last instead, when nothing more comes for another reason.
     *
     * @param why for people
     */
    void brokenOff(String why);
}
