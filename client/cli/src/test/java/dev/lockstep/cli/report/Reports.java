package dev.lockstep.cli.report;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.ExitReason;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Verdict;

import java.util.List;
import java.util.stream.IntStream;

/** Accounts of runs that tests render. */
public final class Reports {
    public static final Divergence DIVERGENCE =
            new Divergence("recomp", 1_234, 0x10238, "digest", "0x1", "0x2", null, 0, 56);

    private Reports() {}

    static RunReport match() {
        return report(
                Verdict.MATCH,
                new Compared(12_345_678, 2_345_678, 0, 2_345_678, 1, 1, 12),
                List.of(
                        engine("interp", Role.REFERENCE, ExitReason.EXITED, 0),
                        engine("recomp", Role.SUBJECT, ExitReason.EXITED, 0)),
                List.of());
    }

    /** Returns a run with so many divergences of two subjects in turn. */
    static RunReport recovered(int divergences) {
        List<Divergence> found =
                IntStream.range(0, divergences)
                        .mapToObj(i ->
                                new Divergence(
                                        i % 3 == 2 ? "other" : "recomp",
                                        1_000 + i,
                                        0x10238,
                                        "digest",
                                        "0x1",
                                        "0x2",
                                        null,
                                        i == 0 ? 0 : 1,
                                        i))
                        .toList();
        return report(
                Verdict.RECOVERED,
                new Compared(1_234, 56, 0, 56, 1, 1, 0),
                List.of(
                        engine("interp", Role.REFERENCE, ExitReason.EXITED, 0),
                        engine("recomp", Role.SUBJECT, ExitReason.EXITED, 0),
                        engine("other", Role.SUBJECT, ExitReason.EXITED, 0)),
                found);
    }

    static RunReport diverged() {
        return diverged(List.of(DIVERGENCE));
    }

    static RunReport diverged(List<Divergence> found) {
        return report(
                Verdict.DIVERGED,
                new Compared(1_234, 56, 0, 56, 0, 0, 0),
                List.of(
                        engine("interp", Role.REFERENCE, ExitReason.KILLED, 0),
                        new EngineReport(
                                "recomp",
                                Role.SUBJECT,
                                true,
                                1_240,
                                57,
                                null,
                                Verdict.DIVERGED,
                                null,
                                null,
                                null)),
                found);
    }

    private static RunReport report(
            Verdict verdict,
            Compared compared,
            List<EngineReport> engines,
            List<Divergence> divergences) {
        return new RunReport(
                verdict,
                "prog-4711",
                Profile.DEFAULT,
                Grain.BLOCK,
                Strength.FULL,
                3_400,
                null,
                List.of("a note"),
                compared,
                engines,
                divergences,
                List.of());
    }

    /** Returns a report of a run whose profile has rules, some of which ignored something. */
    static RunReport ignoring(RunReport report, RuleUse... rules) {
        return new RunReport(
                report.verdict(),
                report.run(),
                new Profile(Profile.Base.DEFAULT, "mine", "ab".repeat(32), List.of()),
                report.grain(),
                report.strength(),
                report.elapsedMs(),
                report.refusal(),
                report.notes(),
                report.compared(),
                report.engines(),
                report.divergences(),
                List.of(rules));
    }

    private static EngineReport engine(String name, Role role, ExitReason reason, long status) {
        return new EngineReport(
                name,
                role,
                true,
                12_345_678,
                2_345_678,
                new EngineReport.Exit(reason, status),
                role == Role.REFERENCE ? null : Verdict.MATCH,
                1_000L,
                50_000_000L,
                null);
    }
}
