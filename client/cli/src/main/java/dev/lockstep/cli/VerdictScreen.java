package dev.lockstep.cli;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.StringJoiner;

/** Tells a person on one screen how a run came out. */
final class VerdictScreen {
    private static final String INDENT = "  ";
    private static final int LABEL_WIDTH = 11;
    private static final int MAX_DIVERGENCES = 4;

    private final GuestCode code;
    private final Palette palette;
    private final StringBuilder out = new StringBuilder();

    private VerdictScreen(GuestCode code, Palette palette) {
        this.code = code;
        this.palette = palette;
    }

    /**
     * Returns the screen, several lines.
     *
     * @param subject what was run, for the first line
     */
    static String text(RunReport report, String subject, GuestCode code, Palette palette) {
        VerdictScreen screen = new VerdictScreen(code, palette);
        screen.write(report, subject);
        return screen.out.toString();
    }

    private void write(RunReport report, String subject) {
        out.append(palette.verdict(report.verdict())).append(INDENT).append(subject).append("\n\n");
        out.append(engines(report.engines())).append('\n');
        line("compared", compared(report.compared()));
        line(
                "run",
                "%s, %s grain, %s strength, %s"
                        .formatted(
                                report.run(),
                                report.grain().text(),
                                report.strength().text(),
                                Quantity.time(report.elapsedMs())));
        report.notes().forEach(note -> line("note", note));
        List<Divergence> found = report.divergences();
        found.stream().limit(MAX_DIVERGENCES).forEach(this::divergence);
        if (found.size() > MAX_DIVERGENCES) {
            line("", "and %d more".formatted(found.size() - MAX_DIVERGENCES));
        }
    }

    private static String engines(List<EngineReport> engines) {
        TextTable table =
                new TextTable(INDENT)
                        .row("engine", "role", "steps", "blocks", "steps/s", "blocks/s", "exit");
        for (EngineReport engine : engines) {
            table.row(
                    engine.name(),
                    engine.role().text(),
                    Quantity.exact(engine.steps()),
                    Quantity.exact(engine.blocks()),
                    rate(engine.steps(), engine.elapsedMs()),
                    rate(engine.blocks(), engine.elapsedMs()),
                    exit(engine));
        }
        return table.text();
    }

    private static String rate(long count, @Nullable Long elapsedMs) {
        return elapsedMs == null || elapsedMs == 0
                ? "-"
                : Quantity.rough(count * 1000.0 / elapsedMs);
    }

    private static String exit(EngineReport engine) {
        if (engine.exit() != null) {
            return engine.exit().toString();
        }
        return engine.connected() ? "unknown" : "never joined";
    }

    private static String compared(Compared compared) {
        StringJoiner parts = new StringJoiner(", ");
        add(parts, compared.steps(), "step");
        add(parts, compared.blocks(), "block");
        add(parts, compared.windows(), "window");
        add(parts, compared.digests(), "digest");
        add(parts, compared.inputs(), "input");
        add(parts, compared.registers(), "register file");
        add(parts, compared.stores(), "memory image");
        return parts.length() == 0 ? "nothing" : parts.toString();
    }

    private static void add(StringJoiner parts, long count, String what) {
        if (count > 0) {
            parts.add(Quantity.exact(count) + " " + what + (count == 1 ? "" : "s"));
        }
    }

    private void divergence(Divergence found) {
        out.append('\n');
        line(
                "difference",
                "%s of %s at step %s, block %s"
                        .formatted(
                                found.field(),
                                found.engine(),
                                Quantity.exact(found.step()),
                                Quantity.exact(found.block())));
        String symbol = code.symbol(found.pc()).map(name -> " <" + name + ">").orElse("");
        line("pc", GuestCode.hex(found.pc()) + symbol);
        line("reference", found.reference());
        line("subject", found.subject());
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
