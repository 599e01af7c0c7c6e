package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogLines;
import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Reads a log once, line by line, and keeps what the comparison needs of it. The events themselves
 * stay where they are. For one thread.
 */
final class LogIndexer {
    private final LogIndex index;
    private final KindRules.Book book;
    private final EventReader reader;
    private final Canonicaliser canonicaliser;
    private final Intake intake;
    private final PlainEvents plain;
    private final Side side;
    private boolean headerRead;

    /**
     * Creates it.
     *
     * @param file as the user calls it, for messages
     * @param side whose log it is
     */
    LogIndexer(String file, Side side, EventProfile profile, Spool spool) {
        this.side = side;
        this.index = new LogIndex(profile, spool);
        this.book = new KindRules.Book(profile);
        this.reader = new EventReader(file);
        this.canonicaliser = new Canonicaliser(book);
        this.intake = new Intake(file, index, profile.threads());
        this.plain = new PlainEvents(book, intake);
    }

    /** Returns what is known so far. */
    LogIndex index() {
        return index;
    }

    /** Returns whether the first line was read. */
    boolean isHeaderRead() {
        return headerRead;
    }

    /**
     * Takes up the line that a reader is at.
     *
     * @throws MalformedLogException if it is none of an event log
     */
    void read(LogLines line) {
        if (!headerRead) {
            reader.checkHeader(line.buffer(), line.start(), line.length());
            headerRead = true;
        } else if (line.length() > 0 && !plain.add(line)) {
            LoggedEvent event =
                    reader.read(line.buffer(), line.start(), line.length(), line.number());
            add(event, line.offset());
        }
    }

    /** Takes up any event, by its values. */
    private void add(LoggedEvent event, long place) {
        ThreadLog thread = intake.thread(event.tid(), event.index());
        KindRules rules = book.of(event.kind());
        LoggedEvent renamed =
                canonicaliser.renamed(
                        event, (rule, counted) -> intake.nextOrdinal(thread, rule, counted));
        index.idUses().forEach(uses -> uses.add(renamed, thread.number()));
        if (intake.isDecisive(thread, rules)) {
            thread.setPartnerKey(partnerKey(renamed.payload()));
        }
        long fingerprint = canonicaliser.fingerprint(renamed, unique(place));
        intake.add(thread, event.index(), fingerprint, place, rules);
    }

    /** Two logs may have events at the same place. */
    private long unique(long place) {
        return side == Side.REFERENCE ? 2 * place : 2 * place + 1;
    }

    private @Nullable Long partnerKey(JsonValue.Struct payload) {
        String field = new String(intake.partnerField(), StandardCharsets.UTF_8);
        JsonValue value = payload.members().get(field);
        return value == null || value instanceof JsonValue.Null ? null : Fingerprint.of(value);
    }
}
