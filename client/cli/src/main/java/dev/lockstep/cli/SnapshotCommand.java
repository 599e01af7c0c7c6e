package dev.lockstep.cli;

import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.cli.snapshot.SnapshotTable;
import dev.lockstep.cli.snapshot.StateDocuments;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.VerifyResult;
import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.snapshot.SnapshotException;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.snapshot.VerifyListener;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code lockstep snapshot}: states that were kept, and what can be done with them. */
@Command(
        name = "snapshot",
        description = {
            "Takes, keeps, compares and carries snapshots of runs.",
            "",
            "'lockstep run --from SNAPSHOT' goes on from one.",
        },
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        subcommands = {
            SnapshotTakeCommand.class,
            SnapshotRestoreCommand.class,
            SnapshotDiffCommand.class,
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep snapshot take hello-4711",
            "  lockstep snapshot list",
            "  lockstep snapshot diff 3 4",
            "  lockstep snapshot export 3 hello.snapshot",
        })
final class SnapshotCommand implements Runnable {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb given");
    }

    @Command(
            name = "list",
            description = "Lists the snapshots, newest first.",
            sortOptions = false,
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep snapshot list --run hello-4711")
    void list(
            @Mixin Help unused,
            @Option(
                            names = "--run",
                            paramLabel = "NAME",
                            defaultValue = "",
                            showDefaultValue = Visibility.NEVER,
                            description = "Only those of this run.")
                    String run,
            @Option(
                            names = "--before",
                            paramLabel = "ID",
                            defaultValue = "" + Long.MAX_VALUE,
                            showDefaultValue = Visibility.NEVER,
                            description = "Only those older than that.")
                    long before,
            @Mixin Source source) {
        List<Snapshot> found = source.store().list(run, before, SnapshotStore.MAX_LIST);
        print(
                source.format == RunsCommand.Format.JSON
                        ? JsonWriter.text(found.stream().map(SnapshotTable::document).toList())
                        : SnapshotTable.text(found));
        if (source.format == RunsCommand.Format.TEXT && found.size() == SnapshotStore.MAX_LIST) {
            String last = Long.toString(found.getLast().getId());
            print("older ones: " + source.command("list", "--before", last) + "\n");
        }
    }

    @Command(
            name = "show",
            description = {
                "Shows one snapshot; with --as state it writes what an engine's state is as the"
                        + " documents that 'lockstep diff state' compares.",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = {
                "  lockstep snapshot show 3",
                "  lockstep snapshot show 3/recomp --as state --output recomp/",
            })
    void show(
            @Mixin Help unused,
            @Parameters(
                            paramLabel = "SNAPSHOT",
                            converter = SnapshotArgument.Converter.class,
                            description = "Its number, or NUMBER/ENGINE.")
                    SnapshotArgument snapshot,
            @Option(
                            names = "--as",
                            paramLabel = "FORM",
                            description = "state: as documents, in the directory of --output.")
                    @Nullable String form,
            @Option(
                            names = "--output",
                            paramLabel = "DIR",
                            description = "Where documents go; it is created if it is not there.")
                    @Nullable Path output,
            @Mixin Source source)
            throws IOException {
        if ((form == null) != (output == null) || (form != null && !form.equals("state"))) {
            throw usage(
                    "show",
                    "--as, --output: %s (expected: --as state --output DIR, or neither)"
                            .formatted(
                                    form == null
                                            ? "only --output"
                                            : output == null ? "only --as" : form));
        }
        try (SnapshotReader reader = source.store().read(snapshot.id())) {
            var _ = reader.state(snapshot.engine()); // It may have no such engine.
            if (output != null) {
                writeState(reader, snapshot, output);
            } else {
                print(
                        source.format == RunsCommand.Format.JSON
                                ? JsonWriter.text(SnapshotTable.document(reader.manifest()))
                                : SnapshotTable.text(reader.manifest()));
            }
        }
    }

    private static void writeState(SnapshotReader reader, SnapshotArgument of, Path directory)
            throws IOException {
        try {
            Files.createDirectories(directory);
            StateDocuments.write(reader, of.engine(), directory);
        } catch (IOException e) {
            throw new ConfigException(
                    "--output %s: %s (expected: a directory that can be written to)"
                            .formatted(directory, Failures.reason(e)),
                    e);
        }
    }

    @Command(
            name = "rm",
            description = "Removes snapshots, and gives back the room that no other one needs.",
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep snapshot rm 3 4")
    void remove(
            @Mixin Help unused,
            @Parameters(arity = "1..*", paramLabel = "ID", description = "Their numbers.")
                    List<Long> ids,
            @Mixin StateDirectory state) {
        SnapshotStore store = SnapshotStore.open(state.path());
        for (long id : ids) {
            print(
                    "snapshot %d removed, %s bytes given back\n"
                            .formatted(id, Quantity.exact(store.remove(id))));
        }
    }

    @Command(
            name = "verify",
            description = {
                "Checks what is kept: every page and all that leads to it. Whatever is damaged is"
                        + " named with the snapshots that need it.",
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:all is as it was written",
                "1:something is damaged",
                "2:there is no such snapshot, or the store cannot be opened",
                "70:internal error",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep snapshot verify")
    int verify(
            @Mixin Help unused,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "ID",
                            description = "Only what this one needs; default: everything.")
                    @Nullable Long id,
            @Mixin StateDirectory state) {
        StatusLine screen =
                new StatusLine(System.err, Terminal.of(Terminal.STANDARD_ERROR).interactive());
        List<SnapshotDamage> damages = new ArrayList<>();
        VerifyResult result =
                SnapshotStore.open(state.path())
                        .verify(checked(id), new Verifying(screen, damages));
        screen.clear();
        for (SnapshotDamage damage : damages) {
            print("DAMAGED  %s%s\n".formatted(damage.getText(), needed(damage)));
        }
        print(
                "%s pieces of %s checked, %s damaged\n"
                        .formatted(
                                Quantity.exact(result.getCheckedCount()),
                                state.path(),
                                Quantity.exact(result.getDamageCount())));
        return result.getDamageCount() == 0 ? 0 : 1;
    }

    /** The store takes 0 for everything; who types it means a snapshot. */
    private static long checked(@Nullable Long id) {
        if (id != null && id < 1) {
            throw new ConfigException(
                    "snapshot %d: there is none (expected: a number that 'lockstep snapshot list' shows)"
                            .formatted(id));
        }
        return id == null ? 0 : id;
    }

    private static String needed(SnapshotDamage damage) {
        return damage.getSnapshotIdsList().isEmpty()
                ? ""
                : damage.getSnapshotIdsList().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ", " (needed by snapshot ", ")"));
    }

    /** Shows how far a check has come. */
    private record Verifying(StatusLine screen, List<SnapshotDamage> damages)
            implements VerifyListener {
        @Override
        public void progressed(long checked, long total) {
            screen.show(
                    "%s of %s pieces".formatted(Quantity.exact(checked), Quantity.exact(total)));
        }

        @Override
        public void found(SnapshotDamage damage) {
            damages.add(damage);
        }

        @Override
        public boolean isCancelled() {
            return false; // A signal ends the command.
        }
    }

    @Command(
            name = "export",
            description =
                    "Writes a snapshot to one file, with all it needs, to be taken elsewhere.",
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep snapshot export 3 hello.snapshot")
    void export(
            @Mixin Help unused,
            @Parameters(index = "0", paramLabel = "ID", description = "Its number.") long id,
            @Parameters(index = "1", paramLabel = "FILE", description = "Where to write it.")
                    Path file,
            @Mixin StateDirectory state) {
        SnapshotStore store = SnapshotStore.open(state.path());
        ReportFile.open(file.toString(), file).write(out -> store.export(id, out));
    }

    @Command(
            name = "import",
            description = {
                "Keeps a snapshot from a file that 'lockstep snapshot export' wrote, under a number"
                    + " of its own, and prints that. Nothing is kept of a file that is damaged.",
            },
            sortOptions = false,
            parameterListHeading = "%nParameters:%n",
            optionListHeading = "%nOptions:%n",
            footerHeading = "%nExample:%n",
            footer = "  lockstep snapshot import hello.snapshot")
    void importFile(
            @Mixin Help unused,
            @Parameters(paramLabel = "FILE", description = "The file.") Path file,
            @Mixin StateDirectory state) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            print("%d\n".formatted(SnapshotStore.open(state.path()).importFrom(in).getId()));
        } catch (SnapshotException e) {
            throw new ConfigException("%s: %s".formatted(file, e.getMessage()), e);
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: %s (expected: a file that 'lockstep snapshot export' wrote)"
                            .formatted(file, Failures.reason(e)),
                    e);
        }
    }

    private ParameterException usage(String verb, String text) {
        return new ParameterException(spec.subcommands().get(verb), text);
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    /** Where the snapshots are and how they are printed. */
    static final class Source {
        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "text or json; default: text.")
        private RunsCommand.Format format;

        @Mixin private StateDirectory state;

        private SnapshotStore store() {
            return SnapshotStore.open(state.path());
        }

        private String command(String... words) {
            String[] all = new String[words.length + 1];
            all[0] = "snapshot";
            System.arraycopy(words, 0, all, 1, words.length);
            return StateDirectory.command(state.path(), all);
        }
    }
}
