package dev.lockstep.cli;

import dev.lockstep.proto.v1.AttachPluginRequest;
import dev.lockstep.proto.v1.AttachPluginResponse;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.transport.ControlClient;
import dev.lockstep.server.transport.SocketDirectory;

import io.grpc.StatusRuntimeException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;

/**
 * {@code lockstep attach}: lets QEMU's own lockstep plugin join a run. The launcher starts what
 * attaches other emulators itself, past this class.
 */
@Command(
        name = "attach",
        description = {
            "Makes an emulator of somebody else's an engine of a run.",
            "",
            "qemu-lockstep  waits for QEMU's own lockstep plugin at --socket PATH, as its peer;",
            "               ends when it has connected (docs/qemu.md)",
            "gdb:ADDRESS, rvfi-dii:ADDRESS, trace:FILE",
            "               executes PROGRAM there; 'lockstep attach gdb: --help' lists the"
                    + " options",
        },
        customSynopsis = {
            "lockstep attach qemu-lockstep --connect SOCKET --run NAME",
            "                --role (reference | subject) --socket PATH",
            "       lockstep attach (gdb:ADDRESS | rvfi-dii:ADDRESS | trace:FILE)",
            "                --connect SOCKET --run NAME --role (reference | subject)",
            "                [OPTIONS] PROGRAM [ARG...]",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep attach qemu-lockstep --connect /tmp/pair/engine.sock --run first \\",
            "      --role subject --socket /tmp/plugin.sock",
            "  qemu-riscv64 -plugin ./liblockstep.so,sockpath=/tmp/plugin.sock PROGRAM",
        })
final class AttachCommand implements Callable<Integer> {
    private static final String PLUGIN = "qemu-lockstep";

    @Mixin Help help;

    @Parameters(paramLabel = "EMULATOR", description = "What to attach.")
    private String emulator;

    @Option(
            names = "--connect",
            required = true,
            paramLabel = "SOCKET",
            description = "Where the coordinator listens for engines.")
    private Path engineSocket;

    @Option(names = "--run", required = true, paramLabel = "NAME", description = "Run to join.")
    private String run;

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            converter = RoleName.class,
            description = "reference or subject.")
    private Role role;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = PLUGIN,
            description = "Name within the run; default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--socket",
            required = true,
            paramLabel = "PATH",
            description = "What the plugin has as its sockpath; a link is made there meanwhile.")
    private Path pluginSocket;

    @Override
    public Integer call() throws IOException {
        if (!emulator.equals(PLUGIN)) {
            throw new ConfigException(
                    "cannot attach '%s' (expected: %s, gdb:ADDRESS, rvfi-dii:ADDRESS or trace:FILE)"
                            .formatted(emulator, PLUGIN));
        }
        Path control = engineSocket.resolveSibling(SocketDirectory.CONTROL_SOCKET);
        try (ControlClient client = ControlClient.of(control)) {
            attach(RunsGrpc.newBlockingStub(client.channel()).attachPlugin(request()));
            return 0;
        } catch (StatusRuntimeException e) {
            throw ServiceFailure.of("run '%s'".formatted(run), control, e);
        }
    }

    private AttachPluginRequest request() {
        return AttachPluginRequest.newBuilder()
                .setRun(run)
                .setRole(role.wire())
                .setName(name)
                .build();
    }

    /** The plugin connects to what is there when it starts, and otherwise listens itself. */
    private void attach(Iterator<AttachPluginResponse> news) throws IOException {
        Path link = link(Path.of(news.next().getSocket()));
        Thread removal = new Thread(() -> remove(link));
        Runtime.getRuntime().addShutdownHook(removal);
        try {
            System.err.printf("lockstep: waiting for the plugin at %s%n", pluginSocket);
            if (news.hasNext() && news.next().getConnected()) {
                System.err.printf("lockstep: %s joins run %s as %s%n", name, run, role.text());
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(removal);
            remove(link);
        }
    }

    private Path link(Path socket) throws IOException {
        try {
            return Files.createSymbolicLink(pluginSocket, socket);
        } catch (FileAlreadyExistsException e) {
            throw new ConfigException(
                    "--socket: %s exists (expected: a path that is free; remove what is there)"
                            .formatted(pluginSocket),
                    e);
        } catch (IOException e) {
            throw new ConfigException(
                    "--socket: %s cannot be created: %s".formatted(pluginSocket, e.toString()), e);
        }
    }

    private static void remove(Path link) {
        try {
            Files.deleteIfExists(link);
        } catch (IOException e) {
            System.err.printf("warning: cannot remove %s: %s%n", link, e);
        }
    }

    /** Accepts a role. */
    static final class RoleName implements picocli.CommandLine.ITypeConverter<Role> {
        @Override
        public Role convert(String text) {
            for (Role role : Role.values()) {
                if (role.text().equals(text)) {
                    return role;
                }
            }
            throw new ConfigException(
                    "unknown role '" + text + "' (expected: reference or subject)");
        }
    }
}
