package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.proto.v1.Divergence;
import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.EventsDropped;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.proto.v1.WatchStarted;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.transport.ControlListener;
import dev.lockstep.server.transport.EventThread;
import dev.lockstep.server.transport.SocketDirectory;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A watch of a coordinator that does what each test wants. */
final class WatchIT {
    private static final String SERVER = "server-1";
    private static final long NEWEST = 100;

    @TempDir private Path home;

    private final StringWriter written = new StringWriter();

    /** Answers call after call with the next of its acts. */
    private static final class Script extends DivergencesGrpc.DivergencesImplBase {
        private final List<Consumer<StreamObserver<WatchDivergencesResponse>>> acts;
        private final List<WatchDivergencesRequest> requests = new ArrayList<>();

        @SafeVarargs
        @SuppressWarnings("varargs")
        Script(Consumer<StreamObserver<WatchDivergencesResponse>>... acts) {
            this.acts = new ArrayList<>(Arrays.asList(acts));
        }

        @Override
        public void watchDivergences(
                WatchDivergencesRequest request, StreamObserver<WatchDivergencesResponse> caller) {
            requests.add(request);
            caller.onNext(
                    WatchDivergencesResponse.newBuilder()
                            .setStarted(
                                    WatchStarted.newBuilder()
                                            .setServerId(SERVER)
                                            .setNewestPosition(NEWEST))
                            .build());
            acts.removeFirst().accept(caller);
        }
    }

    @Test
    void goesOnWhereItWasWhenTheConnectionIsLost() throws Exception {
        Script script =
                new Script(
                        caller -> {
                            caller.onNext(event(1));
                            caller.onNext(event(2));
                            caller.onError(Status.UNAVAILABLE.asRuntimeException());
                        },
                        caller -> {
                            caller.onNext(event(3));
                            caller.onCompleted();
                        });

        assertThat(watch(script, new WatchPosition("", 0))).isZero();
        assertThat(written).hasToString("1  pair  new run\n2  pair  new run\n3  pair  new run\n");
        assertThat(script.requests.getLast().getPosition()).isEqualTo(2);
        assertThat(script.requests.getLast().getServerId()).isEqualTo(SERVER);
    }

    @Test
    void startsAfterThePositionItIsGiven() throws Exception {
        Script script = new Script(StreamObserver::onCompleted);
        watch(script, new WatchPosition("server-0", 17));
        assertThat(script.requests.getFirst().getPosition()).isEqualTo(17);
        assertThat(script.requests.getFirst().getServerId()).isEqualTo("server-0");
    }

    @Test
    void tellsWhatWasDropped() throws Exception {
        Script script =
                new Script(caller -> {
                    caller.onNext(
                            WatchDivergencesResponse.newBuilder()
                                    .setDropped(EventsDropped.newBuilder().setEventCount(41))
                                    .build());
                    caller.onNext(event(42));
                    caller.onNext(event(43));
                    caller.onCompleted();
                });
        watch(script, new WatchPosition("", 0));
        assertThat(written)
                .hasToString(
                        """
                        ... 41 events went by unseen
                        42  pair  new run
                        43  pair  new run
                        """);
    }

