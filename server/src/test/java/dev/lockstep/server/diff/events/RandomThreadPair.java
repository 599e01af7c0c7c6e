package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.PairResult.Region;
import dev.lockstep.server.diff.events.Vocabulary.Event;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * A thread as both sides log it: the same events, each side with noise of its own, and differences
 * that are planted. Every event but noise is like no other, and no one-sided noise is close behind
 * a difference; so there is but one way to align both sides again.
 */
final class RandomThreadPair {
    /** So far apart are differences. */
    private static final int DISTANCE = 24;

    /** Behind a difference so many events are equal on both sides: more than alignment looks at. */
    private static final int QUIET = 12;

    private final Random chance;
    private final Vocabulary vocabulary;
    private final RandomEvents events;
    private final List<String> sharedIds;
    private final Map<Side, List<Event>> sides = new EnumMap<>(Side.class);
    private final Map<String, Map<Side, Long>> absorbed = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private Optional<Side> ended = Optional.empty();
    private int quiet;

    /**
     * A difference and where it is.
     *
     * @param plant what sort
     * @param matched equal events before, since the difference before
     * @param referenceStart events of the reference before
     * @param referenceCount its events that have no equal
     * @param subjectStart events of the subject before
     * @param subjectCount its events that have no equal
     * @param place as a description says it; empty if that follows from the events by chance
     */
    record Difference(
            Plant plant,
            long matched,
            long referenceStart,
            long referenceCount,
            long subjectStart,
            long subjectCount,
            Optional<String> place) {
        boolean isAt(Region region) {
            return region.matchedBefore() == matched
                    && region.referenceStart() == referenceStart
                    && region.referenceCount() == referenceCount
                    && region.subjectStart() == subjectStart
                    && region.subjectCount() == subjectCount;
        }
    }

    RandomThreadPair(
            Random chance, Vocabulary vocabulary, RandomEvents events, List<String> sharedIds) {
        this.chance = chance;
        this.vocabulary = vocabulary;
        this.events = events;
        this.sharedIds = sharedIds;
        for (Side side : Side.values()) {
            sides.put(side, new ArrayList<>());
        }
    }

    /**
     * Makes the events.
     *
     * @param name of the function that is called first, by which the sides find each other
     * @param count of events that are meant
     * @param plants what differs, in order; as much of it as there is room for
     */
    void fill(String name, int count, List<Plant> plants) {
        var left = new ArrayList<>(plants);
        both(Event.of("kernel.call", "name", name));
        both(Event.of("wait.begin", "handles_semantic_ids", sharedIds));
        long matched = 2;
        int next = 2 + chance.nextInt(DISTANCE);
        for (int i = 2; i < count && ended.isEmpty(); i++) {
            Event event = events.next();
            locals();
            boolean planted =
                    i >= next && i < count - 1 && !left.isEmpty() && left.getFirst().fits(event);
            if (planted) {
                plant(left.removeFirst(), event, matched, count - i);
                next = i + DISTANCE + chance.nextInt(DISTANCE);
                quiet = QUIET;
                matched = 0;
            } else {
                noise(event);
            }
            if (!planted || isInFrontOfEvent()) {
                both(event);
                matched++;
            }
        }
        locals();
    }

    private boolean isInFrontOfEvent() {
        return switch (differences.getLast().plant) {
            case ADDITIONAL, UNSHARED_CREATE, UNSHARED_WAIT -> true;
            default -> false;
        };
    }

    private void both(Event event) {
        for (Side side : Side.values()) {
            events(side).add(events.written(event));
        }
        quiet = Math.max(0, quiet - 1);
    }

