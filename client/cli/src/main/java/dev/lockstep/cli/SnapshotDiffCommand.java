package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.snapshot.SnapshotDiffPaper;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.snapshot.SnapshotStore;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code lockstep snapshot diff}: what differs between two snapshots, down to the byte. */
@Command(
        name = "diff",
        description = {
            "Compares machine and memory of two snapshots, or of two engines of one.",
            "",
            "Memory is compared by hash trees: only pages that differ are read.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:MATCH: machine and memory are equal",
            "1:DIVERGED: they are not",
            "2:there is no such snapshot, or it is damaged",
            "70:internal error",
        },
        footerHeading = "%nExample:%n",
        footer = {"  lockstep snapshot diff 3 4", "  lockstep snapshot diff 3/interp 3/recomp"})
final class SnapshotDiffCommand implements Callable<Integer> {
    private static final int MAX_RANGES = 10_000;

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "REFERENCE",
            converter = SnapshotArgument.Converter.class,
            description = "The snapshot that is taken as right: its number, or NUMBER/ENGINE.")
    private SnapshotArgument reference;

    @Parameters(
            index = "1",
            paramLabel = "SUBJECT",
            converter = SnapshotArgument.Converter.class,
            description = "The snapshot under test.")
    private SnapshotArgument subject;

    @Option(
            names = "--ranges",
            paramLabel = "N",
            defaultValue = "64",
            description = "Ranges of bytes to show at most, up to 10000; default: 64.")
    private int ranges;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default: text.")
    private RunsCommand.Format format;

    @Mixin private StateDirectory state;

    @Override
    public Integer call() {
        if (ranges < 1 || ranges > MAX_RANGES) {
            throw new ConfigException(
                    "--ranges: %d (expected: 1 to %d)".formatted(ranges, MAX_RANGES));
        }
        SnapshotStore store = SnapshotStore.open(state.path());
        SnapshotDiff diff = store.compare(engine(reference), engine(subject), ranges);
        GuestCode code = diff.getRangesCount() == 0 ? GuestCode.NONE : code(store);
        var paper =
                new SnapshotDiffPaper(
                        reference.toString(),
                        subject.toString(),
                        diff,
                        address -> code.symbol(address).orElse(""));
        PrintWriter out = spec.commandLine().getOut();
        out.print(format == RunsCommand.Format.JSON ? paper.json() : paper.text());
        out.flush();
        return diff.getEqual() ? 0 : 1;
    }

    private static SnapshotEngine engine(SnapshotArgument of) {
        return SnapshotEngine.newBuilder().setId(of.id()).setEngine(of.engine()).build();
    }

    /** Names are a help, and no snapshot has to have them. */
    private GuestCode code(SnapshotStore store) {
        try (RestoredGuest guest = RestoredGuest.open(store, reference)) {
            GuestCode code = GuestCode.readIfPossible(guest.program(), guest.memoryBytes());
            var _ = code.symbol(0); // Read now: the file may go with the guest.
            return code;
        } catch (ConfigException | IOException e) {
            return GuestCode.NONE;
        }
    }
}
