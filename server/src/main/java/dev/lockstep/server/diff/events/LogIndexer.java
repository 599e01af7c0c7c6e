package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Pairing;
import dev.lockstep.server.json.Fingerprint;
import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

/**
 * Reads a log once, line by line, and keeps what the comparison needs of it. The events themselves
 * stay where they are. For one thread.
 */
final class LogIndexer {
    private final String file;
    private final KindRules.Book book;
    private final EventReader reader;
    private final Canonicaliser canonicaliser;
    private final LogIndex index;
    private final Pairing.@Nullable FirstEvent pairing;
    private boolean headerRead;

    /**
     * Creates it.
     *
     * @param file as the user calls it, for messages
     */
    LogIndexer(String file, EventProfile profile, Spool spool) {
        this.file = file;
        this.book = new KindRules.Book(profile);
        this.reader = new EventReader(file);
        this.canonicaliser = new Canonicaliser(book);
        this.index = new LogIndex(profile, spool);
        this.pairing = firstEvent(profile.threads().pairing());
    }

    private static Pairing.@Nullable FirstEvent firstEvent(Pairing pairing) {
        return switch (pairing) {
            case Pairing.FirstEvent it -> it;
            case Pairing.Automatic it -> it.otherwise();
            case Pairing.SameNumber _ -> null;
        };
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
     * Reads the next line, without its end.
     *
     * @param place offset of the line in the text
     * @param line its number in the file, from 1
     * @throws MalformedLogException if it is none of an event log
     */
    void read(byte[] buffer, int offset, int length, long place, long line) {
        if (!headerRead) {
            reader.checkHeader(buffer, offset, length);
            headerRead = true;
        } else if (length > 0) {
            add(reader.read(buffer, offset, length, line), place);
        }
    }

    private void add(LoggedEvent event, long place) {
        ThreadLog thread = index.thread(event.tid());
        checkOrder(thread, event.index());
        KindRules rules = book.of(event.kind());
        LoggedEvent renamed =
                canonicaliser.renamed(
                        event,
                        (rule, counted) -> {
                            index.countApplied(rule.name());
                            return thread.nextOrdinal(counted);
                        });
        index.idUses().forEach(uses -> uses.add(renamed, thread.number()));
        if (rules.counted()) {
            index.count(event.kind(), event.tid());
        }
        if (pairing != null
                && !thread.isPartnerKeyKnown()
                && pairing.kind().matches(event.kind())) {
            thread.setPartnerKey(partnerKey(pairing, renamed.payload()));
        }
        thread.add(event.index(), canonicaliser.fingerprint(renamed, place), place, rules.local());
        index.countEvent();
    }

    private static @Nullable Long partnerKey(Pairing.FirstEvent pairing, JsonValue.Struct payload) {
        JsonValue value = payload.members().get(pairing.field());
        return value == null || value instanceof JsonValue.Null ? null : Fingerprint.of(value);
    }

    private void checkOrder(ThreadLog thread, long eventIndex) {
        boolean inPlace = book.profile().threads().lenientOrder() && eventIndex == thread.size();
        if (thread.size() > 0 && eventIndex <= thread.lastIndex() && !inPlace) {
            throw new MalformedLogException(
                    "%s: tid=%d events out of order at index %d (tid_event_idx %d after %d)"
                            .formatted(
                                    file,
                                    thread.tid(),
                                    thread.size(),
                                    eventIndex,
                                    thread.lastIndex()));
        }
    }
}
