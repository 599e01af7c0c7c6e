package dev.lockstep.cli;

import dev.lockstep.cli.diff.EventDiffAccount;
import dev.lockstep.cli.diff.EventDiffFormat;
import dev.lockstep.cli.diff.EventDiffPaper;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Paper;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.proto.v1.FirstDifference;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogSummary;
import dev.lockstep.proto.v1.ThreadDiff;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Standard output of a watch of event logs: each difference as it is found, then the result. */
final class EventDiffOutput {
    private final PrintWriter out;
    private final RunsCommand.Format format;

    EventDiffOutput(PrintWriter out, RunsCommand.Format format) {
        this.out = out;
        this.format = format;
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
    void write(EventDiffAccount account) {
        print(
                format == RunsCommand.Format.JSON
                        ? EventDiffFormat.JSON.write(account)
                        : EventDiffPaper.brief(account).text());
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
        return "%s after %s: %s%n  reference  %s%n  subject    %s%n"
                .formatted(
                        threads(found),
                        Quantity.count(found.getMatchedCount(), "pair") + " of equal events",
                        first.getText(),
                        first.getReference().getJson(),
                        first.getSubject().getJson());
    }

    private static String threads(ThreadDiff pair) {
        return "threads %d and %d differ".formatted(pair.getReferenceTid(), pair.getSubjectTid());
    }

    private static Paper paper(LogDiff result) {
        LogSummary reference = result.getReference();
        LogSummary subject = result.getSubject();
        Paper paper =
                new Paper(
                        verdict(result).name(), reference.getName() + " and " + subject.getName());
        paper.paragraph(
                "%s of threads in profile %s, %s of events equal; reference: %s, subject: %s."
                        .formatted(
                                Quantity.count(result.getPairCount(), "pair"),
                                result.getProfile().getName(),
                                Quantity.count(result.getMatchedCount(), "pair"),
                                Quantity.count(reference.getEventCount(), "event"),
                                Quantity.count(subject.getEventCount(), "event")));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("reference thread", "subject thread", "equal", "difference"));
        result.getPairsList().stream()
                .filter(EventDiffOutput::differs)
                .map(EventDiffOutput::row)
                .forEach(rows::add);
        paper.table(rows);
        paper.paragraph(
                "All of it: lockstep diff events %s %s"
                        .formatted(reference.getName(), subject.getName()));
        return paper;
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
                        : Quantity.count(pair.getTrailing().getEventCount(), "event") + " more");
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
        document.put("tag", first.getTag().isEmpty() ? null : first.getTag());
        document.put("place", first.getPlace());
        document.put("reference_value", first.getReferenceValue());
        document.put("subject_value", first.getSubjectValue());
        document.put("reference_event", first.getReference().getJson());
        document.put("subject_event", first.getSubject().getJson());
        return document;
    }

    private static Map<String, @Nullable Object> document(LogDiff result) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("kind", "result");
        document.put("verdict", verdict(result).name());
        document.put("exit_code", exitCode(result));
        document.put("profile", result.getProfile().getName());
        document.put("thread_pairs", result.getPairCount());
        document.put("different_thread_pairs", result.getDifferentPairCount());
        document.put("equal_event_pairs", result.getMatchedCount());
        document.put("reference_events", result.getReference().getEventCount());
        document.put("subject_events", result.getSubject().getEventCount());
        return document;
    }
}
