package dev.lockstep.cli.diff;

import dev.lockstep.cli.text.Paper;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventDiffResult.LogSummary;
import dev.lockstep.server.diff.events.EventDiffResult.UnpairedThread;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.PairResult.FirstDifference;
import dev.lockstep.server.diff.events.PairResult.Region;
import dev.lockstep.server.diff.events.RuleUse;
import dev.lockstep.server.diff.events.ShownEvent;
import dev.lockstep.server.diff.events.Side;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.diff.events.Tally;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells people what a comparison of event logs came to. */
public final class EventDiffPaper {
    private static final int SCREEN_PAIRS = 20;
    private static final int SCREEN_SECTIONS = 3;
    private static final int SHOWN_CHARACTERS = 2000;

    private final EventDiffResult result;
    private final SideNames names;
    private final Paper paper;
    private final int maxPairs;
    private final int maxSections;

    private EventDiffPaper(EventDiffAccount account, int maxPairs, int maxSections) {
        this.result = account.result();
        this.names = account.names();
        this.maxPairs = maxPairs;
        this.maxSections = maxSections;
        this.paper =
                new Paper(
                        result.verdict().name(),
                        result.reference().name() + " and " + result.subject().name());
        write(account);
    }

    /** Returns all that is known. */
    public static Paper full(EventDiffAccount account) {
        int all = Integer.MAX_VALUE;
        return new EventDiffPaper(account, all, all).paper;
    }

    /** Returns what fits on a screen or two. */
    public static Paper brief(EventDiffAccount account) {
        return new EventDiffPaper(account, SCREEN_PAIRS, SCREEN_SECTIONS).paper;
    }

    private void write(EventDiffAccount account) {
        paper.paragraph(
                "%s under %s in %s: %s equal; %s and %s."
                        .formatted(
                                Quantity.count(result.pairCount(), "pair") + " of threads",
                                "profile " + result.profile().name() + without(),
                                Quantity.time(account.elapsedMs()),
                                Quantity.count(result.matchedCount(), "pair") + " of events",
                                events(Side.REFERENCE, result.reference()),
                                events(Side.SUBJECT, result.subject())));
        remarks();
        threads();
        unpaired(Side.REFERENCE, result.reference());
        unpaired(Side.SUBJECT, result.subject());
        sections();
        tallies();
        rules();
    }

    private String without() {
        List<String> left = result.profile().without();
        return left.isEmpty() ? "" : " without " + String.join(", ", left);
    }

    private String events(Side side, LogSummary log) {
        return "%s: %s in %s"
                .formatted(
                        names.of(side),
                        Quantity.count(log.eventCount(), "event"),
                        Quantity.count(log.threadCount(), "thread"));
    }

    private void remarks() {
        if (result.pairCount() == 0) {
            paper.paragraph(whyNothingIsCompared());
        }
        for (LogSummary log : List.of(result.reference(), result.subject())) {
            log.cut()
                    .ifPresent(cut ->
                            paper.paragraph(
                                    "%s is cut: %s. What is before that was compared."
                                            .formatted(log.name(), cut)));
            log.note().ifPresent(note -> paper.paragraph(log.name() + " " + note + "."));
        }
        result.rules().stream()
                .filter(RuleUse::isOverBudget)
                .forEach(use ->
                        paper.paragraph(
                                "Rule %s concerns %s (expected: at most %s)."
                                        .formatted(
                                                use.rule(),
                                                Quantity.count(use.events().total(), "event"),
                                                Quantity.exact(use.budget().orElseThrow()))));
        result.absent()
                .forEach(it ->
                        paper.paragraph(
                                "No thread %d in the log of the %s."
                                        .formatted(it.tid(), names.of(it.side()))));
    }

    private String whyNothingIsCompared() {
        boolean empty = result.reference().eventCount() == 0 || result.subject().eventCount() == 0;
        return empty
                ? "Nothing was compared: a log has no event."
                : "Nothing was compared: no thread has a partner; --tid-map R=S names thread R of"
                        + " the %s and thread S of the %s."
                                .formatted(names.reference(), names.subject());
    }

