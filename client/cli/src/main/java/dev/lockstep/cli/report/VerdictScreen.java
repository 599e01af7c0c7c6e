package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.EvidenceText;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells a person on one screen how a run came out. */
public final class VerdictScreen {
    private static final String INDENT = "  ";
    private static final int LABEL_WIDTH = 11;

    /** Divergences after the first that still leave it one screen. */
    private static final int MAX_LISTED = 5;

    private final Account account;
    private final int maxListed;
    private final GuestCode code;
    private final Palette palette;
    private final StringBuilder out = new StringBuilder();

    private VerdictScreen(Account account, int maxListed, Palette palette) {
        this.account = account;
        this.maxListed = maxListed;
        this.palette = palette;
        code = account.code();
    }

    /** Returns the screen, several lines. */
    public static String text(Account account, Palette palette) {
        return new VerdictScreen(account, MAX_LISTED, palette).text();
    }

    /** Returns the screen, and after it every divergence there was, a line each. */
    public static String fullText(Account account, Palette palette) {
        return new VerdictScreen(account, Integer.MAX_VALUE, palette).text();
    }

    private String text() {
        write(account.report());
        return out.toString();
    }

    private void write(RunReport report) {
        out.append(palette.verdict(report.verdict())).append(INDENT);
        out.append(account.title()).append("\n\n");
        TextTable engines = new TextTable(INDENT);
        Summary.engines(report.engines()).forEach(engines::row);
        out.append(engines.text()).append('\n');
        line("compared", Summary.compared(report.compared()));
        line("run", Summary.run(report));
        String events = Summary.events(report.engines());
        if (!events.isEmpty()) {
            line("events", events);
        }
        rules(report.rules());
        report.notes().forEach(note -> line("note", note));
        divergences(report);
    }

    /** Tells what was ignored, the most frequent first. */
    private void rules(List<RuleUse> rules) {
        List<RuleUse> used =
                rules.stream()
                        .filter(use -> use.count() > 0)
                        .sorted(Comparator.comparingLong(RuleUse::count).reversed())
                        .toList();
        String label = "ignored";
        for (RuleUse use : used.subList(0, Math.min(used.size(), maxListed))) {
            line(label, Summary.rule(use));
            label = "";
        }
        if (used.size() > maxListed) {
            line(
                    "",
                    "and by %s more; '%s' lists them all"
                            .formatted(
                                    Quantity.count(used.size() - (long) maxListed, "rule"),
                                    account.showCommand()));
        }
    }

    /** Tells all of the first, of some more what is needed to find them, and how many there are. */
    private void divergences(RunReport report) {
        List<Divergence> found = report.divergences();
        if (found.isEmpty()) {
            return;
        }
        if (found.size() > 1) {
            line("found", counts(found));
        }
        // Listed one by one, each is told, whatever its kind.
        List<Repeats.Group> groups =
                maxListed == Integer.MAX_VALUE
                        ? found.stream().map(it -> new Repeats.Group(it, 0)).toList()
                        : Repeats.of(found);
        out.append('\n');
        divergence(groups.getFirst());
        others(groups.subList(1, groups.size()));
    }

    private void others(List<Repeats.Group> groups) {
        List<Repeats.Group> listed = groups.subList(0, Math.min(groups.size(), maxListed));
        if (!listed.isEmpty()) {
            out.append('\n');
            listed.forEach(group ->
                    line("then", DivergenceText.line(group.first(), code) + repeats(group)));
        }
        long rest =
                groups.stream().skip(listed.size()).mapToLong(group -> 1 + group.others()).sum();
        if (rest > 0) {
            line(
                    "",
                    "and %s more; '%s' lists them all"
                            .formatted(Quantity.exact(rest), account.showCommand()));
        }
    }

    private static String repeats(Repeats.Group group) {
        return group.others() == 0
                ? ""
                : "; and %s more of the same kind".formatted(Quantity.exact(group.others()));
    }

    private static String counts(List<Divergence> found) {
        Map<String, Long> counts =
                found.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Divergence::engine,
                                        LinkedHashMap::new,
                                        Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry ->
                        Quantity.count(entry.getValue(), "divergence") + " of " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private void divergence(Repeats.Group group) {
        Divergence found = group.first();
        Optional<Finding> named = Finding.of(found);
        if (named.isPresent()) {
            evidence(named.get());
        } else {
            block(found);
        }
        if (group.others() > 0) {
            line("", repeats(group).substring(2));
        }
    }

    private void evidence(Finding named) {
        for (EvidenceText.Line line : EvidenceText.lines(named, code)) {
            line(line.label(), line.text());
        }
        Repetition.command(account.command()).ifPresent(command -> line("repeat", command));
    }

    /** Tells where a difference lies whose instruction is not known, and why it is not. */
    private void block(Divergence found) {
        line("difference", DivergenceText.place(found));
        line("pc", DivergenceText.pc(found, code));
        line("reference", found.reference());
        line("subject", found.subject());
        if (found.evidence() != null) {
            line("looked at", found.evidence().getText());
        }
        String label = "code";
        for (String instruction : code.block(found.pc())) {
            line(label, instruction);
            label = "";
        }
    }

    private void line(String label, String text) {
        String padded = label + " ".repeat(LABEL_WIDTH - label.length());
        String hanging = "\n" + INDENT + " ".repeat(LABEL_WIDTH);
        out.append(INDENT).append(padded).append(text.replace("\n", hanging)).append('\n');
    }
}
