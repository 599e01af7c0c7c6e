package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;

/** A log that nobody writes any more, or somebody else does. */
final class StoredText extends EventText {
    private final FrameIndex index;
    private final Optional<String> damage;
    private final FrameReader reader;

    private StoredText(FrameIndex index, Optional<String> damage, FrameReader reader) {
        this.index = index;
        this.damage = damage;
        this.reader = reader;
    }

    /** Opens a log as it is now, and checks all of it. */
    static StoredText open(SegmentFiles files) throws IOException {
        SegmentScanner found = new SegmentScanner(files).scan();
        return new StoredText(found.index(), found.missing(), new FrameReader(files));
    }

    @Override
    EventText again() {
        return new StoredText(index, damage, reader.again());
    }

    @Override
    public long length() {
        return index.end();
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public Optional<String> damage() {
        return damage;
    }

    @Override
    @Nullable Piece at(long offset) throws IOException {
        Frame frame = index.at(offset);
        return frame == null
                ? null
                : new Piece(reader.text(frame), (int) (offset - frame.offset()));
    }

    @Override
    boolean await(long offset) {
        return offset < length();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
