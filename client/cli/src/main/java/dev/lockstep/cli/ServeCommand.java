package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.ServerConfig;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.transport.TcpEndpoint;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code lockstep serve}: a coordinator that waits for engines and clients. */
@Command(
        name = "serve",
        description = {
            "Waits for engines that are started by hand or by other programs, and compares them.",
            "",
            "The first engine that joins a run creates it; the run starts when the reference and"
                    + " all subjects are there. Ends on SIGTERM, when the runs in progress have"
                    + " ended; at once, with the verdicts so far, on Ctrl-C or a second SIGTERM.",
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep serve --runtime-dir /tmp/pair",
            "  lockstep engine interp --connect /tmp/pair/engine.sock --run first \\",
            "                         --role reference ./program",
        })
final class ServeCommand implements Callable<Integer> {
    /** How long the terminal may take to show the last verdicts. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** How long a run waits for engines that somebody starts by hand. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofMinutes(10);

    @Mixin Help help;

    @Option(
            names = "--runtime-dir",
            paramLabel = "DIR",
            description =
                    "Where the sockets are; default: $XDG_RUNTIME_DIR/lockstep/serve or"
                            + " /tmp/lockstep-UID/serve.")
    private @Nullable Path runtimeDirectory;

    @Mixin private StateDirectory state;

    @Option(
            names = "--subjects",
            paramLabel = "N",
            defaultValue = "1",
            converter = SubjectCount.class,
            description = "Subjects of a run that is created by joining; default: 1.")
    private int subjects;

    @Mixin private GrainOption grain;
    @Mixin private PolicyOptions policy;
    @Mixin private TimeoutOptions timeouts;
    @Mixin private RemoteOptions remote;

    @Option(
            names = "--events",
            description =
                    "Keep an event log of each engine of each run that can tell events"
                            + " (docs/events.md).")
    private boolean events;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Durations.class,
            description = "How long SIGTERM lets runs in progress go on; default: 1h.")
    private Duration drainTimeout;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunDefaults defaults =
                new RunDefaults(
                        subjects,
                        grain.grain(Grain.BLOCK),
                        grain.windowSteps(),
                        grain.strength(),
                        policy.policy(Profile.DEFAULT),
                        timeouts.connect(CONNECT_TIMEOUT),
                        timeouts.idle(),
                        events);
        StopRequest stop = new StopRequest();
        TerminationSignals.handle(stop::signal);
        if (runtimeDirectory != null) {
            serve(runtimeDirectory.toAbsolutePath().normalize(), defaults, stop);
        } else {
            Path path = RuntimeDirectory.ofServer(System.getenv());
            try (RuntimeDirectory directory = RuntimeDirectory.createAt(path)) {
                serve(directory.path(), defaults, stop);
            }
        }
        return 0;
    }

    private void serve(Path directory, RunDefaults defaults, StopRequest stop)
            throws InterruptedException {
        Thread news;
        Optional<TcpEndpoint> endpoint = remote.endpoint();
        ServerConfig config =
                new ServerConfig(directory, state.path(), defaults)
                        .withReconnectGrace(remote.graceWithin(timeouts.idle()));
        try (LockstepServer server = LockstepServer.start(config)) {
            Optional<InetSocketAddress> port = endpoint.map(server::listen);
            Path control = server.openControl();
            String invitation =
                    invitation(
                            directory,
                            server.engineSocket(),
                            control,
                            port.map(this::portInvitation).orElse(""));
            news = ServerNews.follow(control, System.err, invitation);
            stop.await();
            drain(server, stop);
        }
        news.join(LAST_WORDS); // The last verdicts are told while the server closes.
    }

    private void drain(LockstepServer server, StopRequest stop) throws InterruptedException {
        long deadline = System.nanoTime() + drainTimeout.toNanos();
        boolean ended = server.drain(Duration.ZERO);
        if (!ended && !stop.isUrgent()) {
            ServerNews.tell(
                    "lockstep: waiting for the runs in progress; again to end at once", System.err);
        }
        while (!ended && !stop.isUrgent() && System.nanoTime() < deadline) {
            ended = server.drain(StopRequest.POLL);
        }
    }

    private String invitation(Path directory, Path engines, Path control, String port) {
        String name = subjects == 1 ? "" : " --name NAME";
        return """
        lockstep serves at %1$s and %2$s
          to join a run:  lockstep engine interp --connect %1$s --run NAME --role reference PROGRAM
                          lockstep engine recomp --connect %1$s --run NAME --role subject%3$s PROGRAM
        %5$s  to watch:       lockstep watch --runtime-dir %4$s
          to stop:        Ctrl-C
        """
                .formatted(
                        Words.join(List.of(engines.toString())),
                        Words.join(List.of(control.toString())),
                        name,
                        Words.join(List.of(directory.toString())),
                        port);
    }

    private String portInvitation(InetSocketAddress port) {
        return """
          also at port    %s:%d%s
        """
                .formatted(
                        port.getHostString(),
                        port.getPort(),
                        remote.endpoint().orElseThrow().tls().isPresent()
                                ? " (TLS)"
                                : " (for every user of this machine: without TLS)");
    }

    /** Reads how many subjects there are to be. */
    static final class SubjectCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int count = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
            if (count < 1 || count >= RunSpec.MAX_ENGINES) {
                throw new ConfigException(
                        "'%s' subjects (expected: 1 to %d)"
                                .formatted(text, RunSpec.MAX_ENGINES - 1));
            }
            return count;
        }
    }
}
