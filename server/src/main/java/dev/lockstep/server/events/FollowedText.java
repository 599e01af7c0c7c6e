package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/** A log that is being written in this process: what is on its way to the disk can be read too. */
final class FollowedText extends EventText {
    private final EventLog log;
    private final FrameReader reader;

    FollowedText(EventLog log, FrameReader reader) {
        this.log = log;
        this.reader = reader;
    }

    @Override
    EventText again() {
        return new FollowedText(log, reader.again());
    }

    @Override
    public long length() {
        return log.length();
    }

    @Override
    public boolean isComplete() {
        return log.isComplete();
    }

    @Override
    public Optional<String> damage() {
        return log.missing();
    }

    @Override
    @Nullable Piece at(long offset) throws IOException {
        Piece waiting = log.waiting(offset);
        if (waiting != null) {
            return waiting;
        }
        Frame frame = log.index().at(offset);
        return frame == null
                ? null
                : new Piece(reader.text(frame), (int) (offset - frame.offset()));
    }

    @Override
    boolean await(long offset) throws IOException {
        try {
            return log.await(offset);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for events");
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
