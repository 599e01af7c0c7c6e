package dev.lockstep.server;

import static dev.lockstep.server.RunsServiceIT.refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.DivergencePolicy;
import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.GetDivergenceRequest;
import dev.lockstep.proto.v1.ListDivergencesRequest;
import dev.lockstep.proto.v1.ListDivergencesResponse;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.proto.v1.WatchStarted;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunSpec;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** The service Divergences, health and reflection over a real socket. */
@Timeout(60)
class DivergencesServiceIT {
    @TempDir Path directory;
    private StandingServer standing;

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    @AfterEach
    void stop() {
        standing.close();
    }

    @Test
    void whatHappensIsStreamedInOrder() throws Exception {
        standing.play("r1", 4, false);
        List<RunEvent> events = standing.watch("", 0, RunEvent::hasEnded);
        assertThat(events).extracting(RunEvent::getPosition).containsExactly(1L, 2L, 3L, 4L);
        assertThat(events)
                .extracting(RunEvent::getBodyCase)
                .containsExactly(
                        RunEvent.BodyCase.CREATED,
                        RunEvent.BodyCase.STARTED,
                        RunEvent.BodyCase.DIVERGED,
                        RunEvent.BodyCase.ENDED);
        assertThat(events.get(2).getDiverged())
                .extracting(
                        Divergence::getRun,
                        Divergence::getNumber,
                        Divergence::getEngine,
                        Divergence::getStep)
                .containsExactly("r1", 1L, "recomp", 15L);
        assertThat(events.get(3).getEnded().getVerdict()).isEqualTo(Verdict.VERDICT_DIVERGED);
        assertThat(events.get(3).getEnded().getDivergenceCount()).isEqualTo(1);
    }

    @Test
    void whoResumesFromItsLastPositionMissesAndRepeatsNothing() throws Exception {
        standing.play("r1", 4, true);
        List<RunEvent> events = standing.watch("", 0, RunEvent::hasEnded);
        standing.play("r2", 4, true);
        List<RunEvent> more =
                standing.watch("", events.getLast().getPosition(), RunEvent::hasEnded);
        assertThat(more).extracting(RunEvent::getPosition).containsExactly(4L, 5L, 6L);
        assertThat(more).extracting(RunEvent::getRun).containsOnly("r2");
    }

    @Test
    void aWatcherOfOneRunSeesNoOther() throws Exception {
        standing.play("r1", 4, true);
        standing.play("r2", 4, true);
        assertThat(standing.watch("r2", 0, RunEvent::hasEnded))
                .extracting(RunEvent::getRun)
                .containsOnly("r2");
    }

    @Test
    void progressIsStreamedToWhomAsksForIt() throws Exception {
        try (RawEngine reference = standing.join("r1", "interp");
                RawEngine subject = standing.join("r1", "recomp")) {
            reference.sendBlocksOnceWelcome(6);
            subject.sendBlocksOnceWelcome(4);
            Iterator<WatchDivergencesResponse> news =
                    watch(WatchDivergencesRequest.newBuilder().setProgress(true));
            WatchDivergencesResponse next = news.next();
            while (next.getProgress().getCompared().getBlockCount() < 4) {
                next = news.next();
            }
            assertThat(next.getProgress().getRun()).isEqualTo("r1");
            assertThat(next.getProgress().getEnginesList()).hasSize(2);
        }
    }