    private void plant(Plant plant, Event event, long matched, int rest) {
        long reference = events(Side.REFERENCE).size();
        long subject = events(Side.SUBJECT).size();
        Side side = (chance.nextBoolean() ? Side.REFERENCE : Side.SUBJECT);
        switch (plant) {
            case MISSING -> one(side, event);
            case ADDITIONAL -> one(side, events.unique(additional(event)));
            case UNSHARED_CREATE -> one(side, events.unique(events.create()));
            case UNSHARED_WAIT -> one(side, events.unique(events.await()));
            case SWAPPED -> swap(event);
            case TRUNCATED -> truncate(side, event, rest);
            default -> {
                for (Side each : Side.values()) {
                    one(each, plant.on(each, event));
                }
            }
        }
        differences.add(
                new Difference(
                        plant,
                        matched,
                        reference,
                        events(Side.REFERENCE).size() - reference,
                        subject,
                        events(Side.SUBJECT).size() - subject,
                        plant.place(event)));
    }

    private void one(Side side, Event event) {
        events(side).add(events.written(event));
    }

    private static Event additional(Event event) {
        return event.isNumbered() ? Event.of("probe.more") : event;
    }

    private void swap(Event event) {
        Event other = events.unique(Event.of("probe.swapped"));
        one(Side.REFERENCE, event);
        one(Side.REFERENCE, other);
        one(Side.SUBJECT, other);
        one(Side.SUBJECT, event);
    }

    private void truncate(Side side, Event event, int rest) {
        one(side, event);
        for (int i = 1; i < rest; i++) {
            one(side, events.next());
        }
        ended = Optional.of(side.other());
    }

    /** Adds what is not compared; but where a difference ends is plain only without. */
    private void locals() {
        if (ended.isPresent() || quiet == QUIET) {
            return;
        }
        for (Side side : Side.values()) {
            while (chance.nextInt(5) == 0) {
                events(side).add(events.local());
            }
        }
    }

    /** Adds what one side alone may have in front of an event, if there may be any. */
    private void noise(Event event) {
        if (quiet > 0) {
            return;
        }
        Side side = (chance.nextBoolean() ? Side.REFERENCE : Side.SUBJECT);
        int what = chance.nextInt(24);
        if (what == 0 && !event.kind().equals("handle.create") && mayCreate(side)) {
            absorb("shared-global", side, List.of(events.unique(create())));
        } else if (what == 1 && !event.kind().startsWith("wait.")) {
            absorb("wait-begin", side, List.of(events.unique(await())));
        } else if (what < 12 && vocabulary.folds() && isLeaving(event)) {
            for (int i = 1 + chance.nextInt(3); i > 0; i--) {
                absorb("nested-cs", Side.REFERENCE, section());
            }
        }
    }

    private boolean mayCreate(Side side) {
        return vocabulary.creating().contains(side);
    }

    private static boolean isLeaving(Event event) {
        return event.kind().equals("import.call") && event.name().equals("RtlLeaveCriticalSection");
    }

    private Event create() {
        return chance.nextBoolean()
                ? events.sharedCreate()
                : events.create().with("handle_semantic_id", sharedIds.getFirst());
    }

    private Event await() {
        return events.await().with("handles_semantic_ids", List.of("private", sharedIds.getLast()));
    }

    private static List<Event> section() {
        List<Event> section = new ArrayList<>();
        for (String name : List.of("RtlEnterCriticalSection", "RtlLeaveCriticalSection")) {
            for (String kind : List.of("import.call", "kernel.call", "kernel.return")) {
                section.add(Event.of(kind, "name", name));
            }
        }
        return section;
    }

    private void absorb(String rule, Side side, List<Event> added) {
        for (Event event : added) {
            one(side, event);
            locals();
            absorbed.computeIfAbsent(rule, _ -> new EnumMap<>(Side.class))
                    .merge(side, 1L, Long::sum);
        }
    }

    /** Returns what a side logs. */
    List<Event> events(Side side) {
        return Objects.requireNonNull(sides.get(side));
    }

    /** Returns what was planted. */
    List<Difference> differences() {
        return differences;
    }

    /** Returns how many events of a side a rule has to absorb. */
    long absorbed(String rule, Side side) {
        return absorbed.getOrDefault(rule, Map.of()).getOrDefault(side, 0L);
    }
}
