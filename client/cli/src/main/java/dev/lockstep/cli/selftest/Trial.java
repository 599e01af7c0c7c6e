package dev.lockstep.cli.selftest;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.FaultClass;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run of the selftest, and what it has to come to. */
public sealed interface Trial {
    /** Returns whether it belongs to the quick selftest. */
    boolean quick();

    /** Returns the name, unique in the table. */
    String name();

    /** Returns the program's file name. */
    String program();

    /** Returns the options of {@code lockstep run}. */
    List<String> options(GuestCode code);

    /**
     * Returns what is wrong with how it came out; empty if nothing is.
     *
     * @param remarks what the engines said
     */
    String complaint(RunReport report, String remarks);

    /**
     * A fault that has to be found at its instruction.
     *
     * @param kind as of docs/testing-faults.md
     * @param place name of the instruction in the program
     * @param execution which execution of it goes wrong, from 1
     * @param family {@code announced} or {@code silent}
     */
    record Fault(
            boolean quick,
            String grain,
            String kind,
            String place,
            long execution,
            String family,
            FaultClass faultClass,
            String field)
            implements Trial {
        private static final String WINDOW_STEPS = "32768";
        private static final Pattern DONE =
                Pattern.compile("fault \\S+: done at step (\\d+), pc 0x([0-9a-f]+)");

        @Override
        public String name() {
            return "%s of %s, no. %d, %s, %s".formatted(kind, place, execution, family, grain);
        }

        @Override
        public String program() {
            return "faults";
        }

        @Override
        public List<String> options(GuestCode code) {
            String pc = GuestCode.hex(code.address(place));
            String fault = "%s@pc=%s,n=%d,%s".formatted(kind, pc, execution, family);
            List<String> options = new ArrayList<>(List.of("--grain", grain));
            if (grain.equals("window")) {
                options.addAll(List.of("--window", WINDOW_STEPS));
            }
            options.addAll(List.of("--subject", "recomp --fault " + fault));
            return options;
        }

        @Override
        public String complaint(RunReport report, String remarks) {
            Matcher done = DONE.matcher(remarks);
            if (!done.find()) {
                return "the fault was not done: " + report.verdict() + " " + report.notes();
            }
            if (report.verdict() != Verdict.DIVERGED || report.divergences().isEmpty()) {
                return "not found: " + report.verdict();
            }
            return complaint(
                    report.divergences().getFirst(),
                    Long.parseLong(done.group(1)),
                    Long.parseUnsignedLong(done.group(2), 16));
        }

        private String complaint(Divergence found, long step, long pc) {
            Optional<Finding> finding = Finding.of(found);
            if (finding.isEmpty()) {
                return "found at step %d, but no instruction was named%s"
                        .formatted(found.step(), why(found));
            }
            Finding named = finding.get();
            return Stream.of(
                            difference("step", step, named.step()),
                            difference("pc", GuestCode.hex(pc), GuestCode.hex(named.pc())),
                            difference("field", field, named.field()),
                            difference("class", faultClass.text(), named.faultClass().text()))
                    .filter(it -> !it.isEmpty())
                    .collect(Collectors.joining(", "));
        }

        private static String difference(String what, Object expected, Object found) {
            return expected.equals(found)
                    ? ""
                    : "%s %s (expected: %s)".formatted(what, found, expected);
        }

        private static String why(Divergence found) {
            return found.evidence() == null ? "" : ": " + found.evidence().getText();
        }
    }

    /**
     * A program without a fault, which has to end MATCH.
     *
     * @param words options of {@code lockstep run}
     */
    record Clean(boolean quick, String grain, List<String> words, String program) implements Trial {
        @Override
        public String name() {
            String line = words.isEmpty() ? program : String.join(" ", words) + " " + program;
            return "clean %s, %s".formatted(line, grain);
        }

        @Override
        public List<String> options(GuestCode code) {
            return Stream.concat(Stream.of("--grain", grain), words.stream()).toList();
        }

        @Override
        public String complaint(RunReport report, String remarks) {
            return report.verdict() == Verdict.MATCH && report.refusal() == null
                    ? ""
                    : "%s (expected: MATCH) %s"
                            .formatted(
                                    Objects.requireNonNullElse(
                                            report.refusal(), report.verdict().name()),
                                    report.notes());
        }
    }
}
