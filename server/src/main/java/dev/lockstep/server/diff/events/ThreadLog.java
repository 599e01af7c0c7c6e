package dev.lockstep.server.diff.events;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thread of a log: of each event no more than what tells it from others, and where it stands.
 *
 * <pre>
 * | fingerprint of what is compared | offset of its line, 55 bits | renamings, 8 bits | local, 1 bit |
 * </pre>
 */
final class ThreadLog {
    private static final int WIDTH = 2;
    private static final int FINGERPRINT = 0;
    private static final int PLACE = 1;
    private static final int RENAMINGS_SHIFT = 1;
    private static final int RENAMINGS_MASK = EventProfile.MAX_RENAMINGS;
    private static final int OFFSET_SHIFT = 9;

    private final long tid;
    private final int number;
    private final RowList events;
    private final Spool spool;

    /** What each renaming of an event was counted as, in order. */
    private @Nullable RowList ordinals;

    private @Nullable Map<String, Long> counters;
    private boolean partnerKeyKnown;
    private boolean hasPartnerKey;
    private long partnerKey;
    private long lastIndex;
    private int pendingRenamings;

    /**
     * Creates an empty one.
     *
     * @param tid its number in its engine
     * @param number the how many-th of its log it is, from 1
     */
    ThreadLog(long tid, int number, Spool spool) {
        this.tid = tid;
        this.number = number;
        this.spool = spool;
        this.events = new RowList(spool, WIDTH);
    }

    long tid() {
        return tid;
    }

    int number() {
        return number;
    }

    /** Returns the number of its events. */
    long size() {
        return events.size();
    }

    /** Returns the index of its last event. */
    long lastIndex() {
        return lastIndex;
    }

    /** Returns whether the event has come that says which thread is its partner. */
    boolean isPartnerKeyKnown() {
        return partnerKeyKnown;
    }

    /** Returns the fingerprint of what it shares with its partner. */
    Optional<Long> partnerKey() {
        return hasPartnerKey ? Optional.of(partnerKey) : Optional.empty();
    }

    /** Sets what it shares with its partner; null if it has none. */
    void setPartnerKey(@Nullable Long key) {
        partnerKeyKnown = true;
        hasPartnerKey = key != null;
        partnerKey = key == null ? 0 : key;
    }

    /** Returns the next number of a renaming of the event that is added next, from 0. */
    long nextOrdinal(String counted) {
        if (counters == null || ordinals == null) {
            counters = new HashMap<>();
            ordinals = new RowList(spool, 1);
        }
        long ordinal = counters.merge(counted, 1L, Long::sum) - 1;
        spool.put(ordinals.add(), ordinal);
        pendingRenamings++;
        return ordinal;
    }

    /** Appends an event. */
    void add(long index, long fingerprint, long offset, boolean local) {
        long row = events.add();
        long renamings = (long) pendingRenamings << RENAMINGS_SHIFT;
        spool.put(row + FINGERPRINT, fingerprint);
        spool.put(row + PLACE, offset << OFFSET_SHIFT | renamings | (local ? 1 : 0));
        lastIndex = index;
        pendingRenamings = 0;
    }

    /** Returns a reader at the first event. */
    Reader reader() {
        return new Reader(events.cursor(), null);
    }

    /** A place in the thread. */
    final class Reader {
        private final RowList.Cursor event;
        private RowList.@Nullable Cursor ordinal;

        private Reader(RowList.Cursor event, RowList.@Nullable Cursor ordinal) {
            this.event = event;
            this.ordinal = ordinal;
        }

        Reader copy() {
            return new Reader(event.copy(), ordinal == null ? null : ordinal.copy());
        }

        ThreadLog thread() {
            return ThreadLog.this;
        }

        /** Returns how many events are before it. */
        long position() {
            return event.position();
        }

        boolean isAtEnd() {
            return event.isAtEnd();
        }

        long fingerprint() {
            return event.get(FINGERPRINT);
        }

        boolean isLocal() {
            return (event.get(PLACE) & 1) != 0;
        }

        /** Returns where the line of the event begins. */
        long offset() {
            return event.get(PLACE) >>> OFFSET_SHIFT;
        }

        /** Returns what the renamings of the event were counted as. */
        long[] ordinals() {
            long[] found = new long[renamings()];
            if (found.length > 0) {
                RowList.Cursor at = ordinalCursor().copy();
                for (int i = 0; i < found.length; i++) {
                    found[i] = at.get(0);
                    at.advance();
                }
            }
            return found;
        }

        void advance() {
            for (int i = renamings(); i > 0; i--) {
                ordinalCursor().advance();
            }
            event.advance();
        }

        private int renamings() {
            return (int) (event.get(PLACE) >>> RENAMINGS_SHIFT) & RENAMINGS_MASK;
        }

        private RowList.Cursor ordinalCursor() {
            if (ordinal == null) {
                if (ordinals == null) {
                    throw new IllegalStateException("an event was renamed and not counted");
                }
                ordinal = ordinals.cursor();
            }
            return ordinal;
        }
    }
}
