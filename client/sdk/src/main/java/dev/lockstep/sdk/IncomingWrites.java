package dev.lockstep.sdk;

import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** The writes of an answer while its parts come in. Can be traversed once. */
final class IncomingWrites implements Iterable<InputAnswer.Write> {
    private final Cursor cursor;
    private boolean taken;

    /**
     * @param first the first part
     * @param further waits for the next part
     */
    IncomingWrites(InputResult first, Supplier<InputResult> further) {
        cursor = new Cursor(first, further);
    }

    @Override
    public Iterator<InputAnswer.Write> iterator() {
        if (taken) {
            throw new IllegalStateException("the writes of an answer can be traversed once");
        }
        taken = true;
        return cursor;
    }

    /** Holds the part that is being traversed, and no other. */
    private static final class Cursor implements Iterator<InputAnswer.Write> {
        private final Supplier<InputResult> further;
        private InputResult part;
        private int next;

        Cursor(InputResult first, Supplier<InputResult> further) {
            part = first;
            this.further = further;
        }

        @Override
        public boolean hasNext() {
            while (next == part.getWritesCount() && part.getMore()) {
                part = further.get();
                next = 0;
            }
            return next < part.getWritesCount();
        }

        @Override
        public InputAnswer.Write next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the answer has no further write");
            }
            MemoryWrite write = part.getWrites(next++);
            return new InputAnswer.Write(write.getAddress(), write.getData().toByteArray());
        }
    }
}