    @Test
    void aCoordinatorThatDoesNotKnowThePositionIsAUsageError() {
        Script script =
                new Script(
                        caller -> caller.onError(Status.UNAVAILABLE.asRuntimeException()),
                        caller ->
                                caller.onError(
                                        Status.OUT_OF_RANGE
                                                .withDescription("of another server")
                                                .asRuntimeException()));
        assertThatThrownBy(() -> watch(script, new WatchPosition("", 1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("control.sock: of another server");
    }

    @Test
    void whereNobodyAnswersThereIsNothingToWatch() {
        Watch watch = watchOf(Optional.empty(), new WatchPosition("", 0));
        assertThatThrownBy(watch::follow)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("control.sock")
                .hasMessageEndingWith("start one with 'lockstep serve'");
    }

    @Test
    void ofTwoRunsOfOneNameTheWantedOnesVerdictCounts() throws Exception {
        StoredRun wanted = run(7);
        Script script =
                new Script(caller -> {
                    caller.onNext(end(1, 6, Verdict.VERDICT_DIVERGED));
                    caller.onNext(event(2, 7, it -> it.setStarted(Run.getDefaultInstance())));
                    caller.onNext(end(3, 7, Verdict.VERDICT_MATCH));
                });
        assertThat(watch(script, Optional.of(wanted), new WatchPosition("", 0))).isZero();
        assertThat(written.toString()).startsWith("2  pair  started").contains("\n3  pair  ended");
    }

    @Test
    void whatWasSeenOfARunIsReadAgainButNotShown() throws Exception {
        Script script =
                new Script(caller -> {
                    caller.onNext(event(1));
                    caller.onNext(event(2, 7, it -> it.setDiverged(divergence(1))));
                    caller.onNext(event(3, 7, it -> it.setDiverged(divergence(2))));
                    caller.onNext(end(4, 7, Verdict.VERDICT_DIVERGED));
                });
        assertThat(watch(script, Optional.of(run(7)), new WatchPosition(SERVER, 2))).isOne();
        assertThat(script.requests.getFirst().getPosition()).isZero();
        assertThat(written.toString())
                .startsWith("3  pair  difference 2:")
                .contains("\n4  pair  ended: DIVERGED");
    }

    @Test
    void aRunWhoseEndWasSeenGivesItsExitCodeAndNothingElse() throws Exception {
        Script script = new Script(caller -> caller.onNext(end(4, 7, Verdict.VERDICT_DIVERGED)));
        assertThat(watch(script, Optional.of(run(7)), new WatchPosition("", 4))).isOne();
        assertThat(written.toString()).isEmpty();
    }

    @Test
    void aPositionThatTheServerDoesNotHaveIsAUsageErrorForARunToo() {
        Script script = new Script(caller -> {});
        assertThatThrownBy(() ->
                        watch(script, Optional.of(run(7)), new WatchPosition(SERVER, NEWEST + 1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("position server-1:101 is not of the server at")
                .hasMessageEndingWith("leave --from away");
    }

    private int watch(Script script, WatchPosition from) throws InterruptedException {
        return watch(script, Optional.empty(), from);
    }

    private int watch(Script script, Optional<StoredRun> wanted, WatchPosition from)
            throws InterruptedException {
        try (SocketDirectory directory = SocketDirectory.claim(home);
                EventThread thread = EventThread.start("script");
                ControlListener _ = ControlListener.open(directory, thread, List.of(script))) {
            return watchOf(wanted, from).follow();
        }
    }

    private Watch watchOf(Optional<StoredRun> wanted, WatchPosition from) {
        WatchOutput output = new WatchOutput(new PrintWriter(written), RunsCommand.Format.TEXT);
        return new Watch(home, wanted, from, output, new PastRun(home, output));
    }

    /** Returns a run in progress. */
    private StoredRun run(long id) {
        return new StoredRun(
                id, "pair", Instant.EPOCH, "", 1, home, Compared.NOTHING, 0, null, null);
    }

    private static WatchDivergencesResponse event(long position) {
        return event(position, 7, event -> event.setCreated(Run.newBuilder()));
    }

    private static WatchDivergencesResponse end(long position, long run, Verdict verdict) {
        return event(position, run, it -> it.setEnded(Run.newBuilder().setVerdict(verdict)));
    }

    private static WatchDivergencesResponse event(
            long position, long run, Consumer<RunEvent.Builder> body) {
        RunEvent.Builder event =
                RunEvent.newBuilder().setPosition(position).setRun("pair").setRunId(run);
        body.accept(event);
        return WatchDivergencesResponse.newBuilder().setEvent(event).build();
    }

    private static Divergence.Builder divergence(long number) {
        return Divergence.newBuilder().setNumber(number).setEngine("recomp").setField("digest");
    }
}
