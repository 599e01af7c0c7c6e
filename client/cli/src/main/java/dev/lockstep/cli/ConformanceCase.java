package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.DivergenceText;
import dev.lockstep.cli.report.JUnitReport;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.ExitReason;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How one program of {@code lockstep conformance} came out.
 *
 * @param program its file name
 * @param why what is wrong, on one line; empty if it passed
 * @param steps steps that were compared
 * @param output what the guest printed, as far as it is kept
 * @param remarks what the engines said
 */
record ConformanceCase(
        String program,
        Outcome outcome,
        String why,
        long steps,
        long elapsedMs,
        String output,
        String remarks) {
    /** What a program can come to. */
    enum Outcome {
        /** The engines agree, and the program says that they are right. */
        PASS,
        /** The engines differ, or the program says that they are wrong, or it does not end. */
        FAIL,
        /** The engines cannot run it. */
        REFUSED;

        /** Returns the word for summaries. */
        String text() {
            return this == REFUSED ? "refused" : name().toLowerCase(Locale.ROOT) + "ed";
        }
    }

    /** Returns this for servers of continuous integration. */
    JUnitReport.Case forJUnit() {
        JUnitReport.Outcome junit =
                switch (outcome) {
                    case PASS -> JUnitReport.Outcome.PASS;
                    case FAIL -> JUnitReport.Outcome.FAILURE;
                    case REFUSED -> JUnitReport.Outcome.ERROR;
                };
        return new JUnitReport.Case(
                "conformance", program, junit, why, elapsedMs, output, remarks, List.of());
    }

    /** Returns what is wrong with how a run came out; empty if nothing is. */
    static String complaint(RunReport report, GuestCode code) {
        if (report.verdict() != Verdict.MATCH) {
            Stream<String> found =
                    report.divergences().stream().map(it -> DivergenceText.line(it, code));
            return Stream.concat(found, report.notes().stream())
                    .findFirst()
                    .map(what -> report.verdict() + ": " + what)
                    .orElse(report.verdict().toString());
        }
        EngineReport.Exit end = report.engines().getFirst().exit();
        boolean isGood = end != null && end.reason() == ExitReason.EXITED && end.status() == 0;
        return isGood ? "" : "ended with " + end + " (expected: exited 0)";
    }
}
