package dev.lockstep.sdk;

/** Where an engine's records go. Belongs to the engine's thread. */
public interface RecordSink {
    /** Returns the buffer that the engine adds its records to, always the same one. */
    RecordBatch batch();

    /** Takes the collected records away and waits until there is room for at least one more. */
    void flush();
}
