package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunProgress;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.proto.v1.WatchStarted;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.transport.ControlClient;
import dev.lockstep.server.transport.SocketDirectory;

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

    private final Path runtimeDirectory;
    private final Path socket;
    private final Optional<StoredRun> wanted;
    private final WatchOutput output;
    private final PastRun past;
    private final RunCodes codes;
    private final StatusLine screen;

    /** After the last event that was shown, now or by the watch that this one goes on with. */
    private WatchPosition position;

    private long dropped;

    /** Number of the last divergence of the wanted run that was shown, if it is known. */
    private long shown;

    private boolean knowsShown;

    /** Events of those that were seen which are still to be read again. */
    private long unread;

    /** Position of the last event before this watch began to read. */
    private long newest;

    private boolean everConnected;
    private boolean lost;
    private long lostNanos;

    /**
     * Prepares a watch.
     *
     * @param runtimeDirectory where the coordinator's sockets are
     * @param wanted the only run to watch, until it ends; empty for all runs
     */
    Watch(
            Path runtimeDirectory,
            Optional<StoredRun> wanted,
            WatchPosition from,
            WatchOutput output,
            PastRun past) {
        this.runtimeDirectory = runtimeDirectory;
        socket = runtimeDirectory.resolve(SocketDirectory.CONTROL_SOCKET);
        this.wanted = wanted;
        this.output = output;
        this.past = past;
        position = from;
        knowsShown = from.isStart();
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
        WatchDivergencesRequest.Builder request =
                WatchDivergencesRequest.newBuilder()
                        .setProgress(screen.interactive())
                        .setRun(wanted.map(StoredRun::name).orElse(""));
        if (hasEnded()) {
            // The events of others tell when there can be none of this run any more.
            request.setRun("").setProgress(false);
        }
        if (!rereads()) {
            request.setPosition(position.number()).setServerId(position.server());
        }
        return request.build();
    }

    /** Returns whether the wanted run had ended before the watch began. */
    private boolean hasEnded() {
        return wanted.map(StoredRun::verdict).isPresent();
    }

    /** Returns whether what was seen of a run is read again, to learn how far that went. */
    private boolean rereads() {
        return wanted.isPresent() && !everConnected;
    }

    /** Shows a piece of news; returns an exit code if it is the last. */
    private OptionalInt accept(WatchDivergencesResponse news, ControlClient client) {
        return switch (news.getNewsCase()) {
            case STARTED -> started(news.getStarted());
            case DROPPED -> dropped(news.getDropped().getEventCount());
            case EVENT -> accept(news.getEvent(), client);
            case PROGRESS -> {
                screen.show(text(news.getProgress()));
                yield OptionalInt.empty();
            }
            case NEWS_NOT_SET -> OptionalInt.empty(); // Of a later version.
        };
    }

    private OptionalInt started(WatchStarted started) {
        if (rereads()) {
            checkPosition(started);
            unread = position.number();
        }
        if (lost && everConnected) {
            screen.print("connected again\n");
        }
        lost = false;
        everConnected = true;
        newest = started.getNewestPosition();
        position = new WatchPosition(started.getServerId(), position.number());
        return hasEnded() && newest == 0 ? showPast() : OptionalInt.empty();
    }

    /** The server checks positions that it is asked for; this one was not. */
    private void checkPosition(WatchStarted started) {
        boolean isOther =
                !position.server().isEmpty() && !position.server().equals(started.getServerId());
        if (isOther || position.number() > started.getNewestPosition()) {
            throw new ConfigException(
                    "position %s is not of the server at %s (expected: at most %s:%d); leave --from away"
                            .formatted(
                                    position,
                                    socket,
                                    started.getServerId(),
                                    started.getNewestPosition()));
        }
    }

    private OptionalInt dropped(long count) {
        dropped += Math.max(0, count - unread);
        unread = 0;
        // Of a run that has ended, the log tells what went by.
        return showPast();
    }

    /** Takes an event, which may be of another run of the same name, or seen before. */
    private OptionalInt accept(RunEvent event, ControlClient client) {
        unread = 0;
        OptionalInt end = isWanted(event) ? show(event, client) : passOver(event);
        return end.isEmpty() && hasEnded() && event.getPosition() >= newest ? showPast() : end;
    }

    private boolean isWanted(RunEvent event) {
        return wanted.isEmpty() || wanted.get().id() == event.getRunId();
    }

    private OptionalInt passOver(RunEvent event) {
        boolean isLater =
                event.getRun().equals(wanted.orElseThrow().name())
                        && event.getRunId() > wanted.get().id();
        advance(event);
        return isLater ? showPast() : OptionalInt.empty(); // A name is free again at the end.
    }

    private OptionalInt show(RunEvent event, ControlClient client) {
        if (event.hasDiverged()) {
            shown = event.getDiverged().getNumber();
        }
        knowsShown = true;
        if (event.getPosition() > position.number()) {
            screen.clear();
            output.write(event, position.server(), dropped, codes.of(event, client));
            dropped = 0;
            advance(event);
        }
        return wanted.isPresent() && event.hasEnded()
                ? OptionalInt.of(PastRun.exitCode(event.getEnded()))
                : OptionalInt.empty();
    }

    private void advance(RunEvent event) {
        long number = Math.max(position.number(), event.getPosition());
        position = new WatchPosition(position.server(), number);
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
        return wanted.map(this::showPast).orElse(OptionalInt.empty());
    }

    private OptionalInt showPast(StoredRun run) {
        OptionalInt end = past.show(run, knowsShown ? shown : Long.MAX_VALUE);
        if (end.isPresent() && !knowsShown) {
            screen.print(
                    "only its end is shown, for nobody knows any more what came up to position %s; all of it: %s%n"
                            .formatted(position, past.showCommand(run)));
        }
        return end;
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
            throw new ConfigException(
                    "no coordinator answers at %s (%s); start one with 'lockstep serve'"
                            .formatted(socket, reason(status)));
        }
        return isPatient ? givenUp() : closed();
    }

    private static String reason(Status status) {
        Throwable cause = status.getCause();
        String text = cause == null ? status.getDescription() : cause.getMessage();
        return text == null ? "it cannot be reached" : text;
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
                "no coordinator answers any more; to go on later: "
                        + past.watchCommand(wanted, runtimeDirectory, position)
                        + "\n");
        return OptionalInt.of(Verdict.INCOMPLETE.exitCode());
    }
}
