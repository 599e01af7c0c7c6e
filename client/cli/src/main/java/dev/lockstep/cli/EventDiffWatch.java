package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogDiffStarted;
import dev.lockstep.proto.v1.LogsGrpc;
import dev.lockstep.proto.v1.WatchDiffRequest;
import dev.lockstep.proto.v1.WatchDiffResponse;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.transport.ControlClient;
import dev.lockstep.server.transport.SocketDirectory;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.OptionalInt;

/**
 * Shows what comparing the event logs of a run comes to: while it goes on, what its coordinator
 * tells; afterwards, or if the coordinator is gone, what was kept.
 */
final class EventDiffWatch {
    /** How long a coordinator that does not answer is sought. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE_MS = 200;

    private final String asked;
    private final EventDiffWatchOptions.Rules rules;
    private final RunLogOption runs;
    private final EventDiffOutput output;
    private final StatusLine screen =
            new StatusLine(System.err, Terminal.of(Terminal.STANDARD_ERROR).interactive());

    private boolean lost;
    private long lostNanos;

    /**
     * Prepares a watch.
     *
     * @param subject that is compared with the reference; empty for the only one
     */
    EventDiffWatch(
            String subject,
            EventDiffWatchOptions.Rules rules,
            RunLogOption runs,
            EventDiffOutput output) {
        asked = subject;
        this.rules = rules;
        this.runs = runs;
        this.output = output;
    }

    /** Shows what there is until the run has ended; returns what the command exits with. */
    int follow(StoredRun wanted, Path runtimeDirectory) throws IOException, InterruptedException {
        Path socket = runtimeDirectory.resolve(SocketDirectory.CONTROL_SOCKET);
        try (ControlClient client = ControlClient.of(socket)) {
            StoredRun run = wanted;
            while (run.verdict() == null) {
                OptionalInt end = read(run, client);
                if (end.isPresent()) {
                    return end.getAsInt();
                }
                run = again(run);
                if (run.verdict() == null) {
                    pause(run, socket);
                    client.channel().resetConnectBackoff();
                }
            }
            return compareKept(run);
        } finally {
            screen.clear();
        }
    }

    private void pause(StoredRun run, Path socket) throws InterruptedException {
        if (!lost) {
            lost = true;
            lostNanos = System.nanoTime();
        }
        if (System.nanoTime() - lostNanos > PATIENCE.toNanos()) {
            throw new ConfigException(
                    "no coordinator answers at %s, and run '%s' has not ended; try again later"
                            .formatted(socket, run.name()));
        }
        Thread.sleep(PAUSE_MS);
    }

    private StoredRun again(StoredRun run) throws IOException {
        try (RunStore store = runs.open()) {
            return runs.find(store, Long.toString(run.id()));
        }
    }

    /** Reads until there is a result; empty if the connection ends before. */
    private OptionalInt read(StoredRun run, ControlClient client) {
        WatchDiffRequest request =
                WatchDiffRequest.newBuilder()
                        .setRun(Long.toString(run.id()))
                        .setSubject(asked)
                        .setOptions(rules.message())
                        .build();
        try {
            Iterator<WatchDiffResponse> news =
                    LogsGrpc.newBlockingStub(client.channel()).watchDiff(request);
            OptionalInt end = OptionalInt.empty();
            while (end.isEmpty() && news.hasNext()) {
                end = accept(news.next());
                lost = false;
            }
            return end;
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            String told = status.getDescription();
            String what =
                    "run '%s': %s".formatted(run.name(), told == null ? status.getCode() : told);
            return switch (status.getCode()) {
                // A coordinator that closes cuts off the calls in progress.
                case UNAVAILABLE, CANCELLED -> OptionalInt.empty();
                case INTERNAL, UNKNOWN -> throw new IllegalStateException(what, e);
                default -> throw new ConfigException(what, e);
            };
        }
    }

    private OptionalInt accept(WatchDiffResponse news) {
        return switch (news.getNewsCase()) {
            case STARTED -> {
                LogDiffStarted started = news.getStarted();
                screen.print(
                        "comparing the event logs of %s and %s in run %s, profile %s%n"
                                .formatted(
                                        started.getReference(),
                                        started.getSubject(),
                                        started.getRun(),
                                        started.getProfile().getName()));
                yield OptionalInt.empty();
            }
            case NEWS_NOT_SET -> OptionalInt.empty(); // Of a later version.
            case DIFFERENCE -> {
                screen.clear();
                output.write(news.getDifference());
                yield OptionalInt.empty();
            }
            case PROGRESS -> {
                screen.show(
                        Quantity.rough((double) news.getProgress().getEventCount())
                                + " events compared");
                yield OptionalInt.empty();
            }
            case RESULT -> {
                screen.clear();
                yield OptionalInt.of(told(news.getResult()));
            }
        };
    }

    private int told(LogDiff result) {
        output.write(result);
        return EventDiffOutput.exitCode(result);
    }

    private int compareKept(StoredRun run) throws IOException, InterruptedException {
        KeptEvents kept = new KeptEvents(runs.directory(), run);
        Path temporary = DiffEventsCommand.defaultTemporaryDirectory();
        try (LogText reference = kept.log(engine(run, Role.REFERENCE, ""));
                LogText subject = kept.log(engine(run, Role.SUBJECT, asked))) {
            var task = new EventDiffTask(DiffRequest.of(rules.profile(), temporary));
            EventDiffResult result = task.compare(reference, subject);
            output.write(result);
            return result.verdict().exitCode();
        }
    }

    private String engine(StoredRun run, Role role, String wanted) throws IOException {
        if (!wanted.isEmpty()) {
            return wanted;
        }
        try (RunStore store = runs.open()) {
            return EngineSpec.only(role, store.engines(run.id()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("run '%s': %s".formatted(run.name(), e.getMessage()), e);
        }
    }
}