    @Test
    void aPositionFromTheFutureIsOutOfRange() throws Exception {
        standing.play("r1", 4, true);
        standing.watch("r1", 0, RunEvent::hasEnded);
        refused(
                Status.Code.OUT_OF_RANGE,
                "position: 4 (expected: at most 3",
                () -> watch(WatchDivergencesRequest.newBuilder().setPosition(4)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "position: -1",
                () -> watch(WatchDivergencesRequest.newBuilder().setPosition(-1)).next());
        refused(
                Status.Code.INVALID_ARGUMENT,
                "run: ",
                () -> watch(WatchDivergencesRequest.newBuilder().setRun("a b")).next());
    }

    @Test
    void aPositionOfAnotherServerIsOutOfRange() throws Exception {
        standing.play("r1", 4, true);
        standing.watch("r1", 0, RunEvent::hasEnded);
        WatchStarted started = watch(WatchDivergencesRequest.newBuilder()).next().getStarted();
        assertThat(started.getNewestPosition()).isEqualTo(3);
        var request =
                WatchDivergencesRequest.newBuilder()
                        .setPosition(3)
                        .setServerId(started.getServerId());
        assertThat(watch(request).next().hasStarted()).isTrue();

        standing.close();
        standing = StandingServer.start(directory);
        standing.play("r1", 4, true);
        refused(Status.Code.OUT_OF_RANGE, "watch from position 0", () -> watch(request).next());
    }

    @Test
    void aDroppedPositionGoesOnWithTheOldestKeptAndTheCount() throws Exception {
        int runs = Feed.EVENT_CAPACITY / 2 + 10;
        for (int i = 0; i < runs; i++) {
            createAndAbandon("r" + i % 100);
        }
        Iterator<WatchDivergencesResponse> news =
                watch(WatchDivergencesRequest.newBuilder().setPosition(1));
        long newest = 2L * runs;
        assertThat(news.next().getStarted().getOldestPosition())
                .isEqualTo(newest - Feed.EVENT_CAPACITY + 1);
        assertThat(news.next().getDropped().getEventCount())
                .isEqualTo(newest - Feed.EVENT_CAPACITY - 1);
        assertThat(news.next().getEvent().getPosition())
                .isEqualTo(newest - Feed.EVENT_CAPACITY + 1);
    }

    @Test
    void divergencesAreListedByPagesAndFoundByNumber() throws Exception {
        standing.play("r1", 4, false);
        standing.watch("r1", 0, RunEvent::hasEnded);
        ListDivergencesResponse page =
                standing.divergences()
                        .listDivergences(
                                ListDivergencesRequest.newBuilder()
                                        .setRun("r1")
                                        .setPageSize(1)
                                        .build());
        assertThat(page.getNextPageToken()).isEmpty();
        assertThat(page.getDivergencesList()).containsExactly(get("r1", 1));
        assertThat(get("r1", 1).getField()).isEqualTo("digest");
        refused(Status.Code.NOT_FOUND, "no divergence 2", () -> get("r1", 2));
        refused(Status.Code.NOT_FOUND, "no run \"r2\"", () -> get("r2", 1));
        refused(Status.Code.INVALID_ARGUMENT, "number: 0", () -> get("r1", 0));
        refused(Status.Code.INVALID_ARGUMENT, "run: ", () -> get("", 1));
    }

    @Test
    void divergencesOfATrackedRunFillSeveralPages() throws Exception {
        standing.runs()
                .createRun(
                        CreateRunRequest.newBuilder()
                                .setName("r1")
                                .setConfig(
                                        RunConfig.newBuilder()
                                                .setOnDivergence(
                                                        DivergencePolicy.DIVERGENCE_POLICY_TRACK))
                                .build());
        try (RawEngine reference = standing.join("r1", "interp");
                RawEngine subject = standing.join("r1", "recomp")) {
            reference.awaitWelcome();
            subject.awaitWelcome();
            reference.sendBatch(20, 7);
            for (int i = 0; i < 5; i++) {
                subject.sendBatch(3, 7);
                subject.sendBatch(1, 8);
            }
            reference.end();
            subject.end();
            reference.leave();
            subject.leave();
        }
        standing.watch("r1", 0, RunEvent::hasEnded);
        ListDivergencesResponse first = list("r1", 2, "");
        ListDivergencesResponse second = list("r1", 2, first.getNextPageToken());
        ListDivergencesResponse third = list("r1", 2, second.getNextPageToken());
        assertThat(third.getNextPageToken()).isEmpty();
        List<Divergence> all = new ArrayList<>(first.getDivergencesList());
        all.addAll(second.getDivergencesList());
        all.addAll(third.getDivergencesList());
        assertThat(all).extracting(Divergence::getNumber).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(all).extracting(Divergence::getStep).containsExactly(15L, 35L, 55L, 75L, 95L);
        assertThat(get("r1", 4)).isEqualTo(all.get(3));
    }

    @Test
    void whoResumesWhileEventsArePublishedMissesAndRepeatsNothing() throws Exception {
        int runs = 100;
        CompletableFuture<Void> published =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < runs; i++) {
                        createAndAbandon("r" + i);
                    }
                });
        List<Long> seen = new ArrayList<>();
        while (seen.size() < 2 * runs) {
            Context.CancellableContext call = Context.current().withCancellation();
            try {
                call.run(() -> readSome(seen));
            } finally {
                call.cancel(null);
            }
        }
        published.get();
        assertThat(seen)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 2L * runs).boxed().toList());
    }

    /** Reads up to seven events after those that were seen. */
    private void readSome(List<Long> seen) {
        long position = seen.isEmpty() ? 0 : seen.getLast();
        Iterator<WatchDivergencesResponse> news =
                watch(WatchDivergencesRequest.newBuilder().setPosition(position));
        assertThat(news.next().hasStarted()).isTrue();
        for (int i = 0; i < 7 && seen.size() < 200; i++) {
            seen.add(news.next().getEvent().getPosition());
        }
    }

    private ListDivergencesResponse list(String run, int size, String token) {
        return standing.divergences()
                .listDivergences(
                        ListDivergencesRequest.newBuilder()
                                .setRun(run)
                                .setPageSize(size)
                                .setPageToken(token)
                                .build());
    }

    @Test
    void aClientThatCancelsIsForgottenAtOnce() {
        for (int round = 0; round < 2 * Feed.MAX_WATCHERS; round++) {
            Context.CancellableContext call = Context.current().withCancellation();
            call.run(() -> watch(WatchDivergencesRequest.newBuilder()).next());
            call.cancel(null);
        }
        await().untilAsserted(() -> {
            List<Iterator<WatchDivergencesResponse>> watchers = new ArrayList<>();
            Context.CancellableContext calls = Context.current().withCancellation();
            try {
                calls.run(() -> {
                    for (int i = 0; i < Feed.MAX_WATCHERS; i++) {
                        watchers.add(watch(WatchDivergencesRequest.newBuilder()));
                        watchers.getLast().next();
                    }
                    refused(
                            Status.Code.RESOURCE_EXHAUSTED,
                            "64 watchers",
                            () -> watch(WatchDivergencesRequest.newBuilder()).next());
                });
            } finally {
                calls.cancel(null);
            }
        });
    }

    @Test
    void aWatcherThatNeverReadsHoldsNobodyUp() throws Exception {
        NeverReading idle = new NeverReading();
        DivergencesGrpc.newStub(standing.channel())
                .watchDivergences(WatchDivergencesRequest.getDefaultInstance(), idle);
        for (int i = 0; i < Feed.EVENT_CAPACITY; i++) {
            createAndAbandon("r" + i % 100);
        }
        standing.play("last", 4, true);
        List<RunEvent> events = standing.watch("last", 0, RunEvent::hasEnded);
        assertThat(events.getLast().getEnded().getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
        idle.call.get().cancel("enough", null);
        assertThat(Status.fromThrowable(idle.failure.get()).getCode())
                .isEqualTo(Status.Code.CANCELLED);
        assertThat(idle.received).isEmpty();
    }

    @Test
    void aWatchEndsWellWithTheCoordinator() throws Exception {
        CompletableFuture<List<WatchDivergencesResponse>> all = new CompletableFuture<>();
        DivergencesGrpc.newStub(standing.channel())
                .watchDivergences(
                        WatchDivergencesRequest.getDefaultInstance(), new Collecting<>(all));
        createRun("r1");
        standing.server.close();
        assertThat(all.get().getLast().getEvent().getEnded().getNotesList())
                .containsExactly("the coordinator was closed");
    }

    @Test
    void healthAndReflectionAnswer() throws Exception {
        assertThat(
                        HealthGrpc.newBlockingStub(standing.channel())
                                .check(
                                        HealthCheckRequest.newBuilder()
                                                .setService("lockstep.v1.Runs")
                                                .build())
                                .getStatus())
                .isEqualTo(ServingStatus.SERVING);

        CompletableFuture<List<ServerReflectionResponse>> all = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions =
                ServerReflectionGrpc.newStub(standing.channel())
                        .serverReflectionInfo(new Collecting<>(all));
        questions.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        questions.onCompleted();
        assertThat(all.get().getFirst().getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains("lockstep.v1.Runs", "lockstep.v1.Divergences", "grpc.health.v1.Health");
    }

    private void createRun(String name) {
        standing.runs().createRun(CreateRunRequest.newBuilder().setName(name).build());
    }

    private void createAndAbandon(String name) {
        RunHandle run =
                standing.server.createRun(
                        RunSpec.of(
                                name,
                                List.of(
                                        EngineSpec.open(Role.REFERENCE),
                                        EngineSpec.open(Role.SUBJECT)),
                                "test"),
                        new RunListener() {});
        run.abandon("enough");
        run.report().join();
    }

    private Iterator<WatchDivergencesResponse> watch(WatchDivergencesRequest.Builder request) {
        return standing.divergences().watchDivergences(request.build());
    }

    private Divergence get(String run, long number) {
        return standing.divergences()
                .getDivergence(
                        GetDivergenceRequest.newBuilder().setRun(run).setNumber(number).build());
    }

    /** Gathers all messages of a stream that ends well. */
    private static final class Collecting<T> implements StreamObserver<T> {
        private final List<T> received = new ArrayList<>();
        private final CompletableFuture<List<T>> all;

        Collecting(CompletableFuture<List<T>> all) {
            this.all = all;
        }

        @Override
        public void onNext(T message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            all.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            all.complete(received);
        }
    }

    /** A client that asks for nothing after its call has begun. */
    private static final class NeverReading
            implements ClientResponseObserver<WatchDivergencesRequest, WatchDivergencesResponse> {
        final CompletableFuture<ClientCallStreamObserver<WatchDivergencesRequest>> call =
                new CompletableFuture<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        final List<WatchDivergencesResponse> received = new CopyOnWriteArrayList<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchDivergencesRequest> started) {
            started.disableAutoRequestWithInitial(0);
            call.complete(started);
        }

        @Override
        public void onNext(WatchDivergencesResponse message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable error) {
            failure.complete(error);
        }

        @Override
        public void onCompleted() {
            failure.completeExceptionally(new AssertionError("the watch ended"));
        }
    }
}
