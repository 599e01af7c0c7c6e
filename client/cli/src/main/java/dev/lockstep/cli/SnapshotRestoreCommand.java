package dev.lockstep.cli;

import dev.lockstep.proto.v1.RestoreSnapshotRequest;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.SnapshotsGrpc;
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
import java.util.concurrent.Callable;

/** {@code lockstep snapshot restore}: a run of a server that begins from a snapshot. */
@Command(
        name = "restore",
        description = {
            "Creates a run on a 'lockstep serve' whose engines begin from a snapshot.",
            "",
            "The engines that join it have to run the program the snapshot was taken of. To run"
                    + " everything at once, use 'lockstep run --from SNAPSHOT'.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  lockstep snapshot restore 3 --run again")
final class SnapshotRestoreCommand implements Callable<Integer> {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SNAPSHOT",
            converter = SnapshotArgument.Converter.class,
            description =
                    "Its number, or NUMBER/ENGINE for the state of another than the reference.")
    private SnapshotArgument snapshot;

    @Option(
            names = "--run",
            paramLabel = "NAME",
            required = true,
            description = "What to call the run.")
    private String run;

    @Option(
            names = "--runtime-dir",
            paramLabel = "DIR",
            description = "Where the server's sockets are; default: those of 'lockstep serve'.")
    private @Nullable Path runtimeDirectory;

    @Override
    public Integer call() throws IOException {
        Path directory =
                runtimeDirectory == null
                        ? RuntimeDirectory.ofServer(System.getenv())
                        : runtimeDirectory;
        Path socket = directory.resolve(SocketDirectory.CONTROL_SOCKET);
        try (ControlClient client = ControlClient.of(socket)) {
            Run created =
                    SnapshotsGrpc.newBlockingStub(client.channel())
                            .restoreSnapshot(
                                    RestoreSnapshotRequest.newBuilder()
                                            .setName(run)
                                            .setFrom(
                                                    SnapshotEngine.newBuilder()
                                                            .setId(snapshot.id())
                                                            .setEngine(snapshot.engine()))
                                            .build());
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    "run %s waits for %d engines: lockstep engine interp --connect %s --run %s"
                            + " --role reference PROGRAM...%n",
                    created.getName(),
                    created.getEnginesCount(),
                    directory.resolve(SocketDirectory.ENGINE_SOCKET),
                    created.getName());
            out.flush();
            return 0;
        } catch (StatusRuntimeException e) {
            throw ServiceFailure.of("snapshot " + snapshot, socket, e);
        }
    }
}
