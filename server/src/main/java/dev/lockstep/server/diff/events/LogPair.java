package dev.lockstep.server.diff.events;

/**
 * Two logs and how their events are compared.
 *
 * @param reference the log that is taken as right
 * @param subject the log under test
 * @param comparison says what differs
 * @param absorption says what may
 */
record LogPair(
        IndexedLog reference,
        IndexedLog subject,
        EventComparison comparison,
        Absorption absorption) {
    static LogPair of(IndexedLog reference, IndexedLog subject, EventProfile profile) {
        return new LogPair(
                reference,
                subject,
                new EventComparison(new KindRules.Book(profile)),
                new Absorption(profile.absorbers(), reference, subject));
    }

    IndexedLog log(Side side) {
        return side == Side.REFERENCE ? reference : subject;
    }
}
