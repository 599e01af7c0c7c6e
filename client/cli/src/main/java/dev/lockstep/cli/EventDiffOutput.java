package dev.lockstep.cli;

import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Paper;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.proto.v1.FirstDifference;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogSide;
import dev.lockstep.proto.v1.LogSummary;
import dev.lockstep.proto.v1.RuleUse;
import dev.lockstep.proto.v1.ThreadDiff;
import dev.lockstep.proto.v1.UnpairedThread;
import dev.lockstep.server.control.LogDiffMessages;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Standard output of a watch of event logs: each difference as it is found, then the result. What
 * was kept is told as what a coordinator tells.
 */
final class EventDiffOutput {
    private final PrintWriter out;
    private final RunsCommand.Format format;
    private final Hint hint;

    /** What a user may do to learn more. */
    interface Hint {
        /** Returns a command line that compares two logs again. */
        String command(String reference, String subject);
    }

    EventDiffOutput(PrintWriter out, RunsCommand.Format format, Hint hint) {
        this.out = out;
        this.format = format;
        this.hint = hint;
    }

    /** Writes what two threads were found to differ in. */
    void write(ThreadDiff found) {
        print(format == RunsCommand.Format.JSON ? JsonWriter.line(document(found)) : text(found));
    }

    /** Writes what comparing the logs came to. */
    void write(LogDiff result) {
        print(
                format == RunsCommand.Format.JSON
                        ? JsonWriter.line(document(result))
                        : paper(result).text());
    }

    /** Writes what comparing logs that were kept came to. */
    void write(EventDiffResult kept) {
        LogDiff result = LogDiffMessages.of(kept);
        result.getPairsList().stream().filter(ThreadDiff::hasFirst).forEach(this::write);
        write(result);
    }

    /** Returns what the command exits with. */
    static int exitCode(LogDiff result) {
        return verdict(result).exitCode();
    }

    private void print(String text) {
        out.print(text);
        if (out.checkError()) {
            throw new WatchOutput.BrokenPipeException();
        }
    }

    private static Verdict verdict(LogDiff result) {
        return Verdict.valueOf(result.getVerdict().name().replace("VERDICT_", ""));
    }

    private static String text(ThreadDiff found) {
        FirstDifference first = found.getFirst();
        return "threads %d and %d differ after %s: %s%n  reference  %s%n  subject    %s%n"
                .formatted(
                        found.getReferenceTid(),
                        found.getSubjectTid(),
                        Quantity.count(found.getMatchedCount(), "pair") + " of equal events",
                        first.getText(),
                        first.getReference().getJson(),
                        first.getSubject().getJson());
    }

    private Paper paper(LogDiff result) {
        LogSummary reference = result.getReference();
        LogSummary subject = result.getSubject();
        Paper paper =
                new Paper(
                        verdict(result).name(), reference.getName() + " and " + subject.getName());
        paper.paragraph(
                "%s of threads under profile %s, %s of events equal; reference: %s, subject: %s."
                        .formatted(
                                Quantity.count(result.getPairCount(), "pair"),
                                result.getProfile().getName(),
                                Quantity.count(result.getMatchedCount(), "pair"),
                                Quantity.count(reference.getEventCount(), "event"),
                                Quantity.count(subject.getEventCount(), "event")));
        reasons(result).forEach(paper::paragraph);
        paper.table(differences(result));
        paper.paragraph("All of it: " + hint.command(reference.getName(), subject.getName()));
        return paper;
    }

    /** Returns what decides beside pairs of threads that differ. */
    private static List<String> reasons(LogDiff result) {
        List<String> reasons = new ArrayList<>();
        addReasons(SideNames.ROLES.reference(), result.getReference(), reasons);
        addReasons(SideNames.ROLES.subject(), result.getSubject(), reasons);
        result.getRulesList().stream()
                .filter(RuleUse::getOverBudget)
                .forEach(use ->
                        reasons.add(
                                "Rule %s concerns %s (expected: at most %s)."
                                        .formatted(
                                                use.getRule(),
                                                Quantity.count(events(use), "event"),
                                                Quantity.exact(use.getBudget()))));
        return reasons;
    }

    private static long events(RuleUse use) {
        return use.getReferenceCount() + use.getSubjectCount();
    }

