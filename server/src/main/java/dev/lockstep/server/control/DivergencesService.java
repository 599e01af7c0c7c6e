package dev.lockstep.server.control;

import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.GetDivergenceRequest;
import dev.lockstep.proto.v1.ListDivergencesRequest;
import dev.lockstep.proto.v1.ListDivergencesResponse;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.feed.Cursor;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.feed.Interest;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The service Divergences. */
final class DivergencesService extends DivergencesGrpc.DivergencesImplBase {
    private static final int PAGE_SIZE = 256;
    private static final int MAX_PAGE_SIZE = 1024;

    /** A page ends with the divergence that reaches this: many a client takes 4 MiB. */
    private static final int PAGE_BYTES = 2 << 20;

    private final Coordinator coordinator;
    private final Feed feed;
    private final Executor thread;
    private final Reply reply;

    /**
     * Creates the service.
     *
     * @param thread the thread of the services
     */
    DivergencesService(Coordinator coordinator, Feed feed, Executor thread) {
        this.coordinator = coordinator;
        this.feed = feed;
        this.thread = thread;
        reply = new Reply(thread);
    }

    @Override
    public void listDivergences(
            ListDivergencesRequest request, StreamObserver<ListDivergencesResponse> caller) {
        reply.send(
                caller,
                () -> {
                    int size = Requests.pageSize(request.getPageSize(), PAGE_SIZE, MAX_PAGE_SIZE);
                    int start = Requests.pageStart(request.getPageToken());
                    // One more than asked for tells whether there is another page.
                    return coordinator
                            .divergences(named(request.getRun()), start + 1, size + 1)
                            .thenApplyAsync(
                                    found ->
                                            page(
                                                    known(found, request.getRun()),
                                                    request,
                                                    start,
                                                    size),
                                    thread);
                },
                page -> page);
    }

    @Override
    public void getDivergence(GetDivergenceRequest request, StreamObserver<Divergence> caller) {
        reply.send(
                caller,
                () -> {
                    if (request.getNumber() < 1) {
                        throw new IllegalArgumentException(
                                "number: " + request.getNumber() + " (expected: >= 1)");
                    }
                    return coordinator.divergences(named(request.getRun()), request.getNumber(), 1);
                },
                found ->
                        known(found, request.getRun()).stream()
                                .findFirst()
                                .map(it ->
                                        Messages.divergence(
                                                request.getRun(), request.getNumber(), it))
                                .orElseThrow(() -> noDivergence(request)));
    }

    @Override
    public void watchDivergences(
            WatchDivergencesRequest request, StreamObserver<WatchDivergencesResponse> caller) {
        var call = (ServerCallStreamObserver<WatchDivergencesResponse>) caller;
        try {
            checkPosition(request);
            Watcher watcher = new Watcher(call, thread);
            Interest interest = new Interest(request.getRun(), request.getProgress());
            Cursor cursor =
                    feed.watch(interest, request.getPosition(), watcher)
                            .orElseThrow(DivergencesService::tooMany);
            watcher.begin(cursor, NewsMessages.started(feed));
        } catch (IllegalArgumentException | StatusRuntimeException e) {
            caller.onError(Reply.status(e));
        }
    }

    private void checkPosition(WatchDivergencesRequest request) {
        long position = request.getPosition();
        String server = request.getServerId();
        if (!request.getRun().isEmpty()) {
            named(request.getRun());
        }
        if (position < 0) {
            throw new IllegalArgumentException("position: " + position + " (expected: >= 0)");
        }
        if (position > 0 && !server.isEmpty() && !server.equals(feed.id())) {
            throw outOfRange(
                    "position: %d of server_id \"%s\" (expected: of this server, \"%s\"); watch from position 0"
                            .formatted(position, server, feed.id()));
        }
        if (position > feed.newestPosition()) {
            throw outOfRange(
                    "position: %d (expected: at most %d, the last event so far); watch from position 0"
                            .formatted(position, feed.newestPosition()));
        }
    }

    private static String named(String run) {
        return Requests.runName("run", run);
    }

    private static List<dev.lockstep.server.run.Divergence> known(
            Optional<List<dev.lockstep.server.run.Divergence>> found, String run) {
        return found.orElseThrow(() -> Reply.noRun(run));
    }

    private static ListDivergencesResponse page(
            List<dev.lockstep.server.run.Divergence> found,
            ListDivergencesRequest request,
            int start,
            int size) {
        ListDivergencesResponse.Builder page = ListDivergencesResponse.newBuilder();
        int count = 0;
        for (int bytes = 0; count < Math.min(size, found.size()) && bytes < PAGE_BYTES; count++) {
            Divergence divergence =
                    Messages.divergence(request.getRun(), start + count + 1L, found.get(count));
            bytes += divergence.getSerializedSize();
            page.addDivergences(divergence);
        }
        if (found.size() > count) {
            page.setNextPageToken(Integer.toString(start + count));
        }
        return page.build();
    }

    private static StatusRuntimeException noDivergence(GetDivergenceRequest request) {
        return Status.NOT_FOUND
                .withDescription(
                        "run \"%s\" has no divergence %d (yet)"
                                .formatted(request.getRun(), request.getNumber()))
                .asRuntimeException();
    }

    private static StatusRuntimeException outOfRange(String text) {
        return Status.OUT_OF_RANGE.withDescription(text).asRuntimeException();
    }

    private static StatusRuntimeException tooMany() {
        return Status.RESOURCE_EXHAUSTED
                .withDescription(
                        "%d watchers (expected: at most that many); end one and try again"
                                .formatted(Feed.MAX_WATCHERS))
                .asRuntimeException();
    }
}
