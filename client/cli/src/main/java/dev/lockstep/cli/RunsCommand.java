package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.Account;
import dev.lockstep.cli.report.ReportDocument;
import dev.lockstep.cli.report.VerdictScreen;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code lockstep runs}: what the log of runs kept. */
@Command(
        name = "runs",
        description = "Lists the runs of this machine and shows what was found.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  lockstep runs list", "  lockstep runs show 12"})
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
        try (RunStore store = source.open()) {
            List<StoredRun> runs = store.list(before, limit);
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    source.format == Format.JSON
                            ? JsonWriter.text(RunTable.document(runs))
                            : RunTable.text(runs));
            if (source.format == Format.TEXT && runs.size() == limit) {
                String last = Long.toString(runs.getLast().id());
                out.println("older ones: " + source.command("list", "--before", last));
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
        try (RunStore store = source.open()) {
            StoredRun run =
                    store.find(id)
                            .orElseThrow(() ->
                                    new ConfigException(
                                            "no run '%s' in %s; '%s' lists them"
                                                    .formatted(
                                                            id,
                                                            source.directory(),
                                                            source.command("list"))));
            PrintWriter out = spec.commandLine().getOut();
            out.print(
                    store.report(run.id())
                            .map(report -> source.finished(run, report))
                            .orElseGet(() -> source.inProgress(run)));
            out.flush();
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

        @Mixin private StateDirectory state;

        Path directory() {
            return state.path();
        }

        private String command(String verb, String... words) {
            List<String> all = new ArrayList<>(List.of("runs", verb));
            all.addAll(List.of(words));
            return StateDirectory.command(directory(), all.toArray(String[]::new));
        }

        private String finished(StoredRun run, RunReport report) {
            GuestCode code = PastProgram.code(run.command(), run.created());
            return format == Format.JSON
                    ? JsonWriter.text(ReportDocument.of(report, code))
                    : VerdictScreen.fullText(
                            new Account(report, run.command(), run.command(), code),
                            Palette.of(Terminal.of(Terminal.STANDARD_OUTPUT)));
        }

        private String inProgress(StoredRun run) {
            return format == Format.JSON
                    ? JsonWriter.text(ReportDocument.of(run))
                    : RunTable.text(List.of(run));
        }

        /** Opens the store, and cleans up after runs that were killed. */
        private RunStore open() throws IOException {
            RuntimeDirectory.sweep(RuntimeDirectory.defaultBase(System.getenv()));
            return LockstepServer.openStore(directory());
        }
    }
}
