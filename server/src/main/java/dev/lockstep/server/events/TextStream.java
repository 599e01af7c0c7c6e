package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;

/** An event log as a stream of bytes. */
final class TextStream extends BulkInput {
    private final EventText text;
    private long offset;
    private EventText.@Nullable Piece piece;
    private int next;

    TextStream(EventText text, long offset) {
        this.text = text;
        this.offset = offset;
    }

    @Override
    public int read(byte[] to, int start, int length) throws IOException {
        Objects.checkFromIndexSize(start, length, to.length);
        if (length == 0) {
            return 0;
        }
        EventText.Piece present = present();
        if (present == null) {
            return -1;
        }
        int count = Math.min(length, present.bytes().length - next);
        System.arraycopy(present.bytes(), next, to, start, count);
        next += count;
        offset += count;
        return count;
    }

    /** Returns a piece that is not used up, null at the end. */
    private EventText.@Nullable Piece present() throws IOException {
        EventText.Piece present = piece;
        while (present == null || next == present.bytes().length) {
            if (!text.await(offset)) {
                return null;
            }
            present = text.at(offset);
            piece = present;
            next = present == null ? 0 : present.from();
        }
        return present;
    }
}
