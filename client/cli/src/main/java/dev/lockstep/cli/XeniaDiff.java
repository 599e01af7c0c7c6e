package dev.lockstep.cli;

import dev.lockstep.cli.diff.DiffFormat;
import dev.lockstep.cli.diff.EventDiffAccount;
import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.diff.events.AbsentThread;
import dev.lockstep.server.diff.events.Difference;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventDiffResult.LogSummary;
import dev.lockstep.server.diff.events.EventDiffResult.UnpairedThread;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.RuleUse;
import dev.lockstep.server.diff.events.Side;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells what comparing two logs came to as diff_events.py of xenia-rs does, and ends as it does.
 */
final class XeniaDiff {
    private static final SideNames NAMES = XeniaOptions.NAMES;
    private static final int DIFFERENT = 1;

    private final boolean validates;
    private final @Nullable Path out;
    private final @Nullable ReportFile outFile;
    private final PrintWriter standardOutput;
    private final PrintWriter err;

    /**
     * @throws ConfigException if the report cannot be written where it is wanted
     */
    XeniaDiff(XeniaOptions options, PrintWriter standardOutput, PrintWriter err) {
        validates = options.validateIdentical;
        out = options.out;
        outFile = out == null ? null : ReportFile.open("--out " + out, out);
        this.standardOutput = standardOutput;
        this.err = err;
    }

    /** Checks that a log is not written over. */
    void checkIsNot(Path log) {
        if (outFile != null) {
            outFile.checkIsNot(log);
        }
    }

    /**
     * Refuses logs that break off, and warns of threads that are not there.
     *
     * @return whether there is anything to tell
     * @throws ConfigException if a log breaks off
     */
    boolean begin(EventDiffResult result) {
        for (LogSummary log : List.of(result.reference(), result.subject())) {
            log.cut()
                    .ifPresent(cut -> {
                        throw new ConfigException("%s: %s".formatted(log.name(), cut));
                    });
        }
        if (result.pairCount() == 0 && result.absent().isEmpty()) {
            err.println(
                    "no tid mapping (auto-mapping found no shared first-kernel-call). Pass"
                            + " --tid-map manually.");
            return false;
        }
        for (AbsentThread thread : result.absent()) {
            err.printf(
                    "warn: %s tid %d not in stream; skipping%n",
                    NAMES.of(thread.side()), thread.tid());
        }
        return true;
    }

    /** Returns with which code the original would exit. */
    int exitCode(EventDiffResult result) {
        return validates && result.verdict() == Verdict.DIVERGED ? DIFFERENT : 0;
    }

    /** Writes the report, then what the original says at its end. */
    void tell(EventDiffAccount account) {
        String report = DiffFormat.MARKDOWN.write(account);
        if (outFile == null) {
            standardOutput.print(report);
            standardOutput.flush();
        } else {
            outFile.write(report);
            err.println("diff report written to " + out);
        }
        if (account.exitCode() == DIFFERENT) {
            err.println("validate-identical: " + validation(account.result()));
        }
    }

    private static String validation(EventDiffResult result) {
        return result.firstDifferent()
                .map(XeniaDiff::validation)
                .or(() -> unpaired(Side.REFERENCE, result.reference()))
                .or(() -> unpaired(Side.SUBJECT, result.subject()))
                .or(() -> overBudget(result.rules().stream()))
                .orElseThrow();
    }

    private static String validation(PairResult pair) {
        String difference =
                pair.first()
                        .map(it -> difference(it.difference()))
                        .or(() -> pair.trailing().map(XeniaDiff::trailing))
                        .orElseThrow();
        return "divergence in canary_tid=%d at tid_event_idx=%d (%s)"
                .formatted(pair.referenceTid(), pair.matched(), difference);
    }

    /** Says it as the original does, also of names that no terminal should be given. */
    private static String difference(Difference difference) {
        return "%s: %s=%s %s=%s"
                .formatted(
                        difference.place(),
                        NAMES.reference(),
                        difference.referenceText(),
                        NAMES.subject(),
                        difference.subjectText());
    }

    private static String trailing(PairResult.Trailing trailing) {
        return "%s has %s"
                .formatted(
                        NAMES.of(trailing.side()), Quantity.count(trailing.count(), "more event"));
    }

    private static Optional<String> unpaired(Side side, LogSummary log) {
        return log.unpaired().stream()
                .map(UnpairedThread::tid)
                .findFirst()
                .map(tid -> "%s_tid=%d has no partner".formatted(NAMES.of(side), tid));
    }

    private static Optional<String> overBudget(Stream<RuleUse> rules) {
        return rules.filter(RuleUse::isOverBudget)
                .findFirst()
                .map(use ->
                        "rule %s concerns %s (expected: at most %s)"
                                .formatted(
                                        use.rule(),
                                        Quantity.count(use.events().total(), "event"),
                                        Quantity.exact(use.budget().orElseThrow())));
    }
}
