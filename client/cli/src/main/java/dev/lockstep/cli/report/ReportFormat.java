package dev.lockstep.cli.report;

import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.util.List;
import java.util.Locale;

/** The forms in which a run's account can be had. */
public enum ReportFormat implements ReportFiles.Format<Account> {
    /** As on the screen, with every divergence. */
    TEXT {
        @Override
        public String write(Account account) {
            return VerdictScreen.fullText(account, Palette.PLAIN);
        }
    },
    /** For programs. */
    JSON {
        @Override
        public String write(Account account) {
            return JsonWriter.text(ReportDocument.of(account));
        }
    },
    /** For issues and merge requests. */
    MARKDOWN {
        @Override
        public String write(Account account) {
            return MarkdownReport.text(account);
        }
    },
    /** For servers of continuous integration: the run is one test case. */
    JUNIT {
        @Override
        public String write(Account account) {
            return JUnitReport.text("lockstep run", List.of(testCase(account)));
        }
    },
    /** One page that needs nothing else. */
    HTML {
        @Override
        public String write(Account account) {
            return HtmlReport.text(account);
        }
    };

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the format with this name.
     *
     * @throws ConfigException if there is none
     */
    public static ReportFormat parse(String name) {
        return ReportFiles.parse(name, values());
    }

    private static JUnitReport.Case testCase(Account account) {
        RunReport report = account.report();
        return new JUnitReport.Case(
                "lockstep.run",
                account.title(),
                outcome(report),
                message(account),
                report.elapsedMs(),
                "",
                VerdictScreen.text(account, Palette.PLAIN),
                report.rules().stream().map(Summary::rule).toList());
    }

    private static JUnitReport.Outcome outcome(RunReport report) {
        if (report.refusal() != null) {
            return JUnitReport.Outcome.ERROR;
        }
        return switch (report.verdict()) {
            case MATCH -> JUnitReport.Outcome.PASS;
            case DIVERGED, RECOVERED -> JUnitReport.Outcome.FAILURE;
            case VACUOUS, INCOMPLETE -> JUnitReport.Outcome.ERROR;
        };
    }

    private static String message(Account account) {
        RunReport report = account.report();
        if (report.refusal() != null) {
            return report.refusal();
        }
        String verdict = report.verdict() == Verdict.MATCH ? "" : report.verdict().name();
        List<Divergence> found = report.divergences();
        return found.isEmpty()
                ? verdict
                : verdict + ": " + DivergenceText.line(found.getFirst(), account.code());
    }
}
