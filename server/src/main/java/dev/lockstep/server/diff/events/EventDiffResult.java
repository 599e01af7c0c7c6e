package dev.lockstep.server.diff.events;

import dev.lockstep.server.run.Verdict;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comparing two logs came to.
 *
 * @param verdict MATCH, DIVERGED, VACUOUS, or INCOMPLETE if a log is cut and agrees up to there
 * @param profile the rules
 * @param reference the log that is taken as right
 * @param subject the log under test
 * @param pairCount how many pairs of threads were compared
 * @param differentCount how many of these differ
 * @param matchedCount pairs of equal events in all of them
 * @param pairs the pairs in the order of the reference's numbers; beyond a bound the first that
 *     differ and the first that do not
 * @param absent threads that were asked for and are in no log
 * @param rules the rules that have names
 */
public record EventDiffResult(
        Verdict verdict,
        EventProfile profile,
        LogSummary reference,
        LogSummary subject,
        long pairCount,
        long differentCount,
        long matchedCount,
        List<PairResult> pairs,
        List<AbsentThread> absent,
        List<RuleUse> rules) {
    /**
     * What a log holds.
     *
     * @param name of the log, as the user calls it
     * @param byteCount bytes of its text
     * @param eventCount its events
     * @param threadCount its threads
     * @param unpairedCount threads without a partner
     * @param unpaired these, by their numbers; beyond a bound the first
     * @param tallies how many events there are of the kinds that are counted
     * @param cut why it ends too early, if it does
     * @param note what else happened while it was read
     */
    public record LogSummary(
            String name,
            long byteCount,
            long eventCount,
            long threadCount,
            long unpairedCount,
            List<UnpairedThread> unpaired,
            Map<String, Tally> tallies,
            Optional<String> cut,
            Optional<String> note) {}

    /**
     * A thread without a partner.
     *
     * @param tid its number
     * @param size its events
     * @param first the first of them, if it has any that is compared
     */
    public record UnpairedThread(long tid, long size, Optional<ShownEvent> first) {}

    /** Returns the first difference, by the number of the reference's thread. */
    public Optional<PairResult> firstDifferent() {
        return pairs.stream().filter(PairResult::isDifferent).findFirst();
    }
}
