package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.diff.events.PairResult.SideCounts;
import dev.lockstep.server.diff.events.PairResult.Trailing;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Compares two threads up to their first difference. When their logs have grown it can be
 * continued. For one thread.
 */
final class PairWalk implements Steps.Observer {
    /** So many pairs of equal events are told of together. */
    private static final long PAIRS_BETWEEN_REPORTS = 1 << 12;

    private final LogPair logs;
    private final ThreadPairs.Pair pair;
    private final Consumer<AbsorbedEvent> absorbedLog;
    private final DiffProgress progress;
    private final Steps steps;
    private final Context context;
    private final Map<String, SideCounts> absorbed = new TreeMap<>();
    private Set<Side> bindingEnds = Set.of();
    private long matched;
    private @Nullable FirstDifference first;
    private @Nullable Trailing trailing;

    /**
     * Creates it.
     *
     * @param absorbedLog is told of what is absorbed, in order
     * @param progress is told how many events are done with
     */
    PairWalk(
            ThreadPairs.Pair pair,
            LogPair logs,
            Consumer<AbsorbedEvent> absorbedLog,
            DiffProgress progress) {
        this.logs = logs;
        this.pair = pair;
        this.absorbedLog = absorbedLog;
        this.progress = progress;
        ThreadLog.Reader reference = pair.reference().reader();
        ThreadLog.Reader subject = pair.subject().reader();
        this.steps = new Steps(reference, subject, logs, this);
        this.context = new Context(reference, subject);
    }

    @Override
    public void matched(ThreadLog.Reader reference, ThreadLog.Reader subject) {
        context.add(reference, subject);
        matched++;
        if (matched % PAIRS_BETWEEN_REPORTS == 0) {
            progress.compared(2 * PAIRS_BETWEEN_REPORTS);
        }
    }

    @Override
    public void absorbed(Absorption.Absorbed events) {
        absorbed.merge(
                events.rule().name(),
                SideCounts.NONE.plus(events.side(), events.events().size()),
                SideCounts::plus);
        for (int i = 0; i < events.events().size(); i++) {
            absorbedLog.accept(
                    new AbsorbedEvent(
                            events.rule().name(),
                            events.side(),
                            pair.reference().tid(),
                            pair.subject().tid(),
                            matched,
                            events.events().get(i),
                            events.repeats(),
                            i));
        }
    }

    /** Returns the first difference, if the threads have one as far as they are known. */
    Optional<FirstDifference> goOn() {
        if (first == null) {
            first = steps.goOn().map(this::found).orElse(null);
        }
        return Optional.ofNullable(first);
    }

    private FirstDifference found(Steps.Stop stop) {
        Absorption.Standing at = stop.standing();
        return new FirstDifference(
                matched,
                ShownEvent.of(at.referenceEvent()),
                ShownEvent.of(at.subjectEvent()),
                stop.mismatch().told(),
                next(Side.REFERENCE),
                next(Side.SUBJECT));
    }

    private Optional<ShownEvent> next(Side side) {
        ThreadLog.Reader reader = steps.reader(side).copy();
        reader.advance();
        return reader.isAtEnd() ? Optional.empty() : Optional.of(logs.log(side).shown(reader));
    }

    /**
     * Looks, when no more will come, at what one side has behind the end of the other.
     *
     * @param binding the sides behind whose end the other one may have nothing
     */
    void end(Set<Side> binding) {
        bindingEnds = binding;
        progress.compared(pair.eventCount() - 2 * (matched - matched % PAIRS_BETWEEN_REPORTS));
        if (first == null) {
            trailing = trailing(Side.REFERENCE).or(() -> trailing(Side.SUBJECT)).orElse(null);
        }
    }

    private Optional<Trailing> trailing(Side side) {
        if (!bindingEnds.contains(side.other())) {
            return Optional.empty();
        }
        long count = steps.countRest(side);
        return count == 0
                ? Optional.empty()
                : Optional.of(new Trailing(side, count, logs.log(side).shown(steps.reader(side))));
    }

    boolean isDifferent() {
        return first != null || trailing != null;
    }

    /** Returns how many pairs of events are equal, up to the first difference. */
    long matched() {
        return matched;
    }

    /** Returns how many events each absorber absorbed. */
    Map<String, SideCounts> absorbed() {
        return absorbed;
    }

    /**
     * Returns what came of it.
     *
     * @param maxRegions so many regions that differ are searched for
     */
    PairResult result(int maxRegions) {
        Regions regions =
                first == null || maxRegions == 0
                        ? Regions.NONE
                        : Regions.from(steps, first, logs, bindingEnds, maxRegions);
        return new PairResult(
                pair.reference().tid(),
                pair.subject().tid(),
                matched,
                pair.reference().size(),
                pair.subject().size(),
                context.pairs(logs.reference(), logs.subject()),
                Optional.ofNullable(first),
                Optional.ofNullable(trailing),
                absorbed,
                regions.regions(),
                regions.isComplete());
    }
}
