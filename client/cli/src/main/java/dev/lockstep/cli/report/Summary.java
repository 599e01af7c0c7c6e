package dev.lockstep.cli.report;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What every report for people says of a run before its divergences. */
final class Summary {
    private Summary() {}

    /** Returns a table, head first. */
    static List<List<String>> engines(List<EngineReport> engines) {
        // What a single subject came to is the verdict itself.
        boolean severalSubjects = engines.size() > 2;
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                row(
                        severalSubjects ? "outcome" : null,
                        List.of(
                                "engine",
                                "role",
                                "steps",
                                "blocks",
                                "steps/s",
                                "blocks/s",
                                "exit")));
        for (EngineReport engine : engines) {
            String outcome = engine.outcome() == null ? "" : engine.outcome().name();
            rows.add(row(severalSubjects ? outcome : null, cells(engine)));
        }
        return rows;
    }

    private static List<String> cells(EngineReport engine) {
        return List.of(
                engine.name(),
                engine.role().text(),
                Quantity.exact(engine.steps()),
                Quantity.exact(engine.blocks()),
                rate(engine.steps(), engine.elapsedMs()),
                rate(engine.blocks(), engine.elapsedMs()),
                exit(engine));
    }

    private static List<String> row(@Nullable String outcome, List<String> cells) {
        List<String> row = new ArrayList<>(cells);
        if (outcome != null) {
            row.add(outcome);
        }
        return row;
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

    /** Returns how much was compared. */
    static String compared(Compared compared) {
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
            parts.add(Quantity.count(count, what));
        }
    }

    /** Returns how many events came from each engine; nothing if none were wanted. */
    static String events(List<EngineReport> engines) {
        StringJoiner parts = new StringJoiner(", ");
        for (EngineReport engine : engines) {
            if (engine.events() != null) {
                parts.add(Quantity.exact(engine.events()) + " of " + engine.name());
            }
        }
        return parts.toString();
    }

    /** Returns which run it was, how it compared, and how long it took. */
    static String run(RunReport report) {
        return "%s, %s grain, %s strength, %s%s"
                .formatted(
                        report.run(),
                        report.grain().text(),
                        report.strength().text(),
                        profile(report.profile()),
                        Quantity.time(report.elapsedMs()));
    }

    private static String profile(Profile profile) {
        return profile.equals(Profile.DEFAULT) ? "" : "profile " + profile.name() + ", ";
    }

    /** Returns a table of the rules of the profile, head first; empty if it has none. */
    static List<List<String>> rules(RunReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (RuleUse use : report.rules()) {
            rows.add(List.of(use.name(), Quantity.exact(use.count()), use.reason()));
        }
        if (!rows.isEmpty()) {
            rows.addFirst(List.of("rule", "ignored", "reason"));
        }
        return rows;
    }

    /** Returns what a rule ignored, in words. */
    static String rule(RuleUse use) {
        return "%s by %s: %s"
                .formatted(Quantity.count(use.count(), "difference"), use.name(), use.reason());
    }
}
