package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Pairing;

import java.nio.charset.StandardCharsets;

/** Puts events into the index of their log, however they were read. For one thread. */
final class Intake {
    private final String file;
    private final LogIndex index;
    private final boolean lenientOrder;
    private final Pairing.FirstEvent decisive;
    private final byte[] partnerField;

    /** What the events of threads that are paired by their numbers do not decide. */
    private static final Pairing.FirstEvent NONE =
            new Pairing.FirstEvent(new KindPattern("-"), "-");

    Intake(String file, LogIndex index, EventProfile.Threads threads) {
        this.file = file;
        this.index = index;
        this.lenientOrder = threads.lenientOrder();
        this.decisive =
                switch (threads.pairing()) {
                    case Pairing.FirstEvent it -> it;
                    case Pairing.Automatic it -> it.otherwise();
                    case Pairing.SameNumber _ -> NONE;
                };
        this.partnerField = decisive.field().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns the thread to which an event is added next.
     *
     * @throws MalformedLogException if its index does not rise
     */
    ThreadLog thread(long tid, long eventIndex) {
        ThreadLog thread = index.thread(tid);
        boolean inPlace = lenientOrder && eventIndex == thread.size();
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
        return thread;
    }

    /** Returns whether an event says which thread is the partner of its own. */
    boolean isDecisive(ThreadLog thread, KindRules rules) {
        return !thread.isPartnerKeyKnown() && decisive.kind().matches(rules.kind());
    }

    /** Returns the field by which threads are paired, in UTF-8. */
    byte[] partnerField() {
        return partnerField;
    }

    /** Returns the number for a renaming of the event that is added next. */
    long nextOrdinal(ThreadLog thread, Renaming rule, String counted) {
        index.countApplied(rule.name());
        return thread.nextOrdinal(counted);
    }

    /** Adds an event. */
    void add(ThreadLog thread, long eventIndex, long fingerprint, long place, KindRules rules) {
        if (rules.counted()) {
            index.count(rules.kind(), thread.tid());
        }
        thread.add(eventIndex, fingerprint, place, rules.local());
        index.countEvent();
    }
}
