package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The events of a log by their places. For one thread. */
final class IndexedLog {
    private final LogText text;
    private final LogIndex index;
    private final EventReader reader;
    private final Canonicaliser canonicaliser;
    private final boolean growing;

    private IndexedLog(LogText text, LogIndex index, EventProfile profile, boolean growing) {
        this.text = text;
        this.index = index;
        this.reader = new EventReader(text.name());
        this.canonicaliser = new Canonicaliser(new KindRules.Book(profile));
        this.growing = growing;
    }

    /** Returns a log that was read to its end. */
    static IndexedLog whole(LogText text, LogIndex index, EventProfile profile) {
        return new IndexedLog(text, index, profile, false);
    }

    /** Returns a log that is still being read. */
    static IndexedLog growing(LogText text, LogIndex index, EventProfile profile) {
        return new IndexedLog(text, index, profile, true);
    }

    /** Returns whether there may be more events than are known. */
    boolean isGrowing() {
        return growing;
    }

    LogIndex index() {
        return index;
    }

    /** Returns the event at a place, renamed as it was when it was read first. */
    LoggedEvent at(ThreadLog.Reader place) {
        LoggedEvent event = reader.reread(line(place.offset()), place.offset());
        long[] ordinals = place.ordinals();
        int[] next = {0};
        return canonicaliser.renamed(event, (_, _) -> ordinals[next[0]++]);
    }

    /** Returns what is kept of the event at a place. */
    ShownEvent shown(ThreadLog.Reader place) {
        return ShownEvent.of(at(place));
    }

    private byte[] line(long offset) {
        try {
            return text.line(offset);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: cannot be read: %s".formatted(text.name(), e.getMessage()), e);
        }
    }
}
