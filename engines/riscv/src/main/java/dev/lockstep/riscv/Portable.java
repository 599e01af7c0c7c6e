package dev.lockstep.riscv;

/**
 * A part of a guest whose state can be kept and brought back here, and written down and read
 * elsewhere: its fields, named once.
 */
public interface Portable extends Rewindable {
    /** Hands over each field, always the same in the same order, and takes what comes back. */
    void exchange(Fields fields);

    @Override
    default Runnable checkpoint() {
        return Checkpoint.of(this);
    }
}
