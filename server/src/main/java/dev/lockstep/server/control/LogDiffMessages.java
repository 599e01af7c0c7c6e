package dev.lockstep.server.control;

import dev.lockstep.proto.v1.KindCount;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogDiffProfile;
import dev.lockstep.proto.v1.LogSide;
import dev.lockstep.proto.v1.LogSummary;
import dev.lockstep.proto.v1.RuleUse;
import dev.lockstep.proto.v1.ThreadDiff;
import dev.lockstep.proto.v1.UnpairedThread;
import dev.lockstep.proto.v1.WatchDiffResponse;
import dev.lockstep.server.control.EventRuns.EventRun;
import dev.lockstep.server.diff.events.AbsentThread;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.Side;
import dev.lockstep.server.diff.events.Tally;

import java.util.List;
import java.util.stream.Stream;

/** What comparing logs came to, as messages of bounded size. */
public final class LogDiffMessages {
    /** A message with pairs of threads ends with the one that reaches this. */
    private static final int PAIRS_BYTES = 1 << 20;

    private static final int MAX_KINDS = 100;
    private static final int MAX_THREADS_OF_KIND = 100;

    private LogDiffMessages() {}

    static WatchDiffResponse started(
            EventRun run, String reference, String subject, EventProfile profile) {
        WatchDiffResponse.Builder response = WatchDiffResponse.newBuilder();
        response.getStartedBuilder()
                .setRunId(run.number())
                .setRun(run.name())
                .setReference(reference)
                .setSubject(subject)
                .setProfile(profile(profile));
        return response.build();
    }

    static WatchDiffResponse progress(DiffProgress progress) {
        WatchDiffResponse.Builder response = WatchDiffResponse.newBuilder();
        response.getProgressBuilder()
                .setEventCount(progress.events())
                .setReferenceByteCount(progress.bytes(Side.REFERENCE))
                .setSubjectByteCount(progress.bytes(Side.SUBJECT));
        return response.build();
    }

    /** Returns a result. */
    public static LogDiff of(EventDiffResult result) {
        LogDiff.Builder diff =
                LogDiff.newBuilder()
                        .setVerdict(Messages.verdict(result.verdict()))
                        .setProfile(profile(result.profile()))
                        .setReference(log(result.reference()))
                        .setSubject(log(result.subject()))
                        .setPairCount(result.pairCount())
                        .setDifferentPairCount(result.differentCount())
                        .setMatchedCount(result.matchedCount());
        addPairs(result.pairs(), diff);
        result.absent().forEach(thread -> add(thread, diff));
        result.rules().forEach(rule -> diff.addRules(rule(rule)));
        return diff.setLeftOutPairCount(result.pairCount() - diff.getPairsCount()).build();
    }

    private static void addPairs(List<PairResult> pairs, LogDiff.Builder diff) {
        List<PairResult> differentFirst =
                Stream.concat(
                                pairs.stream().filter(PairResult::isDifferent),
                                pairs.stream().filter(pair -> !pair.isDifferent()))
                        .toList();
        int bytes = 0;
        for (int i = 0; i < differentFirst.size() && bytes < PAIRS_BYTES; i++) {
            ThreadDiff pair = ThreadDiffMessages.of(differentFirst.get(i));
            bytes += pair.getSerializedSize();
            diff.addPairs(pair);
        }
    }

    private static void add(AbsentThread thread, LogDiff.Builder diff) {
        diff.addAbsentThreadsBuilder().setSide(side(thread.side())).setTid(thread.tid());
    }

    static LogSide side(Side side) {
        return side == Side.REFERENCE ? LogSide.LOG_SIDE_REFERENCE : LogSide.LOG_SIDE_SUBJECT;
    }

    private static LogDiffProfile profile(EventProfile profile) {
        return LogDiffProfile.newBuilder()
                .setName(profile.name())
                .setSha256(profile.sha256())
                .addAllLeftOutRules(profile.without())
                .build();
    }

    private static LogSummary log(EventDiffResult.LogSummary log) {
        LogSummary.Builder summary =
                LogSummary.newBuilder()
                        .setName(log.name())
                        .setByteCount(log.byteCount())
                        .setEventCount(log.eventCount())
                        .setThreadCount(log.threadCount())
                        .setUnpairedCount(log.unpairedCount())
                        .setCut(log.cut().orElse(""))
                        .setNote(log.note().orElse(""));
        log.unpaired().forEach(thread -> summary.addUnpairedThreads(unpaired(thread)));
        log.tallies().entrySet().stream()
                .limit(MAX_KINDS)
                .forEach(entry -> summary.addCountedKinds(kind(entry.getKey(), entry.getValue())));
        return summary.build();
    }

    private static UnpairedThread unpaired(EventDiffResult.UnpairedThread thread) {
        UnpairedThread.Builder unpaired =
                UnpairedThread.newBuilder().setTid(thread.tid()).setEventCount(thread.size());
        thread.first().ifPresent(it -> unpaired.setFirst(ThreadDiffMessages.brief(it)));
        return unpaired.build();
    }

    private static KindCount kind(String kind, Tally tally) {
        KindCount.Builder count =
                KindCount.newBuilder()
                        .setKind(ThreadDiffMessages.brief(kind))
                        .setEventCount(tally.total());
        tally.byThread().entrySet().stream()
                .limit(MAX_THREADS_OF_KIND)
                .forEach(thread -> count.putEventCountByTid(thread.getKey(), thread.getValue()));
        return count.build();
    }

    private static RuleUse rule(dev.lockstep.server.diff.events.RuleUse use) {
        RuleUse.Builder rule =
                RuleUse.newBuilder()
                        .setRule(use.rule())
                        .setReason(ThreadDiffMessages.brief(use.reason()))
                        .setReferenceCount(use.events().reference())
                        .setSubjectCount(use.events().subject())
                        .setOverBudget(use.isOverBudget());
        use.budget().ifPresent(rule::setBudget);
        return rule.build();
    }
}
