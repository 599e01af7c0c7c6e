package dev.lockstep.cli.report;

import dev.lockstep.cli.evidence.EvidenceText;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.cli.evidence.SideBySide;
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

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --line: #8888; --differs: #ffd9d9; --equal: inherit }
            @media (prefers-color-scheme: dark) { :root { --differs: #5c2020 } }
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 78em; padding: 0 1em }
            h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em }
            table { border-collapse: collapse; margin: .7em 0 }
            th, td { border: 1px solid var(--line); padding: .2em .7em; text-align: left; vertical-align: top }
            td, code, pre { font-family: ui-monospace, monospace; font-size: 13px }
            td { white-space: pre-wrap; overflow-wrap: anywhere }
            .differs { background: var(--differs) }
            .DIVERGED { color: #c00 } .MATCH { color: #080 } .other { color: #a60 }
            @media (prefers-color-scheme: dark) { .DIVERGED { color: #f77 } .MATCH { color: #7d7 } .other { color: #fb5 } }
            """;

    private final StringBuilder out = new StringBuilder();
    private final Account account;

    private HtmlReport(Account account) {
        this.account = account;
    }

    static String text(Account account) {
        HtmlReport report = new HtmlReport(account);
        report.write(account.report());
        return report.out.toString();
    }

    private void write(RunReport report) {
        String verdict = report.verdict().name();
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        // Nothing on the page may load anything, whatever a program's name contains.
        out.append(
                "<meta http-equiv=\"Content-Security-Policy\""
                        + " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        element("title", verdict + " " + account.title());
        out.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        out.append("<h1><span class=\"%s\">%s</span> ".formatted(style(verdict), verdict));
        out.append(escaped(account.title())).append("</h1>\n");
        summary(report);
        divergences(Repeats.of(report.divergences()));
        out.append("</body>\n</html>\n");
    }

    private static String style(String verdict) {
        return verdict.equals("MATCH") || verdict.equals("DIVERGED") ? verdict : "other";
    }

    private void summary(RunReport report) {
        if (report.refusal() != null) {
            element("p", report.refusal());
        }
        List<List<String>> engines = Summary.engines(report.engines());
        table(engines.getFirst(), engines.subList(1, engines.size()));
        element("p", "Compared: " + Summary.compared(report.compared()));
        element("p", "Run: " + Summary.run(report));
        report.notes().forEach(note -> element("p", "Note: " + note));
        List<List<String>> rules = Summary.rules(report);
        if (!rules.isEmpty()) {
            element("h2", "Rules of profile " + report.profile().name());
            table(rules.getFirst(), rules.subList(1, rules.size()));
        }
    }

    private void divergences(List<Repeats.Group> groups) {
        int number = 1;
        for (Repeats.Group group : first(groups, MAX_TOLD)) {
            element("h2", "Divergence " + number++ + repeats(group));
            divergence(group.first());
        }
        List<Repeats.Group> others =
                groups.subList(Math.min(MAX_TOLD, groups.size()), groups.size());
        if (!others.isEmpty()) {
            element("h2", "Further ones");
            first(others, MAX_LISTED)
                    .forEach(group ->
                            element(
                                    "p",
                                    DivergenceText.line(group.first(), account.code())
                                            + repeats(group)));
        }
        if (others.size() > MAX_LISTED) {
            element(
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
        element("p", EvidenceText.place(named));
        sides(SideBySide.values(named, account.code()));
        sides(SideBySide.operands(named));
        sides(SideBySide.registers(named));
        sides(SideBySide.memory(named, account.code()));
        sides(SideBySide.blocks(named, account.code()));
        sides(SideBySide.trace(named, account.code()));
        for (EvidenceText.Line line : EvidenceText.lines(named, account.code())) {
            if (line.label().equals("found by") || line.label().equals("last input")) {
                element("p", line.label() + ": " + line.text());
            }
        }
        Repetition.command(account.command()).ifPresent(command -> element("pre", command));
    }

    private void block(Divergence found) {
        element(
                "p",
                DivergenceText.place(found) + ", pc " + DivergenceText.pc(found, account.code()));
        table(
                List.of("reference", "subject"),
                List.of(List.of(found.reference(), found.subject())));
        if (found.evidence() != null) {
            element("p", found.evidence().getText());
        }
        element("pre", String.join("\n", account.code().block(found.pc())));
    }

    /** A table of what both sides have, the lines that differ marked. */
    private void sides(SideBySide sides) {
        if (sides.rows().isEmpty()) {
            return;
        }
        out.append("<table>\n");
        cells("tr", "th", List.of(sides.title(), "reference", "subject"));
        for (SideBySide.Row row : sides.rows()) {
            cells(
                    row.differs() ? "tr class=\"differs\"" : "tr",
                    "td",
                    List.of(row.name(), row.reference(), row.subject()));
        }
        out.append("</table>\n");
    }

    private void table(List<String> head, List<List<String>> rows) {
        out.append("<table>\n");
        cells("tr", "th", head);
        rows.forEach(row -> cells("tr", "td", row));
        out.append("</table>\n");
    }

    private void cells(String row, String tag, List<String> cells) {
        out.append('<').append(row).append('>');
        cells.forEach(cell -> out.append("<%s>%s</%s>".formatted(tag, escaped(cell), tag)));
        out.append("</tr>\n");
    }

    private void element(String tag, String text) {
        out.append("<%s>%s</%s>\n".formatted(tag, escaped(text), tag));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
            }
        }
        return escaped.toString();
    }
}
