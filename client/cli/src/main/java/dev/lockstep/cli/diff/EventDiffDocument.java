package dev.lockstep.cli.diff;

import dev.lockstep.server.diff.events.AbsentThread;
import dev.lockstep.server.diff.events.Difference;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventDiffResult.LogSummary;
import dev.lockstep.server.diff.events.EventDiffResult.UnpairedThread;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.diff.events.PairResult.Region;
import dev.lockstep.server.diff.events.PairResult.SideCounts;
import dev.lockstep.server.diff.events.PairResult.Trailing;
import dev.lockstep.server.diff.events.RuleUse;
import dev.lockstep.server.diff.events.ShownEvent;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.diff.events.Tally;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells programs what a comparison of event logs came to. Every key is always there. */
final class EventDiffDocument {
    private EventDiffDocument() {}

    static Map<String, @Nullable Object> of(EventDiffAccount account) {
        EventDiffResult result = account.result();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("verdict", result.verdict().name());
        document.put("exit_code", account.exitCode());
        document.put("profile", profile(result.profile()));
        document.put("elapsed_ms", account.elapsedMs());
        document.put("peak_rss_bytes", account.peakRssBytes());
        document.put("reference", log(result.reference()));
        document.put("subject", log(result.subject()));
        document.put(
                "compared",
                PlainJson.object(
                        "thread_pairs", result.pairCount(),
                        "different_thread_pairs", result.differentCount(),
                        "equal_event_pairs", result.matchedCount()));
        document.put("absent", result.absent().stream().map(EventDiffDocument::absent).toList());
        document.put("pairs", result.pairs().stream().map(EventDiffDocument::pair).toList());
        document.put("rules", result.rules().stream().map(EventDiffDocument::rule).toList());
        return document;
    }

    private static Map<String, @Nullable Object> profile(EventProfile profile) {
        return PlainJson.object(
                "name", profile.name(), "sha256", profile.sha256(), "without", profile.without());
    }

    private static Map<String, @Nullable Object> log(LogSummary log) {
        return PlainJson.object(
                "name", log.name(),
                "bytes", log.byteCount(),
                "events", log.eventCount(),
                "threads", log.threadCount(),
                "unpaired_threads", log.unpairedCount(),
                "unpaired", log.unpaired().stream().map(EventDiffDocument::unpaired).toList(),
                "counted", tallies(log.tallies()),
                "cut", log.cut().orElse(null),
                "note", log.note().orElse(null));
    }

    private static Map<String, @Nullable Object> unpaired(UnpairedThread thread) {
        return PlainJson.object(
                "tid", thread.tid(),
                "events", thread.size(),
                "first", thread.first().map(EventDiffDocument::event).orElse(null));
    }

    private static Map<String, @Nullable Object> tallies(Map<String, Tally> tallies) {
        Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
        tallies.forEach((kind, tally) ->
                kinds.put(
                        kind,
                        PlainJson.object("total", tally.total(), "by_thread", tally.byThread())));
        return kinds;
    }

    private static Map<String, @Nullable Object> absent(AbsentThread thread) {
        return PlainJson.object(
                "side", thread.side().name().toLowerCase(Locale.ROOT), "tid", thread.tid());
    }

    private static Map<String, @Nullable Object> pair(PairResult pair) {
        return PlainJson.object(
                "reference_tid", pair.referenceTid(),
                "subject_tid", pair.subjectTid(),
                "equal", pair.matched(),
                "reference_events", pair.referenceSize(),
                "subject_events", pair.subjectSize(),
                "last_equal",
                        pair.lastMatched().stream()
                                .map(it -> List.of(it.reference().index(), it.subject().index()))
                                .toList(),
                "first_difference", pair.first().map(EventDiffDocument::first).orElse(null),
                "trailing", pair.trailing().map(EventDiffDocument::trailing).orElse(null),
                "absorbed", absorbed(pair.absorbed()),
                "regions", pair.regions().stream().map(EventDiffDocument::region).toList(),
                "regions_complete", pair.regionsComplete());
    }

    private static Map<String, @Nullable Object> first(FirstDifference found) {
        Difference difference = found.difference();
        return PlainJson.object(
                "position", found.position(),
                "text", difference.text(SideNames.ROLES.reference(), SideNames.ROLES.subject()),
                "tag", difference.tag().isEmpty() ? null : difference.tag(),
                "place", difference.place(),
                "reference_value", difference.referenceText(),
                "subject_value", difference.subjectText(),
                "reference", event(found.reference()),
                "subject", event(found.subject()),
                "next_reference", found.nextReference().map(EventDiffDocument::event).orElse(null),
                "next_subject", found.nextSubject().map(EventDiffDocument::event).orElse(null));
    }

    private static Map<String, @Nullable Object> trailing(Trailing trailing) {
        return PlainJson.object(
                "side", trailing.side().name().toLowerCase(Locale.ROOT),
                "events", trailing.count(),
                "first", event(trailing.first()));
    }

    private static Map<String, @Nullable Object> absorbed(Map<String, SideCounts> absorbed) {
        Map<String, @Nullable Object> rules = new LinkedHashMap<>();
        absorbed.forEach((rule, counts) ->
                rules.put(
                        rule,
                        PlainJson.object(
                                "reference", counts.reference(), "subject", counts.subject())));
        return rules;
    }

    private static Map<String, @Nullable Object> region(Region region) {
        return PlainJson.object(
                "reference_start", region.referenceStart(),
                "reference_events", region.referenceCount(),
                "subject_start", region.subjectStart(),
                "subject_events", region.subjectCount(),
                "equal_before", region.matchedBefore(),
                "text", region.text());
    }

    private static Map<String, @Nullable Object> rule(RuleUse use) {
        return PlainJson.object(
                "name", use.rule(),
                "reason", use.reason(),
                "reference_events", use.events().reference(),
                "subject_events", use.events().subject(),
                "budget", use.budget().isPresent() ? use.budget().getAsLong() : null,
                "over_budget", use.isOverBudget());
    }

    /** One that was cut is no object any more. */
    private static @Nullable Object event(ShownEvent event) {
        return event.isCut() ? event.json() : PlainJson.of(read(event.json()));
    }

    private static JsonValue read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return JsonReader.read(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException(json, e);
        }
    }
}
