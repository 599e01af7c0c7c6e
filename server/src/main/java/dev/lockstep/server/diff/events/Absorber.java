package dev.lockstep.server.diff.events;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lets one side have events that the other one has not, where the sides differ. */
public sealed interface Absorber extends NamedRule {
    /** Returns whose additional events it absorbs. */
    Sides sides();

    /** Whose events. */
    enum Sides {
        /** The reference's. */
        REFERENCE,
        /** The subject's. */
        SUBJECT,
        /** Those of either. */
        EITHER;

        boolean include(Side side) {
            return switch (this) {
                case REFERENCE -> side == Side.REFERENCE;
                case SUBJECT -> side == Side.SUBJECT;
                case EITHER -> true;
            };
        }
    }

    /**
     * One event of a kind, where the other side has another kind.
     *
     * @param name of the rule
     * @param reason for people
     * @param kind of the event
     * @param where which of these
     * @param identity the class of ids of which it has one; empty for whatever ids
     * @param sides whose
     * @param budget how many
     */
    record Extra(
            String name,
            String reason,
            KindPattern kind,
            Condition where,
            Optional<String> identity,
            Sides sides,
            OptionalLong budget)
            implements Absorber {}

    /**
     * A sequence of events, once or several times in a row, after which the side agrees with the
     * other one again.
     *
     * @param name of the rule
     * @param reason for people
     * @param sequence the events
     * @param maxRepeats so many times at most, at least 1
     * @param other what the other side's event is
     * @param agreed fields of the payload that are equal, besides the kind, where the sides agree
     *     again
     * @param contiguous whether local events between them count as something else
     * @param sides whose
     * @param budget how many events
     */
    record Fold(
            String name,
            String reason,
            List<Shape> sequence,
            int maxRepeats,
            Shape other,
            List<String> agreed,
            boolean contiguous,
            Sides sides,
            OptionalLong budget)
            implements Absorber {
        private static final int MAX_EVENTS = 4096;

        /** Copies, and checks the length. */
        public Fold {
            sequence = List.copyOf(sequence);
            agreed = List.copyOf(agreed);
            if (maxRepeats < 1 || (long) maxRepeats * sequence.size() > MAX_EVENTS) {
                throw new IllegalArgumentException(
                        "%d events %d times (expected: at least once, and up to %d events)"
                                .formatted(sequence.size(), maxRepeats, MAX_EVENTS));
            }
        }
    }

    /**
     * What an event looks like.
     *
     * @param kind its kind
     * @param where which of these
     */
    record Shape(KindPattern kind, Condition where) {
        boolean fits(LoggedEvent event) {
            return kind.matches(event.kind()) && where.holds(event.payload());
        }
    }
}
