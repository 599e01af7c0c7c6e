package dev.lockstep.cli;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Runs again, from the start and with the same inputs, what ended with a difference to which an
 * engine cannot go back: first with every instruction compared by itself where the two sides
 * differed and, if nothing differs then, by blocks, which is what the engine executed before.
 */
final class Rerun {
    /** How long a rerun may take: so many times the run, and never less than this. */
    private static final int TIME_FACTOR = 4;

    private static final Duration MIN_TIME = Duration.ofSeconds(20);

    /** As much as is kept of what a rerun's guest and engines say, for nobody. */
    private static final int MAX_OUTPUT_BYTES = 4 << 10;

    private final RunPlan plan;
    private final StatusLine screen;

    Rerun(RunPlan plan, StatusLine screen) {
        this.plan = plan;
        this.screen = screen;
    }

    /** Runs the plan to its end, and again if only that can tell more. */
    RunReport completed(CoSimulation first)
            throws IOException, InterruptedException, ExecutionException {
        RunReport report = first.run();
        Optional<InputRecord> inputs = first.recorded();
        int index = candidate(report);
        if (index < 0 || inputs.isEmpty() || first.interrupted()) {
            return report;
        }
        Evidence evidence = evidence(report, index);
        if (evidence.getDifferingStep() <= evidence.getAgreedStep()) {
            return report.withNote(
                    "not run again: all that was reported up to step %d is equal"
                            .formatted(evidence.getAgreedStep()));
        }
        if (plan.hasOwnInputs()) {
            // Nothing is forced on anybody, and records are as close as such engines look.
            return report.grain() == Grain.WINDOW ? lookCloser(report, index, plan) : report;
        }
        return reaches(inputs.get(), evidence.getDifferingStep())
                ? lookCloser(report, index, plan.repeating(inputs.get()))
                : report;
    }

    /** Returns which divergence nobody could look at, the first one; -1 if there is none. */
    private static int candidate(RunReport report) {
        List<Divergence> found = report.divergences();
        for (int i = 0; report.verdict() == Verdict.DIVERGED && i < found.size(); i++) {
            if (evidence(report, i).getOnlyRerunTells()) {
                return i;
            }
        }
        return -1;
    }

    private static Evidence evidence(RunReport report, int index) {
        Evidence evidence = report.divergences().get(index).evidence();
        return evidence == null ? Evidence.getDefaultInstance() : evidence;
    }

    private static boolean reaches(InputRecord inputs, long step) {
        return inputs.leftOutStep().orElse(Long.MAX_VALUE) >= step;
    }

    private RunReport lookCloser(RunReport report, int index, RunPlan same)
            throws IOException, InterruptedException, ExecutionException {
        Divergence open = report.divergences().get(index);
        Evidence evidence = evidence(report, index);
        screen.print(
                "lockstep: %s; running both again from the start%n".formatted(evidence.getText()));
        for (boolean singly : List.of(true, false)) {
            CoSimulation rerun = silent(same.closer(detail(report, evidence, singly)));
            RunReport again;
            try {
                again = rerun.run();
            } catch (ConfigException | IOException e) {
                // Whatever hinders it, the first run's verdict stands.
                return report.withNote("running again from the start failed: " + e.getMessage());
            }
            Optional<Divergence> found = find(again, open.engine());
            if (found.isPresent()) {
                return report.with(index, named(open, found.get(), singly));
            }
            if (again.verdict() != Verdict.MATCH || rerun.interrupted()) {
                return report.withNote("running again from the start told no more: " + why(again));
            }
        }
        return report.withNote(notRepeated(evidence));
    }

    private static RunPlan.Detail detail(RunReport report, Evidence evidence, boolean singly) {
        return new RunPlan.Detail(
                evidence.getAgreedStep(), evidence.getDifferingStep(), singly, maxTime(report));
    }

    private static CoSimulation silent(RunPlan closer) {
        return new CoSimulation(
                closer.withGuestScreen(new Beginning(MAX_OUTPUT_BYTES).asScreen()),
                new Beginning(MAX_OUTPUT_BYTES).asScreen());
    }

    private static Duration maxTime(RunReport report) {
        Duration wished = Duration.ofMillis(report.elapsedMs()).multipliedBy(TIME_FACTOR);
        return wished.compareTo(MIN_TIME) < 0 ? MIN_TIME : wished;
    }

    private static Optional<Divergence> find(RunReport report, String engine) {
        return report.divergences().stream()
                .filter(divergence -> divergence.engine().equals(engine))
                .findFirst();
    }

    /** Returns the divergence at the place at which the rerun found it. */
    private Divergence named(Divergence open, Divergence found, boolean singly) {
        Evidence evidence = found.evidence();
        Evidence.Builder told = evidence == null ? Evidence.newBuilder() : evidence.toBuilder();
        told.setNaming(Naming.NAMING_RERUN)
                .setText(text(told.getDifferingStep() - told.getAgreedStep(), singly))
                .setOnlyRerunTells(false);
        return new Divergence(
                open.engine(),
                found.step(),
                found.pc(),
                found.field(),
                found.reference(),
                found.subject(),
                open.classification(),
                open.distance(),
                open.block(),
                told.build());
    }

    private String text(long steps, boolean singly) {
        String where =
                steps == 1
                        ? "this instruction"
                        : "these %d, which were not reported one by one".formatted(steps);
        String again =
                plan.hasOwnInputs()
                        ? "run again from the start, "
                        : "run again from the start with the same inputs, ";
        return singly
                ? again + "both sides did the same up to " + where
                : again
                        + "nothing differed instruction by instruction; by blocks, both sides did"
                        + " the same up to "
                        + where;
    }

    private static String why(RunReport report) {
        String refusal = report.refusal();
        return refusal == null
                ? report.notes().stream().findFirst().orElse("it ended " + report.verdict())
                : refusal;
    }

    private static String notRepeated(Evidence first) {
        return ("NONREPEATABLE: of two runs with the same inputs none differed again from step %d"
                        + " to %d, where the digests were 0x%x and 0x%x")
                .formatted(
                        first.getAgreedStep(),
                        first.getDifferingStep(),
                        first.getReferenceDigest(),
                        first.getSubjectDigest());
    }
}
