package dev.lockstep.cli;

import dev.lockstep.cli.bundle.BundleWriter;
import dev.lockstep.cli.bundle.Contents;
import dev.lockstep.cli.report.Account;
import dev.lockstep.cli.report.ReportDocument;
import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.cli.report.ReportFormat;
import dev.lockstep.cli.report.VerdictScreen;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code lockstep runs}: what the log of runs kept. */
@Command(
        name = "runs",
        description = "Lists the runs of this machine and shows what was found.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep runs list",
            "  lockstep runs show 12",
            "  lockstep runs report 12 html run12.html",
            "  lockstep runs bundle 12 run12.zip",
            "  lockstep runs events 12 --engine recomp",
        })
final class RunsCommand implements Runnable {
    /** How a verb prints. */
    enum Format {
        TEXT,
        JSON;

        static Format parse(String text) {
            return switch (text) {
                case "text" -> TEXT;
                case "json" -> JSON;
                default ->
                        throw new ConfigException(
                                "unknown format '" + text + "' (expected: text or json)");
            };
        }
    }

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb given");
    }

    @Command(
            name = "list",
            description = "Lists the runs, newest first.",
            sortOptions = false,
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep runs list --format json")
    void list(
            @Mixin Help unused,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "How many to list at most; default: 100.")
                    int limit,
            @Option(
                            names = "--before",
                            paramLabel = "ID",
                            defaultValue = "" + Long.MAX_VALUE,
                            showDefaultValue = Visibility.NEVER,
                            description = "List runs older than that.")
                    long before,
            @Mixin Source source)
            throws IOException {
        if (limit <= 0) {
            throw new ParameterException(
                    spec.subcommands().get("list"), "--limit: " + limit + " (expected: > 0)");
        }
        try (RunStore store = source.log.open()) {
            List<StoredRun> runs = store.list(before, limit);
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    source.format == Format.JSON
                            ? JsonWriter.text(RunTable.document(runs))
                            : RunTable.text(runs));
            if (source.format == Format.TEXT && runs.size() == limit) {
                String last = Long.toString(runs.getLast().id());
                out.println("older ones: " + source.log.command("list", "--before", last));
            }
            out.flush();
        }
    }

    @Command(
            name = "show",
            description = {
                "Shows one run as 'lockstep run' ended it.",
                "",
                "Guest code is shown when the program is still what it was, and where it was, seen"
                        + " from the current directory.",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep runs show 12")
    void show(
            @Mixin Help unused,
            @Mixin Source source,
            @Parameters(paramLabel = "RUN", description = "Number or name of the run.") String id)
            throws IOException {
        try (RunStore store = source.log.open()) {
            StoredRun run = source.log.find(store, id);
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    store.report(run.id())
                            .map(report -> source.finished(run, counted(source.log, run, report)))
                            .orElseGet(() -> source.inProgress(run)));
            out.flush();
        }
    }

    @Command(
            name = "report",
            description = {
                "Writes the report of a run that has ended, as --report of 'lockstep run' does.",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = {
                "  lockstep runs report 12 html run12.html",
                "  lockstep runs report 12 markdown",
            })
    void report(
            @Mixin Help unused,
            @Mixin RunLogOption log,
            @Parameters(index = "0", paramLabel = "RUN", description = "Number or name of the run.")
                    String id,
            @Parameters(
                            index = "1",
                            paramLabel = "FORMAT",
                            description = "text, json, markdown, junit or html.")
                    ReportFormat format,
            @Parameters(
                            index = "2",
                            arity = "0..1",
                            paramLabel = "FILE",
                            description = "Where to write it; default: standard output.")
                    @Nullable Path file)
            throws IOException {
        try (RunStore store = log.open()) {
            StoredRun run = log.find(store, id);
            RunReport report = counted(log, run, log.report(store, run));
            write(format.write(log.account(run, report)), file);
        }
    }

    @Command(
            name = "bundle",
            description = {
                "Packs what a run needs into one file, which 'lockstep run --bundle FILE' runs"
                        + " anywhere: program, arguments, environment, input and options.",
                "",
                "The program has to be what it was when it ran, and where it was, seen from the"
                        + " current directory.",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = {"  lockstep runs bundle 12 run12.zip", "  lockstep run --bundle run12.zip"})
    void bundle(
            @Mixin Help unused,
            @Mixin RunLogOption log,
            @Parameters(index = "0", paramLabel = "RUN", description = "Number or name of the run.")
                    String id,
            @Parameters(index = "1", paramLabel = "FILE", description = "Where to write it.")
                    Path file)
            throws IOException {
        try (RunStore store = log.open()) {
            StoredRun run = log.find(store, id);
            Account account = log.account(run, log.report(store, run));
            Contents contents = PastContents.of(run, account, store.inputs(run.id()));
            ReportFile target = ReportFile.open(file.toString(), file);
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            BundleWriter.write(contents, zip)
                    .forEach(what -> spec.commandLine().getErr().println("lacks " + what));
            target.write(zip.toByteArray());
        }
    }

    @Command(
            name = "events",
            description = {
                "Writes the event log of an engine of a run that was started with --events, as"
                        + " lines of JSON (docs/events.md).",
                "",
                "Of a run that goes on, it writes what is kept by now.",
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:the whole log was written",
                "2:there is no such log, or the file cannot be written",
                "5:the log is not whole; standard error says what is missing",
                "70:internal error",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = {
                "  lockstep runs events 12 --engine recomp",
                "  lockstep runs events 12 --engine recomp --output recomp.jsonl",
            })
    int events(
            @Mixin Help unused,
            @Mixin RunLogOption log,
            @Parameters(paramLabel = "RUN", description = "Number or name of the run.") String id,
            @Option(
                            names = "--engine",
                            paramLabel = "NAME",
                            description = "Whose; needed if there are several.")
                    @Nullable String engine,
            @Option(
                            names = "--output",
                            paramLabel = "FILE",
                            description = "Where to write it; default: standard output.")
                    @Nullable Path file)
            throws IOException {
        try (RunStore store = log.open()) {
            StoredRun run = log.find(store, id);
            KeptEvents events = new KeptEvents(log.directory(), run);
            Optional<String> missing = events.export(engine, file);
            missing.ifPresent(what -> spec.commandLine().getErr().println("note: " + what));
            return missing.isEmpty() ? 0 : Verdict.INCOMPLETE.exitCode();
        }
    }

    private static RunReport counted(RunLogOption log, StoredRun run, RunReport report) {
        return new KeptEvents(log.directory(), run).counted(report);
    }

    private void write(String text, @Nullable Path file) {
        if (file == null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        } else {
            ReportFile.open(file.toString(), file).write(text);
        }
    }

    /** Where the runs are and how they are printed. */
    static final class Source {
        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "text or json; default: text.")
        private Format format;

        @Mixin private RunLogOption log;

        private String finished(StoredRun run, RunReport report) {
            Account account = log.account(run, report);
            return format == Format.JSON
                    ? ReportFormat.JSON.write(account)
                    : VerdictScreen.fullText(
                            account, Palette.of(Terminal.of(Terminal.STANDARD_OUTPUT)));
        }

        private String inProgress(StoredRun run) {
            return format == Format.JSON
                    ? JsonWriter.text(ReportDocument.of(run))
                    : RunTable.text(List.of(run));
        }
    }
}
