package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the absorbers of a profile where two events differ. */
final class Absorption {
    private final List<Absorber> absorbers;
    private final IndexedLog reference;
    private final IndexedLog subject;

    Absorption(List<Absorber> absorbers, IndexedLog reference, IndexedLog subject) {
        this.absorbers = absorbers;
        this.reference = reference;
        this.subject = subject;
    }

    /** What is to be done where two events differ. */
    sealed interface Answer {}

    /** They differ. */
    record Nothing() implements Answer {
        private static final Nothing INSTANCE = new Nothing();
    }

    /** It depends on events that have not come yet. */
    record Undecided() implements Answer {
        private static final Undecided INSTANCE = new Undecided();
    }

    /**
     * Events that one side has and the other has not.
     *
     * @param rule why
     * @param side whose
     * @param events the events, in order
     * @param repeats of a sequence, how often it came; 0 of single events
     * @param rest where the side goes on
     */
    record Absorbed(
            Absorber rule, Side side, List<LoggedEvent> events, int repeats, ThreadLog.Reader rest)
            implements Answer {}

    /** Where both sides stand, at events that differ. */
    record Standing(
            ThreadLog.Reader reference,
            LoggedEvent referenceEvent,
            ThreadLog.Reader subject,
            LoggedEvent subjectEvent) {
        ThreadLog.Reader reader(Side side) {
            return side == Side.REFERENCE ? reference : subject;
        }

        LoggedEvent event(Side side) {
            return side == Side.REFERENCE ? referenceEvent : subjectEvent;
        }
    }

    /** Returns the answer of the first absorber that has one. */
    Answer at(Standing standing) {
        for (Absorber absorber : absorbers) {
            for (Side side : Side.values()) {
                Answer answer = at(standing, absorber, side);
                if (!(answer instanceof Nothing)) {
                    return answer;
                }
            }
        }
        return Nothing.INSTANCE;
    }

    private Answer at(Standing standing, Absorber absorber, Side side) {
        if (!absorber.sides().include(side)) {
            return Nothing.INSTANCE;
        }
        return switch (absorber) {
            case Absorber.Extra extra -> extra(standing, extra, side);
            case Absorber.Fold fold -> fold(standing, fold, side);
        };
    }

    private Answer extra(Standing standing, Absorber.Extra rule, Side side) {
        boolean applies =
                fits(rule, standing.event(side))
                        && !rule.kind().matches(standing.event(side.other()).kind());
        return applies
                ? single(rule, side, standing.event(side), standing.reader(side))
                : Nothing.INSTANCE;
    }

    /** Returns what absorbs an event of a side when the other side has ended. */
    Optional<Absorbed> atEnd(Side side, LoggedEvent event, ThreadLog.Reader place) {
        return absorbers.stream()
                .filter(it -> it.sides().include(side))
                .filter(it -> it instanceof Absorber.Extra extra && fits(extra, event))
                .findFirst()
                .map(it -> single(it, side, event, place));
    }

    private static Absorbed single(
            Absorber rule, Side side, LoggedEvent event, ThreadLog.Reader place) {
        ThreadLog.Reader rest = place.copy();
        rest.advance();
        return new Absorbed(rule, side, List.of(event), 0, rest);
    }

    private boolean fits(Absorber.Extra rule, LoggedEvent event) {
        return rule.kind().matches(event.kind())
                && rule.where().holds(event.payload())
                && rule.identity().map(it -> isFloating(it, event)).orElse(true);
    }

    private boolean isFloating(String identity, LoggedEvent event) {
        return isFloating(reference.index(), identity, event)
                || isFloating(subject.index(), identity, event);
    }

    private static boolean isFloating(LogIndex index, String identity, LoggedEvent event) {
        return index.idUses().stream()
                .filter(uses -> uses.identity().name().equals(identity))
                .anyMatch(uses ->
                        uses.identity()
                                .ids(event.kind(), event.payload())
                                .anyMatch(uses::isFloating));
    }

    private Answer fold(Standing standing, Absorber.Fold rule, Side side) {
        LoggedEvent other = standing.event(side.other());
        if (!rule.other().fits(other) || !rule.sequence().getFirst().fits(standing.event(side))) {
            return Nothing.INSTANCE;
        }
        IndexedLog log = side == Side.REFERENCE ? reference : subject;
        ThreadLog.Reader place = standing.reader(side).copy();
        List<LoggedEvent> events = new ArrayList<>();
        for (int repeats = 1; repeats <= rule.maxRepeats(); repeats++) {
            for (Absorber.Shape shape : rule.sequence()) {
                skipLocal(rule, place);
                if (place.isAtEnd()) {
                    return atEndOf(log);
                }
                if (!shape.fits(log.at(place))) {
                    return Nothing.INSTANCE;
                }
                events.add(log.at(place));
                place.advance();
            }
            skipLocal(rule, place);
            if (place.isAtEnd()) {
                return atEndOf(log);
            }
            if (agree(rule, log.at(place), other)) {
                return new Absorbed(rule, side, events, repeats, place);
            }
        }
        return Nothing.INSTANCE;
    }

    private static Answer atEndOf(IndexedLog log) {
        return log.isGrowing() ? Undecided.INSTANCE : Nothing.INSTANCE;
    }

    private static void skipLocal(Absorber.Fold rule, ThreadLog.Reader place) {
        while (!rule.contiguous() && !place.isAtEnd() && place.isLocal()) {
            place.advance();
        }
    }

    private static boolean agree(Absorber.Fold rule, LoggedEvent event, LoggedEvent other) {
        return event.kind().equals(other.kind())
                && rule.agreed().stream().allMatch(it -> field(event, it).sameAs(field(other, it)));
    }

    private static JsonValue field(LoggedEvent event, String name) {
        return event.payload().members().getOrDefault(name, JsonValue.Null.VALUE);
    }
}
