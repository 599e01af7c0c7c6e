package dev.lockstep.cli.selftest;

import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run made of its fault. */
final class Judgement {
    private static final Pattern DONE =
            Pattern.compile("fault \\S+: done at step (\\d+), .*?pc 0x([0-9a-f]+)");

    private final RunReport report;
    private final Matcher done;
    private final boolean isDone;

    private Judgement(RunReport report, String remarks) {
        this.report = report;
        done = DONE.matcher(remarks);
        isDone = done.find();
    }

    /**
     * Prepares to judge.
     *
     * @param remarks what the engines said, of which one says where the fault was done
     */
    static Judgement of(RunReport report, String remarks) {
        return new Judgement(report, remarks);
    }

    /** Returns the step of the fault, if it was done. */
    long step() {
        return Long.parseLong(done.group(1));
    }

    /** Returns the address of the instruction that went wrong, if it did. */
    long pc() {
        return Long.parseUnsignedLong(done.group(2), 16);
    }

    /**
     * Returns what is wrong; empty if nothing is.
     *
     * @param differences of what was found from what was to be found, some of them empty
     */
    String complaint(Function<Finding, Stream<String>> differences) {
        if (!isDone) {
            return "the fault was not done: %s %s".formatted(report.verdict(), report.notes());
        }
        if (report.verdict() != Verdict.DIVERGED || report.divergences().isEmpty()) {
            return "not found: " + report.verdict();
        }
        Divergence first = report.divergences().getFirst();
        Optional<Finding> finding = Finding.of(first);
        return finding.map(differences)
                .map(texts -> texts.filter(it -> !it.isEmpty()).collect(Collectors.joining(", ")))
                .orElseGet(() -> unnamed(first));
    }

    private static String unnamed(Divergence found) {
        return "found at step %d, but no instruction was named%s"
                .formatted(
                        found.step(),
                        found.evidence() == null ? "" : ": " + found.evidence().getText());
    }

    /** Returns how something differs from what is expected, empty where it does not. */
    static String difference(String what, Object expected, Object found) {
        return expected.equals(found)
                ? ""
                : "%s %s (expected: %s)".formatted(what, found, expected);
    }
}
