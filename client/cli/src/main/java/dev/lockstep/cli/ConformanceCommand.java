package dev.lockstep.cli;

import dev.lockstep.cli.ConformanceCase.Outcome;
import dev.lockstep.cli.report.JUnitReport;
import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code lockstep conformance}: a folder of test programs, each on both engines in lockstep. */
@Command(
        name = "conformance",
        description = {
            "Runs every ELF program of a folder on a reference and a subject in lockstep, and"
                    + " judges it by how it ends: with status 0, which on a bare machine is a 1 in"
                    + " tohost.",
            "",
            "Beside PROGRAM a file PROGRAM.reference_output is the signature that both engines"
                    + " have to leave. Exits with 0 if all passed, with 1 if not.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep conformance engines/programs/bin/bare",
            "  lockstep conformance --include 'rv64u*-p-*' --junit tests.xml riscv-tests/isa",
        })
final class ConformanceCommand implements Callable<Integer> {
    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 5;

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Only programs with such a name; may be repeated.")
    private List<String> includes = List.of();

    @Option(
            names = "--reference",
            paramLabel = "ENGINE",
            converter = Engine.class,
            defaultValue = "interp",
            description = "As of lockstep run; default: interp.")
    private String reference;

    @Option(
            names = "--subject",
            paramLabel = "ENGINE",
            converter = Engine.class,
            defaultValue = "recomp",
            description = "As of lockstep run; default: recomp.")
    private String subject;

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = Time.class,
            defaultValue = "60s",
            description = "Fail a program that takes longer; default: 60s.")
    private String maxTime;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the result to FILE as JUnit's XML.")
    private @Nullable Path junit;

    @Mixin private StateDirectory state;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder with the programs.")
    private Path directory;

    private final List<ConformanceCase> cases = new ArrayList<>();
    private boolean interrupted;

    @Override
    public Integer call() throws Exception {
        List<Path> programs = programs();
        ReportFile report = junit == null ? null : ReportFile.open("--junit " + junit, junit);
        runAll(programs);
        if (report != null) {
            report.write(
                    JUnitReport.text(
                            directory.toString(),
                            cases.stream().map(ConformanceCase::forJUnit).toList()));
        }
        boolean passed = cases.stream().allMatch(it -> it.outcome() == Outcome.PASS);
        return interrupted ? INTERRUPTED : passed ? 0 : FAILED;
    }

    private List<Path> programs() throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new ConfigException(
                    directory + ": is not a directory (expected: one with ELF programs)");
        }
        List<PathMatcher> wanted =
                includes.stream()
                        .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                        .toList();
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> programs =
                    files.filter(file -> isWanted(file.getFileName(), wanted))
                            .filter(ConformanceCommand::isElf)
                            .sorted()
                            .toList();
            if (programs.isEmpty()) {
                throw new ConfigException(
                        "%s: has no ELF program%s"
                                .formatted(
                                        directory,
                                        wanted.isEmpty() ? "" : " that matches " + includes));
            }
            return programs;
        }
    }

    private static boolean isWanted(Path name, List<PathMatcher> wanted) {
        return wanted.isEmpty() || wanted.stream().anyMatch(glob -> glob.matches(name));
    }

    private static boolean isElf(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream content = Files.newInputStream(file)) {
            return Arrays.equals(content.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private void runAll(List<Path> programs) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        int width =
                programs.stream()
                        .mapToInt(it -> it.getFileName().toString().length())
                        .max()
                        .orElse(0);
        String row = "%-7s  %-" + width + "s  %13s steps  %8s  %s";
        for (Path program : programs) {
            ConformanceRun run =
                    new ConformanceRun(program, reference, subject, maxTime, state.path());
            ConformanceCase result = run.call();
            interrupted = run.interrupted();
            if (interrupted) {
                break; // What was cut short says nothing.
            }
            cases.add(result);
            String line =
                    row.formatted(
                            result.outcome(),
                            result.program(),
                            Quantity.exact(result.steps()),
                            Quantity.time(result.elapsedMs()),
                            result.why());
            out.println(line.stripTrailing());
            out.flush();
        }
        out.println(summary(programs.size()));
        out.flush();
    }

    private String summary(int programs) {
        String counts =
                Arrays.stream(Outcome.values())
                        .map(outcome -> count(outcome) + " " + outcome.text())
                        .collect(Collectors.joining(", "));
        return "%d programs: %s%s"
                .formatted(
                        programs,
                        counts,
                        interrupted ? ", %d not run".formatted(programs - cases.size()) : "");
    }

    private long count(Outcome outcome) {
        return cases.stream().filter(it -> it.outcome() == outcome).count();
    }

    /** Accepts an engine, to be passed on as typed. */
    static final class Engine implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            EngineArgument.parse(text);
            return text;
        }
    }

    /** Accepts a time, to be passed on as typed. */
    static final class Time implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            new Durations().convert(text);
            return text;
        }
    }
}
