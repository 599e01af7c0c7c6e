package dev.lockstep.cli;

import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunProgress;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.transport.ControlClient;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows the events of a coordinator from a position on. When the connection is lost, it goes on
 * where it was; when the coordinator is gone, the log of runs has the rest of a single run.
 */
final class Watch {
    /** How long a coordinator that does not answer is sought again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE_MS = 200;

    private final Path socket;
    private final Optional<StoredRun> wanted;
    private final WatchOutput output;
    private final PastRun past;
    private final RunCodes codes;
    private final StatusLine screen;

    private WatchPosition position;
    private long dropped;

    /** Number of the last divergence of the wanted run that was shown. */
    private long shown;

    private boolean everConnected;
    private boolean lost;
    private long lostNanos;

    /**
     * Prepares a watch.
     *
     * @param socket the coordinator's socket of the services
     * @param wanted the only run to watch, until it ends; empty for all runs
     */
    Watch(
            Path socket,
            Optional<StoredRun> wanted,
            WatchPosition from,
            WatchOutput output,
            PastRun past) {
        this.socket = socket;
        this.wanted = wanted;
        this.output = output;
        this.past = past;
        position = from;
        codes = new RunCodes(wanted);
        screen = new StatusLine(System.err, Terminal.of(Terminal.STANDARD_ERROR).interactive());
    }

    /**
     * Shows what happens until there is no more to come; returns what the command exits with.
     *
     * @throws ConfigException if there is no coordinator, or none that knows the position
     */
    int follow() throws InterruptedException {
        try (ControlClient client = ControlClient.of(socket)) {
            OptionalInt end = read(client);
            while (end.isEmpty()) {
                Thread.sleep(PAUSE_MS);
                client.channel().resetConnectBackoff();
                end = read(client);
            }
            return end.getAsInt();
        } finally {
            screen.clear();
        }
    }

    /** Reads until the connection ends; empty if it is worth another attempt. */
    private OptionalInt read(ControlClient client) {
        try {
            Iterator<WatchDivergencesResponse> news =
                    DivergencesGrpc.newBlockingStub(client.channel()).watchDivergences(request());
            while (news.hasNext()) {
                OptionalInt end = accept(news.next(), client);
                if (end.isPresent()) {
                    return end;
                }
            }
            return ended();
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            if (status.getCode() != Status.Code.UNAVAILABLE) {
                throw new ConfigException(
                        "cannot watch " + socket + ": " + status.getDescription(), e);
            }
            return missing(status);
        }
    }

    private WatchDivergencesRequest request() {
        return WatchDivergencesRequest.newBuilder()
                .setRun(wanted.map(StoredRun::name).orElse(""))
                .setPosition(position.number())
                .setServerId(position.server())
                .setProgress(screen.interactive())
                .build();
    }

    /** Shows a piece of news; returns an exit code if it is the last. */
    private OptionalInt accept(WatchDivergencesResponse news, ControlClient client) {
        return switch (news.getNewsCase()) {
            case STARTED -> {
                started(news.getStarted().getServerId());
                yield OptionalInt.empty();
            }
            case DROPPED -> {
                dropped += news.getDropped().getEventCount();
                // Of a run that has ended, the log tells what went by.
                yield showPast();
            }
            case EVENT -> show(news.getEvent(), client);
            case PROGRESS -> {
                screen.show(text(news.getProgress()));
                yield OptionalInt.empty();
            }
            case NEWS_NOT_SET -> OptionalInt.empty(); // Of a later version.
        };
    }

    private void started(String server) {
        if (lost && everConnected) {
            screen.print("connected again\n");
        }
        lost = false;
        everConnected = true;
        position = new WatchPosition(server, position.number());
    }

    private OptionalInt show(RunEvent event, ControlClient client) {
        screen.clear();
        output.write(event, position.server(), dropped, codes.of(event, client));
        dropped = 0;
        position = new WatchPosition(position.server(), event.getPosition());
        if (event.hasDiverged()) {
            shown = event.getDiverged().getNumber();
        }
        return wanted.isPresent() && event.hasEnded()
                ? OptionalInt.of(PastRun.exitCode(event.getEnded()))
                : OptionalInt.empty();
    }

    private static String text(RunProgress progress) {
        return "%s: %s steps, %s blocks compared"
                .formatted(
                        progress.getRun(),
                        Quantity.rough((double) progress.getCompared().getStepCount()),
                        Quantity.rough((double) progress.getCompared().getBlockCount()));
    }

    /** Shows the rest of the wanted run if it has ended; returns its exit code. */
    private OptionalInt showPast() {
        screen.clear();
        return wanted.map(run -> past.show(run, shown)).orElse(OptionalInt.empty());
    }

    /** Takes note that all events have been sent. */
    private OptionalInt ended() {
        OptionalInt end = showPast();
        return end.isPresent() ? end : closed();
    }

    private OptionalInt closed() {
        screen.print("the coordinator has closed; the last position was " + position + "\n");
        return OptionalInt.of(wanted.isPresent() ? Verdict.INCOMPLETE.exitCode() : 0);
    }

    /** Decides what to do without a connection; empty to try again. */
    private OptionalInt missing(Status status) {
        OptionalInt end = showPast();
        if (end.isPresent()) {
            return end;
        }
        boolean isPatient = everConnected ? Files.exists(socket) : wanted.isPresent();
        if (isPatient && isWorthWaiting()) {
            return OptionalInt.empty();
        }
        if (!everConnected) {
            Throwable cause = status.getCause();
            throw new ConfigException(
                    "no coordinator answers at %s (%s); start one with 'lockstep serve'"
                            .formatted(
                                    socket,
                                    cause == null ? status.getDescription() : cause.getMessage()));
        }
        return isPatient ? givenUp() : closed();
    }

    private boolean isWorthWaiting() {
        if (!lost) {
            lost = true;
            lostNanos = System.nanoTime();
            if (everConnected) {
                screen.print("connection lost after position " + position + ", trying again ...\n");
            }
        }
        return System.nanoTime() - lostNanos < PATIENCE.toNanos();
    }

    private OptionalInt givenUp() {
        screen.print(
                "no coordinator answers any more; to go on later: lockstep watch --from "
                        + position
                        + "\n");
        return OptionalInt.of(Verdict.INCOMPLETE.exitCode());
    }
}
