package dev.lockstep.cli.report;

import dev.lockstep.cli.evidence.EvidenceText;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.cli.text.MarkdownText;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;

import java.util.List;
import java.util.stream.Collectors;

/** A run's account in Markdown, as forges show it. */
final class MarkdownReport {
    /** Kinds of divergences told in full; further ones have a line each. */
    private static final int MAX_TOLD = 10;

    /** Lines for further ones. */
    private static final int MAX_LISTED = 100;

    private final StringBuilder out = new StringBuilder();
    private final Account account;

    private MarkdownReport(Account account) {
        this.account = account;
    }

    static String text(Account account) {
        MarkdownReport report = new MarkdownReport(account);
        report.write(account.report());
        return report.out.toString();
    }

    private void write(RunReport report) {
        out.append(
                "# %s: %s\n\n".formatted(report.verdict(), MarkdownText.escaped(account.title())));
        if (report.refusal() != null) {
            out.append(MarkdownText.escaped(report.refusal())).append("\n\n");
        }
        table(Summary.engines(report.engines()));
        out.append("- compared: %s\n".formatted(Summary.compared(report.compared())));
        out.append("- run: %s\n".formatted(MarkdownText.escaped(Summary.run(report))));
        report.notes()
                .forEach(note -> out.append("- note: %s\n".formatted(MarkdownText.escaped(note))));
        rules(Summary.rules(report));
        divergences(Repeats.of(report.divergences()));
    }

    private void rules(List<List<String>> rows) {
        if (!rows.isEmpty()) {
            out.append("\n## Rules\n\n");
            table(rows);
        }
    }

    private void table(List<List<String>> rows) {
        row(rows.getFirst());
        row(rows.getFirst().stream().map(_ -> "---").toList());
        rows.subList(1, rows.size()).forEach(this::row);
        out.append('\n');
    }

    private void row(List<String> cells) {
        out.append(MarkdownText.row(cells));
    }

    private void divergences(List<Repeats.Group> groups) {
        int number = 1;
        for (Repeats.Group group : first(groups, MAX_TOLD)) {
            out.append("\n## Divergence %d%s\n\n".formatted(number++, repeats(group)));
            out.append(MarkdownText.fenced(text(group.first())));
        }
        List<Repeats.Group> others =
                groups.subList(Math.min(MAX_TOLD, groups.size()), groups.size());
        if (!others.isEmpty()) {
            out.append("\n## Further ones\n\n");
            first(others, MAX_LISTED).forEach(this::item);
        }
        if (others.size() > MAX_LISTED) {
            out.append(
                    "\nand %s more\n".formatted(Quantity.exact(others.size() - (long) MAX_LISTED)));
        }
    }

    private static List<Repeats.Group> first(List<Repeats.Group> groups, int limit) {
        return groups.subList(0, Math.min(groups.size(), limit));
    }

    private void item(Repeats.Group group) {
        String line = DivergenceText.line(group.first(), account.code());
        out.append("- %s%s\n".formatted(MarkdownText.escaped(line), repeats(group)));
    }

    private static String repeats(Repeats.Group group) {
        return group.others() == 0
                ? ""
                : " (and %s more of the same kind)".formatted(Quantity.exact(group.others()));
    }

    private String text(Divergence found) {
        return Finding.of(found)
                .map(named -> text(EvidenceText.lines(named, account.code())))
                .orElseGet(() -> DivergenceText.line(found, account.code()) + "\n");
    }

    private String text(List<EvidenceText.Line> lines) {
        String told =
                lines.stream().map(MarkdownReport::labelled).collect(Collectors.joining("\n"));
        return told
                + Repetition.command(account.command())
                        .map(it -> "\n" + labelled(new EvidenceText.Line("repeat", it)))
                        .orElse("")
                + "\n";
    }

    private static String labelled(EvidenceText.Line line) {
        String hanging = "\n" + " ".repeat(11);
        return "%-11s%s".formatted(line.label(), line.text().replace("\n", hanging));
    }
}