    private void threads() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        names.reference() + " thread",
                        names.subject() + " thread",
                        "equal",
                        names.reference() + " events",
                        names.subject() + " events",
                        "first difference after",
                        "absorbed"));
        result.pairs().stream().limit(maxPairs).map(this::row).forEach(rows::add);
        paper.table(rows);
        long left = result.pairCount() - rows.size() + 1;
        if (left > 0) {
            paper.paragraph(
                    "and %s; %s in all%s"
                            .formatted(
                                    Quantity.count(left, "more pair"),
                                    Quantity.count(
                                            result.differentCount(), "pair", "differs", "differ"),
                                    hint(result.pairs().size() > maxPairs)));
        }
    }

    private List<String> row(PairResult pair) {
        long absorbed = pair.absorbed().values().stream().mapToLong(it -> it.total()).sum();
        return List.of(
                Long.toString(pair.referenceTid()),
                Long.toString(pair.subjectTid()),
                Quantity.exact(pair.matched()),
                Quantity.exact(pair.referenceSize()),
                Quantity.exact(pair.subjectSize()),
                pair.isDifferent() ? Quantity.exact(pair.matched()) : "-",
                absorbed == 0 ? "-" : Quantity.exact(absorbed));
    }

    private void unpaired(Side side, LogSummary log) {
        if (log.unpairedCount() == 0) {
            return;
        }
        paper.heading(
                "%s of the %s without a partner"
                        .formatted(Quantity.count(log.unpairedCount(), "thread"), names.of(side)));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("thread", "events", "first event"));
        for (UnpairedThread thread : log.unpaired().stream().limit(maxPairs).toList()) {
            rows.add(
                    List.of(
                            Long.toString(thread.tid()),
                            Quantity.exact(thread.size()),
                            thread.first().map(ShownEvent::line).orElse("-")));
        }
        paper.table(rows);
        long left = log.unpairedCount() - rows.size() + 1;
        if (left > 0) {
            paper.paragraph(
                    "and %s%s"
                            .formatted(
                                    Quantity.count(left, "more thread"),
                                    hint(log.unpaired().size() > maxPairs)));
        }
    }

    private void sections() {
        List<PairResult> different =
                result.pairs().stream().filter(PairResult::isDifferent).toList();
        different.stream().limit(maxSections).forEach(this::section);
        long left = result.differentCount() - Math.min(different.size(), maxSections);
        if (left > 0) {
            paper.paragraph(
                    "and %s%s"
                            .formatted(
                                    Quantity.count(left, "more pair", "differs", "differ"),
                                    hint(different.size() > maxSections)));
        }
    }

    /** Returns where what is left out can be had, if it can. */
    private static String hint(boolean isInReports) {
        return isInReports ? "; --report text:FILE has all that were kept" : "";
    }

    private void section(PairResult pair) {
        paper.heading(
                "Threads %d and %d differ after %s"
                        .formatted(
                                pair.referenceTid(),
                                pair.subjectTid(),
                                Quantity.count(pair.matched(), "pair") + " of equal events"));
        pair.first().ifPresent(this::difference);
        pair.trailing()
                .ifPresent(it ->
                        paper.paragraph(
                                "The %s has %s at its end."
                                        .formatted(
                                                names.of(it.side()),
                                                it.count() == 1
                                                        ? "1 more event"
                                                        : Quantity.exact(it.count())
                                                                + " more events")));
        paper.listing(String.join("\n", lines(pair)));
        regions(pair);
        pair.first().ifPresent(this::events);
    }

    private void difference(FirstDifference found) {
        paper.paragraph(shortened(found.difference().text(names.reference(), names.subject())));
    }

    /** The events around the place, those of both sides in turn. */
    private List<String> lines(PairResult pair) {
        List<String> lines = new ArrayList<>();
        pair.lastMatched()
                .forEach(it ->
                        lines.add(
                                "  both       %s"
                                        .formatted(indexed(it.reference(), it.subject()))));
        pair.first()
                .ifPresent(it -> {
                    lines.add(line("> ", Side.REFERENCE, Optional.of(it.reference())));
                    lines.add(line("> ", Side.SUBJECT, Optional.of(it.subject())));
                    lines.add(line("  ", Side.REFERENCE, it.nextReference()));
                    lines.add(line("  ", Side.SUBJECT, it.nextSubject()));
                });
        pair.trailing()
                .ifPresent(it -> {
                    lines.add(line("> ", it.side(), Optional.of(it.first())));
                    lines.add(line("> ", it.side().other(), Optional.empty()));
                });
        return lines;
    }

    private static String indexed(ShownEvent reference, ShownEvent subject) {
        return reference.index() == subject.index()
                ? reference.line()
                : reference
                        .line()
                        .replaceFirst(
                                "\\[-?[0-9]+]",
                                "[%d, %d]".formatted(reference.index(), subject.index()));
    }

    private String line(String mark, Side side, Optional<ShownEvent> event) {
        return "%s%-10s %s"
                .formatted(
                        mark, names.of(side), event.map(ShownEvent::line).orElse("end of stream"));
    }

    private void regions(PairResult pair) {
        if (pair.regions().isEmpty()) {
            return;
        }
        paper.paragraph(
                "%s%s:"
                        .formatted(
                                Quantity.count(
                                        pair.regions().size(), "region", "differs", "differ"),
                                pair.regionsComplete() ? "" : ", and more behind them"));
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        names.reference() + " at",
                        "events",
                        names.subject() + " at",
                        "events",
                        "equal before",
                        "difference"));
        pair.regions().stream().map(EventDiffPaper::row).forEach(rows::add);
        paper.table(rows);
    }

    private static List<String> row(Region region) {
        return List.of(
                Quantity.exact(region.referenceStart()),
                Quantity.exact(region.referenceCount()),
                Quantity.exact(region.subjectStart()),
                Quantity.exact(region.subjectCount()),
                Quantity.exact(region.matchedBefore()),
                region.text());
    }

    private void events(FirstDifference found) {
        paper.listing(
                "%-10s %s\n%-10s %s"
                        .formatted(
                                names.reference(),
                                json(found.reference()),
                                names.subject(),
                                json(found.subject())));
    }

    private void tallies() {
        Map<String, Tally> reference = result.reference().tallies();
        Map<String, Tally> subject = result.subject().tallies();
        Set<String> kinds = new TreeSet<>(reference.keySet());
        kinds.addAll(subject.keySet());
        if (kinds.isEmpty()) {
            return;
        }
        paper.heading("Counted events");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("kind", names.reference(), "by thread", names.subject(), "by thread"));
        for (String kind : kinds) {
            rows.add(
                    List.of(
                            kind,
                            total(reference.get(kind)),
                            byThread(reference.get(kind)),
                            total(subject.get(kind)),
                            byThread(subject.get(kind))));
        }
        paper.table(rows);
    }

    private static String total(@Nullable Tally tally) {
        return tally == null ? "0" : Quantity.exact(tally.total());
    }

    private static String byThread(@Nullable Tally tally) {
        return tally == null ? "-" : shortened(tally.byThread().toString());
    }

    private void rules() {
        if (result.rules().isEmpty()) {
            return;
        }
        paper.heading("Rules of profile " + result.profile().name());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rule", names.reference(), names.subject(), "budget", "reason"));
        for (RuleUse use : result.rules()) {
            rows.add(
                    List.of(
                            use.rule(),
                            Quantity.exact(use.events().reference()),
                            Quantity.exact(use.events().subject()),
                            use.budget().isPresent()
                                    ? Quantity.exact(use.budget().getAsLong())
                                    : "-",
                            use.reason()));
        }
        paper.table(rows);
    }

    private static String json(ShownEvent event) {
        return shortened(event.json(), event.jsonCharacters());
    }

    private static String shortened(String text) {
        return shortened(text, text.length());
    }

    private static String shortened(String text, int characters) {
        return characters <= SHOWN_CHARACTERS
                ? text
                : "%s... (%s)"
                        .formatted(
                                text.substring(0, SHOWN_CHARACTERS),
                                Quantity.count(characters, "character"));
    }
}
