package dev.lockstep.cli.diff;

import dev.lockstep.cli.text.Paper;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateDiffResult.DocumentResult;
import dev.lockstep.server.diff.state.StateDiffResult.GateResult;
import dev.lockstep.server.diff.state.StateDifference;
import dev.lockstep.server.diff.state.StateProfile.DifferenceClass;
import dev.lockstep.server.diff.state.StateVerdict;
import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells people what a comparison of states came to. */
public final class StateDiffPaper {
    private static final int SCREEN_DIFFERENCES = 20;
    private static final int REPORT_DIFFERENCES = 200;
    private static final int SHOWN_CHARACTERS = 200;

    private final StateDiffResult result;
    private final Paper paper;
    private final int maxDifferences;

    private StateDiffPaper(StateDiffAccount account, int maxDifferences) {
        this.result = account.result();
        this.maxDifferences = maxDifferences;
        this.paper =
                new Paper(result.verdict().name(), result.reference() + " and " + result.subject());
        write(account.elapsedMs());
    }

    /** Returns it with as many differences of each class as one reads. */
    public static Paper full(StateDiffAccount account) {
        return new StateDiffPaper(account, REPORT_DIFFERENCES).paper;
    }

    /** Returns what fits on a screen or two. */
    public static Paper brief(StateDiffAccount account) {
        return new StateDiffPaper(account, SCREEN_DIFFERENCES).paper;
    }

    private void write(long elapsedMs) {
        paper.paragraph(
                "%s in %s under profile %s, %s."
                        .formatted(
                                Quantity.count(result.differenceCount(), "difference"),
                                Quantity.count(result.documents().size(), "document"),
                                result.profile().name(),
                                Quantity.time(elapsedMs)));
        if (result.verdict() == StateVerdict.STOP) {
            paper.paragraph(
                    "What must hold does not: the differences below cannot be interpreted until it"
                            + " does.");
        }
        if (result.verdict() == StateVerdict.VACUOUS) {
            paper.paragraph("There is no document on either side: nothing was compared.");
        }
        gates();
        documents();
        result.profile().classes().forEach(this::section);
    }

    private void gates() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("must hold", "reference", "subject", ""));
        for (GateResult gate : result.gates()) {
            rows.add(
                    List.of(
                            gate.name(),
                            gate.reference(),
                            gate.subject(),
                            gate.holds() ? "holds" : "does not hold"));
        }
        paper.table(rows);
    }

    private void documents() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("document", "status", "differences"));
        for (DocumentResult document : result.documents()) {
            rows.add(
                    List.of(
                            document.name(),
                            StateDiffDocument.word(document.status()),
                            counts(document.counts())));
        }
        paper.table(rows);
    }

    private static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(it -> Quantity.exact(it.getValue()) + " " + it.getKey())
                .collect(Collectors.joining(", "));
    }

    private void section(DifferenceClass type) {
        long count = result.count(type.name());
        if (count == 0) {
            return;
        }
        paper.heading(
                "%s: %s"
                        .formatted(
                                (type.name() + " " + type.symbol()).strip(),
                                Quantity.count(count, "difference")));
        if (!type.advice().isEmpty()) {
            paper.paragraph(type.advice());
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("document", "path", "kind", "reference", "subject"));
        result.differences().stream()
                .filter(it -> it.rule().name().equals(type.name()))
                .limit(maxDifferences)
                .map(StateDiffPaper::row)
                .forEach(rows::add);
        paper.table(rows);
        long more = count - rows.size() + 1;
        if (more > 0) {
            paper.paragraph(
                    "and %s; --report json:FILE has them"
                            .formatted(Quantity.count(more, "more difference")));
        }
    }

    private static List<String> row(StateDifference difference) {
        return List.of(
                difference.document(),
                shown(difference.path()),
                difference.kind().word(),
                text(difference.reference().value()),
                text(difference.subject().value()));
    }

    private static String text(JsonValue value) {
        return shown(JsonText.compact(value));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