    private static void addReasons(String side, LogSummary log, List<String> reasons) {
        if (!log.getCut().isEmpty()) {
            reasons.add(
                    "%s is cut: %s. What is before that was compared."
                            .formatted(log.getName(), log.getCut()));
        }
        if (!log.getNote().isEmpty()) {
            reasons.add("%s %s.".formatted(log.getName(), log.getNote()));
        }
        if (log.getUnpairedCount() > 0) {
            UnpairedThread first = log.getUnpairedThreads(0);
            reasons.add(
                    "%s of the %s without a partner; the first is %d, with %s."
                            .formatted(
                                    Quantity.count(log.getUnpairedCount(), "thread"),
                                    side,
                                    first.getTid(),
                                    Quantity.count(first.getEventCount(), "event")));
        }
    }

    private static List<List<String>> differences(LogDiff result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("reference thread", "subject thread", "equal", "difference"));
        result.getPairsList().stream()
                .filter(EventDiffOutput::differs)
                .map(EventDiffOutput::row)
                .forEach(rows::add);
        return rows;
    }

    private static boolean differs(ThreadDiff pair) {
        return pair.hasFirst() || pair.hasTrailing();
    }

    private static List<String> row(ThreadDiff pair) {
        return List.of(
                Long.toString(pair.getReferenceTid()),
                Long.toString(pair.getSubjectTid()),
                Quantity.exact(pair.getMatchedCount()),
                pair.hasFirst()
                        ? pair.getFirst().getPlace()
                        : "%s has %s"
                                .formatted(
                                        name(pair.getTrailing().getSide()),
                                        Quantity.count(
                                                pair.getTrailing().getEventCount(), "more event")));
    }

    private static String name(LogSide side) {
        return side == LogSide.LOG_SIDE_REFERENCE
                ? SideNames.ROLES.reference()
                : SideNames.ROLES.subject();
    }

    private static Map<String, @Nullable Object> document(ThreadDiff found) {
        FirstDifference first = found.getFirst();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("kind", "difference");
        document.put("time", Instant.now().toString());
        document.put("reference_tid", found.getReferenceTid());
        document.put("subject_tid", found.getSubjectTid());
        document.put("position", first.getPosition());
        document.put("text", first.getText());
        document.put("tag", orNull(first.getTag()));
        document.put("place", first.getPlace());
        document.put("reference_value", first.getReferenceValue());
        document.put("subject_value", first.getSubjectValue());
        document.put("reference_event", first.getReference().getJson());
        document.put("subject_event", first.getSubject().getJson());
        return document;
    }

    /** Keys and their meanings are those of the report of {@code lockstep diff events}. */
    private static Map<String, @Nullable Object> document(LogDiff result) {
        Map<String, @Nullable Object> compared = new LinkedHashMap<>();
        compared.put("thread_pairs", result.getPairCount());
        compared.put("different_thread_pairs", result.getDifferentPairCount());
        compared.put("equal_event_pairs", result.getMatchedCount());
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("kind", "result");
        document.put("verdict", verdict(result).name());
        document.put("exit_code", exitCode(result));
        document.put("profile", result.getProfile().getName());
        document.put("reference", document(result.getReference()));
        document.put("subject", document(result.getSubject()));
        document.put("compared", compared);
        document.put(
                "rules", result.getRulesList().stream().map(EventDiffOutput::document).toList());
        return document;
    }

    private static Map<String, @Nullable Object> document(LogSummary log) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", log.getName());
        document.put("bytes", log.getByteCount());
        document.put("events", log.getEventCount());
        document.put("threads", log.getThreadCount());
        document.put("unpaired_threads", log.getUnpairedCount());
        document.put(
                "unpaired",
                log.getUnpairedThreadsList().stream().map(UnpairedThread::getTid).toList());
        document.put("cut", orNull(log.getCut()));
        document.put("note", orNull(log.getNote()));
        return document;
    }

    private static Map<String, @Nullable Object> document(RuleUse use) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("name", use.getRule());
        document.put("reason", use.getReason());
        document.put("reference_events", use.getReferenceCount());
        document.put("subject_events", use.getSubjectCount());
        document.put("budget", use.hasBudget() ? use.getBudget() : null);
        document.put("over_budget", use.getOverBudget());
        return document;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
