package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Restore;

/** Reads a state for one engine, a part at a time. Nothing here blocks. */
public interface StateReader extends AutoCloseable {
    /** Takes the next part, or why there is none, on a thread of the reader's. */
    interface Taker {
        /** The next part; it says itself whether more follow. */
        void take(Restore part);

        /** There is no way to read on. */
        void fail(String why);
    }

    /** Fetches the next part; belongs after the one before was taken. */
    void next(Taker taker);

    /** Reads no more. */
    @Override
    void close();
}
