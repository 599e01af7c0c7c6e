package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The events of a log by their places. For one thread. */
final class EventLog {
    private final LogText text;
    private final LogIndex index;
    private final EventReader reader;
    private final Canonicaliser canonicaliser;

    EventLog(LogText text, LogIndex index, Canonicaliser canonicaliser) {
        this.text = text;
        this.index = index;
        this.reader = new EventReader(text.name());
        this.canonicaliser = canonicaliser;
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

    private byte[] line(long offset) {
        try {
            return text.line(offset);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: cannot be read: %s".formatted(text.name(), e.getMessage()), e);
        }
    }
}
