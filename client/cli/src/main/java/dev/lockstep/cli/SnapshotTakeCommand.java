package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.TakeSnapshotRequest;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.transport.ControlClient;
import dev.lockstep.server.transport.SocketDirectory;

import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;

/** {@code lockstep snapshot take}: snapshots of a run in progress. */
@Command(
        name = "take",
        description = {
            "Takes a snapshot of a run in progress, of all its engines at the same step.",
            "",
            "The number of each snapshot is printed on standard output when it is kept for good.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep snapshot take hello-4711",
            "  lockstep snapshot take hello-4711 --every 1000000000 --label nightly",
        })
final class SnapshotTakeCommand implements Callable<Integer> {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "RUN",
            description = "Number or name of the run, as 'lockstep runs list' shows it.")
    private String run;

    @Option(
            names = "--at",
            paramLabel = "STEP",
            description =
                    "At the first block end at or after STEP; default: as soon as all engines can"
                            + " be told in time.")
    private @Nullable Long step;

    @Option(
            names = "--every",
            paramLabel = "STEPS",
            description = "Again whenever so many steps more have passed, until the run ends.")
    private @Nullable Long everySteps;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What to call it; at most 256 characters.")
    private String label;

    @Mixin private RunLogOption runs;

    @Override
    public Integer call() throws IOException {
        StoredRun wanted = wanted();
        Path socket = wanted.runtimeDirectory().resolve(SocketDirectory.CONTROL_SOCKET);
        StatusLine screen =
                new StatusLine(System.err, Terminal.of(Terminal.STANDARD_ERROR).interactive());
        try (ControlClient client = ControlClient.of(socket)) {
            Iterator<TakeSnapshotResponse> news =
                    SnapshotsGrpc.newBlockingStub(client.channel()).takeSnapshot(request(wanted));
            while (news.hasNext()) {
                show(news.next(), screen);
            }
            return 0;
        } catch (StatusRuntimeException e) {
            throw ServiceFailure.of("run '%s'".formatted(wanted.name()), socket, e);
        } finally {
            screen.clear();
        }
    }

    private StoredRun wanted() throws IOException {
        try (RunStore store = runs.open()) {
            StoredRun found = runs.find(store, run);
            if (found.verdict() != null) {
                throw new ConfigException(
                        "run '%s' has ended (expected: one in progress; 'lockstep run --snapshot-at' takes snapshots of short ones)"
                                .formatted(found.name()));
            }
            return found;
        }
    }

    private TakeSnapshotRequest request(StoredRun wanted) {
        TakeSnapshotRequest.Builder request =
                TakeSnapshotRequest.newBuilder().setRun(wanted.name()).setLabel(label);
        if (everySteps != null) {
            SnapshotOptions.check("--every", everySteps, 1);
            request.setEverySteps(everySteps);
        }
        if (step != null) {
            SnapshotOptions.check("--at", step, 0);
            request.setStep(step);
        }
        return request.build();
    }

    private void show(TakeSnapshotResponse told, StatusLine screen) {
        if (told.hasSnapshot()) {
            screen.clear();
            Snapshot snapshot = told.getSnapshot();
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%d%n", snapshot.getId());
            out.flush();
            screen.print(
                    "lockstep: snapshot %d at step %s\n"
                            .formatted(snapshot.getId(), Quantity.exact(snapshot.getStep())));
        } else if (told.hasRefusal()) {
            screen.print(
                    "lockstep: no snapshot at step %s: %s\n"
                            .formatted(
                                    Quantity.exact(told.getRefusal().getStep()),
                                    told.getRefusal().getText()));
        } else if (told.hasProgress()) {
            SnapshotProgress progress = told.getProgress();
            screen.show(
                    "step %s: %s pages, %s sent"
                            .formatted(
                                    Quantity.exact(progress.getStep()),
                                    Quantity.exact(progress.getPageCount()),
                                    Quantity.exact(progress.getSentPageCount())));
        }
    }
}
