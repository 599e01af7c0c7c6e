package dev.lockstep.cli;

import dev.lockstep.cli.ConformanceCase.Outcome;
import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** One program of {@code lockstep conformance}, run and judged. */
final class ConformanceRun {
    private static final String EXPECTED_SUFFIX = ".reference_output";

    /** As much as is kept of what a guest prints, and of what engines do. */
    private static final int MAX_OUTPUT_BYTES = 64 << 10;

    private final Path program;
    private final String reference;
    private final String subject;
    private final String maxTime;
    private final Path stateDirectory;
    private final Path expected;
    private @Nullable CoSimulation simulation;

    /**
     * Prepares a run.
     *
     * @param reference as of {@code lockstep run}, as are the others
     */
    ConformanceRun(
            Path program, String reference, String subject, String maxTime, Path stateDirectory) {
        this.program = program;
        this.reference = reference;
        this.subject = subject;
        this.maxTime = maxTime;
        this.stateDirectory = stateDirectory;
        expected = program.resolveSibling(program.getFileName() + EXPECTED_SUFFIX);
    }

    /** Runs the program to its end, and leaves nothing behind. */
    ConformanceCase call() throws IOException, InterruptedException, ExecutionException {
        Path scratch = Files.createTempDirectory("lockstep-conformance");
        try {
            return run(scratch);
        } finally {
            delete(scratch);
        }
    }

    /** Returns whether a signal asked the command to end while the program ran. */
    boolean interrupted() {
        return simulation != null && simulation.interrupted();
    }

    private ConformanceCase run(Path scratch)
            throws IOException, InterruptedException, ExecutionException {
        RunPlan plan;
        try {
            plan = RunCommand.plan(words(scratch));
        } catch (ConfigException e) {
            return result(Outcome.REFUSED, String.valueOf(e.getMessage()), 0, 0, "", "");
        }
        Beginning output = new Beginning(MAX_OUTPUT_BYTES);
        Beginning remarks = new Beginning(MAX_OUTPUT_BYTES);
        simulation = new CoSimulation(plan.withGuestScreen(output.asScreen()), remarks.asScreen());
        RunReport report = simulation.run();
        String why = complaint(report, plan.code(), scratch);
        return result(
                outcome(report, why),
                why,
                report.compared().steps(),
                report.elapsedMs(),
                output.text(),
                remarks.text());
    }

    private ConformanceCase result(
            Outcome outcome,
            String why,
            long steps,
            long elapsedMs,
            String output,
            String remarks) {
        String name = program.getFileName().toString();
        String line = why.replaceAll("\\s+", " ");
        return new ConformanceCase(name, outcome, line, steps, elapsedMs, output, remarks);
    }

    private List<String> words(Path scratch) {
        return List.of(
                "--reference",
                engine(reference, referenceSignature(scratch)),
                "--subject",
                engine(subject, subjectSignature(scratch)),
                "--max-time",
                maxTime,
                "--stdin",
                "/dev/null",
                "--state-dir",
                stateDirectory.toString(),
                program.toString());
    }

    /** Returns an ENGINE that leaves its signature in a file if one is expected. */
    private String engine(String engine, Path signature) {
        return Files.exists(expected)
                ? engine + " --signature " + Words.join(List.of(signature.toString()))
                : engine;
    }

    private static Path referenceSignature(Path scratch) {
        return scratch.resolve("reference");
    }

    private static Path subjectSignature(Path scratch) {
        return scratch.resolve("subject");
    }

    private static Outcome outcome(RunReport report, String why) {
        if (report.refusal() != null) {
            return Outcome.REFUSED;
        }
        return why.isEmpty() ? Outcome.PASS : Outcome.FAIL;
    }

    private String complaint(RunReport report, GuestCode code, Path scratch) throws IOException {
        String refusal = report.refusal();
        if (refusal != null) {
            return refusal;
        }
        String complaint = ConformanceCase.complaint(report, code);
        return complaint.isEmpty() && Files.exists(expected)
                ? signatureComplaint(scratch)
                : complaint;
    }

    private String signatureComplaint(Path scratch) throws IOException {
        for (Path signature : List.of(referenceSignature(scratch), subjectSignature(scratch))) {
            if (!Files.exists(signature)) {
                return "the %s left no signature (expected: an engine that knows --signature)"
                        .formatted(signature.getFileName());
            }
            if (!isAsExpected(signature)) {
                return "the signature of the %s is not that of %s"
                        .formatted(signature.getFileName(), expected.getFileName());
            }
        }
        return "";
    }

    /** Deletes a folder of files. */
    private static void delete(Path scratch) throws IOException {
        try (Stream<Path> left = Files.list(scratch)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(scratch);
    }

    /** Compares line by line: a signature may be larger than our memory. */
    private boolean isAsExpected(Path signature) throws IOException {
        try (BufferedReader wanted = reader(expected);
                BufferedReader found = reader(signature)) {
            Iterator<String> left = lines(found);
            Iterator<String> right = lines(wanted);
            while (left.hasNext() && right.hasNext()) {
                if (!left.next().equals(right.next())) {
                    return false;
                }
            }
            return !left.hasNext() && !right.hasNext();
        }
    }

    private static BufferedReader reader(Path file) throws IOException {
        return Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
    }

    private static Iterator<String> lines(BufferedReader reader) {
        return reader.lines()
                .map(line -> line.strip().toLowerCase(Locale.ROOT))
                .filter(line -> !line.isEmpty())
                .iterator();
    }
}
