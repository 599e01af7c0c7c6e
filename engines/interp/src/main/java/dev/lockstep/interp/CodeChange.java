package dev.lockstep.interp;

/** Unwinds from a store to code before it is done, so that no trace goes on with what was there. */
final class CodeChange extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long address;
    private final long length;

    CodeChange(long address, long length) {
        super(null, null, false, false);
        this.address = address;
        this.length = length;
    }

    /** Returns the start of the pages that are about to change. */
    long address() {
        return address;
    }

    long length() {
        return length;
    }
}
