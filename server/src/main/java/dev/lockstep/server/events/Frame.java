package dev.lockstep.server.events;

/**
 * Where in a log a piece of its text is stored.
 *
 * @param segment number of the file
 * @param position of the frame in the file, in bytes
 * @param storedBytes of the text as it is stored
 * @param rawBytes of the text itself: whole lines
 * @param offset of the first of them in the text of the log
 */
record Frame(int segment, long position, int storedBytes, int rawBytes, long offset) {
    /** Returns where in the text of the log the next frame begins. */
    long end() {
        return offset + rawBytes;
    }

    /** Returns where in the file the next frame begins. */
    long nextPosition() {
        return position + FrameLayout.HEADER_BYTES + storedBytes;
    }
}
