package dev.lockstep.cli.report;

import dev.lockstep.cli.evidence.EvidenceText;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.cli.evidence.SideBySide;
import dev.lockstep.cli.text.HtmlPage;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;

import java.util.List;

/** A run's account as one page, which asks nothing of any network and is readable on paper too. */
final class HtmlReport {
    /** Kinds of divergences told in full; further ones have a line each. */
    private static final int MAX_TOLD = 20;

    /** Lines for further ones. */
    private static final int MAX_LISTED = 1_000;

    private final HtmlPage page;
    private final Account account;

    private HtmlReport(Account account) {
        this.page = new HtmlPage(account.report().verdict().name(), account.title());
        this.account = account;
    }

    static String text(Account account) {
        HtmlReport report = new HtmlReport(account);
        report.summary(account.report());
        report.divergences(Repeats.of(account.report().divergences()));
        return report.page.text();
    }

    private void summary(RunReport report) {
        if (report.refusal() != null) {
            page.element("p", report.refusal());
        }
        List<List<String>> engines = Summary.engines(report.engines());
        page.table(engines.getFirst(), engines.subList(1, engines.size()));
        page.element("p", "Compared: " + Summary.compared(report.compared()));
        page.element("p", "Run: " + Summary.run(report));
        report.notes().forEach(note -> page.element("p", "Note: " + note));
        List<List<String>> rules = Summary.rules(report);
        if (!rules.isEmpty()) {
            page.element("h2", "Rules of profile " + report.profile().name());
            page.table(rules.getFirst(), rules.subList(1, rules.size()));
        }
    }

    private void divergences(List<Repeats.Group> groups) {
        int number = 1;
        for (Repeats.Group group : first(groups, MAX_TOLD)) {
            page.element("h2", "Divergence " + number++ + repeats(group));
            divergence(group.first());
        }
        List<Repeats.Group> others =
                groups.subList(Math.min(MAX_TOLD, groups.size()), groups.size());
        if (!others.isEmpty()) {
            page.element("h2", "Further ones");
            first(others, MAX_LISTED)
                    .forEach(group ->
                            page.element(
                                    "p",
                                    DivergenceText.line(group.first(), account.code())
                                            + repeats(group)));
        }
        if (others.size() > MAX_LISTED) {
            page.element(
                    "p",
                    "and %s more".formatted(Quantity.exact(others.size() - (long) MAX_LISTED)));
        }
    }

    private static List<Repeats.Group> first(List<Repeats.Group> groups, int limit) {
        return groups.subList(0, Math.min(groups.size(), limit));
    }

    private static String repeats(Repeats.Group group) {
        return group.others() == 0
                ? ""
                : ", and %s more of the same kind".formatted(Quantity.exact(group.others()));
    }

    private void divergence(Divergence found) {
        Finding.of(found).ifPresentOrElse(this::evidence, () -> block(found));
    }

    private void evidence(Finding named) {
        page.element("p", EvidenceText.place(named));
        sides(SideBySide.values(named, account.code()));
        sides(SideBySide.operands(named));
        sides(SideBySide.registers(named));
        sides(SideBySide.memory(named, account.code()));
        sides(SideBySide.blocks(named, account.code()));
        sides(SideBySide.trace(named, account.code()));
        for (EvidenceText.Line line : EvidenceText.lines(named, account.code())) {
            if (line.label().equals("found by") || line.label().equals("last input")) {
                page.element("p", line.label() + ": " + line.text());
            }
        }
        Repetition.command(account.command()).ifPresent(command -> page.element("pre", command));
    }

    private void block(Divergence found) {
        page.element(
                "p",
                DivergenceText.place(found) + ", pc " + DivergenceText.pc(found, account.code()));
        page.table(
                List.of("reference", "subject"),
                List.of(List.of(found.reference(), found.subject())));
        if (found.evidence() != null) {
            page.element("p", found.evidence().getText());
        }
        page.element("pre", String.join("\n", account.code().block(found.pc())));
    }

    /** A table of what both sides have, the lines that differ marked. */
    private void sides(SideBySide sides) {
        if (sides.rows().isEmpty()) {
            return;
        }
        page.markedTable(
                List.of(sides.title(), "reference", "subject"),
                sides.rows().stream().map(HtmlReport::row).toList());
    }

    private static HtmlPage.Row row(SideBySide.Row row) {
        return new HtmlPage.Row(List.of(row.name(), row.reference(), row.subject()), row.differs());
    }
}
