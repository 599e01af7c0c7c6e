package dev.lockstep.cli;

import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.transport.SocketDirectory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code lockstep watch}: what happens in the runs of a coordinator, as it happens. */
@Command(
        name = "watch",
        description = {
            "Shows what happens in a run, until it ends, or in all runs of a server.",
            "",
            "RUN is watched until it ends, and gives its exit code (with --event-diff that of the"
                    + " comparison, and 5 if nobody reads its end). Without RUN: the server of"
                    + " --runtime-dir; else the one that 'lockstep serve' started, until it closes;"
                    + " else the newest run in progress.",
            "",
            "Events go to standard output, each on a line that begins with its position. A watch"
                    + " that was interrupted goes on with --from and the last position it showed,"
                    + " and neither misses nor repeats an event, as long as the server lives and"
                    + " keeps them. After that it shows only how RUN ended.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep watch",
            "  lockstep watch hello-4711 --format json",
            "  lockstep watch --from 17",
            "  lockstep watch hello-4711 --event-diff",
        })
final class WatchCommand implements Callable<Integer> {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "Number or name of the run, as 'lockstep runs list' shows it.")
    private @Nullable String run;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json for an object per line; default: text.")
    private RunsCommand.Format format;

    @Option(
            names = "--from",
            paramLabel = "[SERVER:]POSITION",
            defaultValue = "0",
            converter = WatchPosition.Converter.class,
            description =
                    "Go on after this position of this server; default: with the oldest event the"
                            + " server keeps.")
    private WatchPosition from;

    @Option(
            names = "--runtime-dir",
            paramLabel = "DIR",
            description = "Where the server's sockets are; default: where RUN has its own.")
    private @Nullable Path runtimeDirectory;

    @Mixin private RunLogOption runs;

    @ArgGroup(exclusive = false, heading = "%nEvent logs:%n")
    private @Nullable EventDiffWatchOptions eventDiff;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return eventDiff == null ? watch() : watchEvents(eventDiff);
        } catch (WatchOutput.BrokenPipeException e) {
            return seenEnough();
        }
    }

    /** Returns the exit code if nobody reads any more: events may do, a comparison has no end. */
    private int seenEnough() {
        return eventDiff == null ? 0 : Verdict.INCOMPLETE.exitCode();
    }

    private int watch() throws IOException, InterruptedException {
        Optional<StoredRun> wanted = wantedRun();
        WatchOutput output = new WatchOutput(spec.commandLine().getOut(), format);
        PastRun past = new PastRun(runs.directory(), output);
        if (wanted.isPresent() && wanted.get().verdict() != null && from.isStart()) {
            return past.show(wanted.get(), 0).orElseThrow();
        }
        OutputReader.whenGone(() -> System.exit(seenEnough()));
        return new Watch(directory(wanted), wanted, from, output, past).follow();
    }

    private int watchEvents(EventDiffWatchOptions options)
            throws IOException, InterruptedException {
        if (!from.isStart()) {
            throw usage(
                    "--from: with --event-diff, which compares whole logs (expected: no --from)");
        }
        // What is wrong with the rules is said before anything is waited for.
        EventDiffWatchOptions.Rules rules = options.rules();
        Optional<StoredRun> wanted = wantedRun();
        StoredRun one = wanted.orElseThrow(() -> usage("--event-diff: no RUN (expected: one)"));
        OutputReader.whenGone(() -> System.exit(seenEnough()));
        EventDiffOutput output =
                new EventDiffOutput(
                        spec.commandLine().getOut(),
                        format,
                        (reference, subject) ->
                                options.command(runs.directory(), reference, subject));
        return new EventDiffWatch(options.subject(), rules, runs, output)
                .follow(one, directory(wanted));
    }

    private ParameterException usage(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    /** Returns the one run to watch, empty for all those of a server. */
    private Optional<StoredRun> wantedRun() throws IOException {
        if (run == null && (runtimeDirectory != null || isServed(serverDirectory()))) {
            return Optional.empty();
        }
        try (RunStore store = LockstepServer.openStore(runs.directory())) {
            return Optional.of(run == null ? newestInProgress(store) : runs.find(store, run));
        }
    }

    private Path directory(Optional<StoredRun> wanted) throws IOException {
        if (runtimeDirectory != null) {
            return runtimeDirectory;
        }
        return wanted.isPresent() ? wanted.get().runtimeDirectory() : serverDirectory();
    }

    private StoredRun newestInProgress(RunStore store) {
        return store.newestInProgress()
                .orElseThrow(() ->
                        new ConfigException(
                                "nothing to watch: no server and no run in progress in %s; start one with 'lockstep serve' or 'lockstep run'"
                                        .formatted(runs.directory())));
    }

    private static boolean isServed(Path directory) {
        Path socket = directory.resolve(SocketDirectory.CONTROL_SOCKET);
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException e) {
            return false; // Nobody listens.
        }
    }

    private static Path serverDirectory() throws IOException {
        return RuntimeDirectory.ofServer(System.getenv());
    }
}
