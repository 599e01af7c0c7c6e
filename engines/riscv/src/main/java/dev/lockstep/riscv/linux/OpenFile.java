package dev.lockstep.riscv.linux;

/**
 * What a descriptor of the guest stands for.
 *
 * @param host the host's descriptor, which nothing else uses
 * @param opening number of what was opened: descriptors that were duplicated share it, and with it
 *     position and flags; those of the standard streams are theirs
 */
record OpenFile(int host, Kind kind, int opening) {
    /** Whom reading or writing may have to wait for. */
    enum Kind {
        /** A file or directory: only the disk. */
        AT_HAND,
        /** Anybody else. */
        REMOTE,
        /** A pipe with both ends in the guest: itself, so for ever. */
        OWN_PIPE
    }

    /** Returns the same file behind another descriptor of the host. */
    OpenFile withHost(int other) {
        return new OpenFile(other, kind, opening);
    }
}
