package dev.lockstep.cli.selftest;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.FaultClass;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
     * @param code of the program
     */
    String complaint(RunReport report, String remarks, GuestCode code);

    /**
     * A fault in how blocks were put together to a region, which shows in no instruction by itself.
     *
     * @param place the instruction at the seam
     * @param execution which passing of that seam goes wrong, from 1
     * @param named the instruction that has to be named
     * @param offset its step, counted from the one that the engine tells of the fault
     */
    record Seam(
            boolean quick,
            String grain,
            String kind,
            String place,
            long execution,
            String named,
            long offset,
            FaultClass faultClass,
            String field)
            implements Trial {
        /** Nearly everything is a region soon, and at the same step in every run. */
        private static final String REGIONS = " --compile sync --hot 2";

        @Override
        public String name() {
            return "%s at %s, no. %d, %s".formatted(kind, place, execution, grain);
        }

        @Override
        public String program() {
            return Fault.PROGRAM;
        }

        @Override
        public List<String> options(GuestCode code) {
            String pc = GuestCode.hex(code.address(place));
            String fault = "%s@pc=%s,n=%d".formatted(kind, pc, execution);
            return Fault.options(grain, fault + REGIONS);
        }

        @Override
        public String complaint(RunReport report, String remarks, GuestCode code) {
            Judgement judgement = Judgement.of(report, remarks);
            return judgement.complaint(found ->
                    Stream.of(
                            Judgement.difference("step", judgement.step() + offset, found.step()),
                            Judgement.difference(
                                    "pc",
                                    GuestCode.hex(code.address(named)),
                                    GuestCode.hex(found.pc())),
                            Judgement.difference("field", field, found.field()),
                            Judgement.difference(
                                    "class", faultClass.text(), found.faultClass().text())));
        }
    }

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
        private static final String PROGRAM = "faults";

        @Override
        public String name() {
            return "%s of %s, no. %d, %s, %s".formatted(kind, place, execution, family, grain);
        }

        @Override
        public String program() {
            return PROGRAM;
        }

        @Override
        public List<String> options(GuestCode code) {
            String pc = GuestCode.hex(code.address(place));
            String fault = "%s@pc=%s,n=%d,%s".formatted(kind, pc, execution, family);
            return options(grain, fault);
        }

        private static List<String> options(String grain, String fault) {
            List<String> options = new ArrayList<>(List.of("--grain", grain));
            if (grain.equals("window")) {
                options.addAll(List.of("--window", WINDOW_STEPS));
            }
            options.addAll(List.of("--subject", "recomp --fault " + fault));
            return options;
        }

        @Override
        public String complaint(RunReport report, String remarks, GuestCode code) {
            Judgement judgement = Judgement.of(report, remarks);
            return judgement.complaint(found ->
                    Stream.of(
                            Judgement.difference("step", judgement.step(), found.step()),
                            Judgement.difference(
                                    "pc", GuestCode.hex(judgement.pc()), GuestCode.hex(found.pc())),
                            Judgement.difference("field", field, found.field()),
                            Judgement.difference(
                                    "class", faultClass.text(), found.faultClass().text())));
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
        public String complaint(RunReport report, String remarks, GuestCode code) {
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
