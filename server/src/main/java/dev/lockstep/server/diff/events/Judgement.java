package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventDiffResult.LogSummary;
import dev.lockstep.server.diff.events.EventDiffResult.UnpairedThread;
import dev.lockstep.server.diff.events.PairResult.SideCounts;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares two logs that were read, and sums up. */
final class Judgement {
    /** Of events, in the results of pairs that are kept; all pairs are counted. */
    private static final long MAX_DIFFERENT_CHARACTERS = 24 << 20;

    private static final long MAX_EQUAL_CHARACTERS = 8 << 20;
    private static final int MAX_PAIRS_KEPT = 1000;
    private static final int MAX_UNPAIRED_KEPT = 100;
    private static final int MAX_TIDS_TOLD = 20;

    private final DiffRequest request;
    private final EventProfile profile;
    private final DiffProgress progress;
    private final List<PairResult> pairs = new ArrayList<>();
    private final Room differentRoom = new Room(MAX_DIFFERENT_CHARACTERS);
    private final Room equalRoom = new Room(MAX_EQUAL_CHARACTERS);
    private final Map<String, SideCounts> absorbed = new HashMap<>();
    private long pairCount;
    private long differentCount;
    private long matchedCount;

    /** For results of pairs that differ, or of those that do not. */
    private static final class Room {
        private final long mostCharacters;
        private long characters;
        private int pairs;

        Room(long mostCharacters) {
            this.mostCharacters = mostCharacters;
        }

        boolean isLeft() {
            return pairs < MAX_PAIRS_KEPT && characters < mostCharacters;
        }

        void take(long moreCharacters) {
            pairs++;
            characters += moreCharacters;
        }
    }

    Judgement(DiffRequest request, DiffProgress progress) {
        this.request = request;
        this.profile = request.profile();
        this.progress = progress;
    }

    EventDiffResult of(EventDiff.ReadLog reference, EventDiff.ReadLog subject) {
        LogIndex left = reference.outcome().index();
        LogIndex right = subject.outcome().index();
        LogPair logs = LogPair.of(log(reference), log(subject), profile);
        ThreadPairs threads = ThreadPairs.of(logs, request);
        if (!profile.threads().unpairedAllowed()) {
            threads.absent().stream().findFirst().ifPresent(it -> refuse(it, reference, subject));
        }
        Set<Side> complete = complete(reference, subject);
        progress.startComparing(
                threads.pairs().stream().mapToLong(ThreadPairs.Pair::eventCount).sum());
        threads.pairs().forEach(pair -> compare(pair, logs, complete));
        LogSummary referenceSummary =
                summary(reference, logs.reference(), threads.unpairedReference());
        LogSummary subjectSummary = summary(subject, logs.subject(), threads.unpairedSubject());
        List<RuleUse> rules =
                profile.namedRules().stream().map(it -> use(it, left, right)).toList();
        boolean differs =
                differentCount > 0
                        || differByThreads(referenceSummary, subjectSummary, complete)
                        || rules.stream().anyMatch(RuleUse::isOverBudget);
        return new EventDiffResult(
                verdict(differs, complete),
                profile,
                referenceSummary,
                subjectSummary,
                pairCount,
                differentCount,
                matchedCount,
                pairs,
                threads.absent(),
                rules);
    }

    private void refuse(
            AbsentThread thread, EventDiff.ReadLog reference, EventDiff.ReadLog subject) {
        EventDiff.ReadLog log = thread.side() == Side.REFERENCE ? reference : subject;
        String known =
                log.outcome().index().threads().stream()
                        .limit(MAX_TIDS_TOLD)
                        .map(it -> Long.toString(it.tid()))
                        .collect(Collectors.joining(", "));
        throw new ConfigException(
                "%s: no thread %d (expected: one of %s)"
                        .formatted(log.text().name(), thread.tid(), known));
    }

    private IndexedLog log(EventDiff.ReadLog log) {
        return IndexedLog.whole(log.text(), log.outcome().index(), profile);
    }

    /**
     * Returns the sides that are known to their ends: only of those can it be said what they lack.
     */
    private static Set<Side> complete(EventDiff.ReadLog reference, EventDiff.ReadLog subject) {
        Set<Side> sides = EnumSet.noneOf(Side.class);
        if (reference.outcome().cut().isEmpty()) {
            sides.add(Side.REFERENCE);
        }
        if (subject.outcome().cut().isEmpty()) {
            sides.add(Side.SUBJECT);
        }
        return sides;
    }

    private void compare(ThreadPairs.Pair pair, LogPair logs, Set<Side> complete) {
        var walk = new PairWalk(pair, logs, request.absorbed(), progress);
        walk.goOn();
        walk.end(profile.threads().trailingAllowed() ? Set.of() : complete);
        pairCount++;
        matchedCount += walk.matched();
        differentCount += walk.isDifferent() ? 1 : 0;
        walk.absorbed().forEach((rule, counts) -> absorbed.merge(rule, counts, SideCounts::plus));
        Room room = walk.isDifferent() ? differentRoom : equalRoom;
        if (room.isLeft()) {
            PairResult result = walk.result(request.maxRegions());
            room.take(result.weight());
            pairs.add(result);
        }
    }

    private static LogSummary summary(
            EventDiff.ReadLog log, IndexedLog events, List<ThreadLog> unpaired) {
        LogReading.Outcome outcome = log.outcome();
        return new LogSummary(
                log.text().name(),
                outcome.byteCount(),
                outcome.index().eventCount(),
                outcome.index().threads().size(),
                unpaired.size(),
                unpaired.stream()
                        .limit(MAX_UNPAIRED_KEPT)
                        .map(it -> new UnpairedThread(it.tid(), it.size(), firstOf(it, events)))
                        .toList(),
                outcome.index().tallies(),
                outcome.cut(),
                outcome.note());
    }

    private static Optional<ShownEvent> firstOf(ThreadLog thread, IndexedLog events) {
        ThreadLog.Reader reader = thread.reader();
        while (!reader.isAtEnd() && reader.isLocal()) {
            reader.advance();
        }
        return reader.isAtEnd() ? Optional.empty() : Optional.of(events.shown(reader));
    }

    private RuleUse use(NamedRule rule, LogIndex left, LogIndex right) {
        SideCounts counts =
                switch (rule) {
                    case Renaming renaming ->
                            new SideCounts(
                                    left.applied().getOrDefault(renaming.name(), 0L),
                                    right.applied().getOrDefault(renaming.name(), 0L));
                    case Absorber absorber ->
                            absorbed.getOrDefault(absorber.name(), SideCounts.NONE);
                };
        return new RuleUse(rule.name(), rule.reason(), counts, rule.budget());
    }

    /** A thread without a partner is a difference if the other log is known to the end. */
    private boolean differByThreads(LogSummary reference, LogSummary subject, Set<Side> complete) {
        if (profile.threads().unpairedAllowed()) {
            return false;
        }
        boolean subjectLacks = reference.unpairedCount() > 0 && complete.contains(Side.SUBJECT);
        boolean referenceLacks = subject.unpairedCount() > 0 && complete.contains(Side.REFERENCE);
        return subjectLacks || referenceLacks;
    }

    private Verdict verdict(boolean differs, Set<Side> complete) {
        if (differs) {
            return Verdict.DIVERGED;
        }
        if (complete.size() < Side.values().length) {
            return Verdict.INCOMPLETE;
        }
        return matchedCount == 0 ? Verdict.VACUOUS : Verdict.MATCH;
    }
}
