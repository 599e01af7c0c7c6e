package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.DiffRunsRequest;
import dev.lockstep.proto.v1.EngineLog;
import dev.lockstep.proto.v1.ExportLogRequest;
import dev.lockstep.proto.v1.ExportLogResponse;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogDiffOptions;
import dev.lockstep.proto.v1.LogsGrpc;
import dev.lockstep.proto.v1.RunConfig;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.proto.v1.WatchDiffRequest;
import dev.lockstep.proto.v1.WatchDiffResponse;
import dev.lockstep.proto.v1.WatchDiffResponse.NewsCase;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The service Logs over a real socket. */
@Timeout(60)
class LogsServiceIT {
    private static final int MAX_WATCHES = 16;

    @TempDir Path directory;
    private StandingServer standing;

    /** The reference and the subject of the run that was begun last. */
    private final List<RawEngine> engines = new ArrayList<>();

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    @AfterEach
    void stop() {
        standing.close();
    }

    @Test
    void bothLogsOfARunAreCompared() throws Exception {
        play("r1", 3, 2);
        LogDiff diff = diffRuns("1", "1", LogDiffOptions.getDefaultInstance());
        assertThat(diff.getVerdict()).isEqualTo(Verdict.VERDICT_DIVERGED);
        assertThat(diff.getProfile().getName()).isEqualTo("default");
        assertThat(diff.getProfile().getSha256()).hasSize(64);
        assertThat(diff.getReference().getName()).isEqualTo("run:1/interp");
        assertThat(diff.getReference().getEventCount()).isEqualTo(3);
        assertThat(diff.getPairCount()).isEqualTo(1);
        assertThat(diff.getLeftOutPairCount()).isZero();
        var found = diff.getPairs(0).getFirst();
        assertThat(found.getPosition()).isEqualTo(2);
        assertThat(found.getText()).contains("reference=2").contains("subject=-1");
        assertThat(found.getReferenceValue()).isEqualTo("2");
        assertThat(found.getSubject().getJson()).contains("\"n\": -1").contains("\"tid\": 1");
        assertThat(diff.getPairs(0).getLastMatchedList()).hasSize(2);
    }

    @Test
    void logsOfTwoRunsAreComparedByTheirNames() throws Exception {
        play("r1", 3, -1);
        play("r2", 3, -1);
        LogDiff diff = diffRuns("r1", "r2", LogDiffOptions.getDefaultInstance());
        assertThat(diff.getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
        assertThat(diff.getSubject().getName()).isEqualTo("run:2/recomp");
    }

    @Test
    void aProfileOfTheClientSaysWhatMayDiffer() throws Exception {
        play("r1", 3, 2);
        String rules =
                """
                event_profile: mine
                description: Numbers may differ.
                ignore:
                  - kind: "*"
                    fields: [n]
                """;
        var options =
                LogDiffOptions.newBuilder().setProfileYaml(ByteString.copyFromUtf8(rules)).build();
        LogDiff diff = diffRuns("1", "1", options);
        assertThat(diff.getProfile().getName()).isEqualTo("mine");
        assertThat(diff.getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
    }

    @Test
    void whatCannotBeComparedIsSaid() throws Exception {
        play("r1", 3, -1);
        var none = LogDiffOptions.getDefaultInstance();
        refused(Status.Code.NOT_FOUND, "no run \"x\"", () -> diffRuns("x", "1", none));
        refused(Status.Code.INVALID_ARGUMENT, "run: ", () -> diffRuns("", "1", none));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "unknown profile 'no'",
                () -> diffRuns("1", "1", none.toBuilder().setProfile("no").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "options.left_out_rules: no rule no",
                () -> diffRuns("1", "1", none.toBuilder().addLeftOutRules("no").build()));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "options.region_count: 1001",
                () -> diffRuns("1", "1", none.toBuilder().setRegionCount(1001).build()));
        standing.play("plain", 4, true);
        standing.watch("plain", 0, RunEvent::hasEnded);
        refused(
                Status.Code.FAILED_PRECONDITION,
                "no event log of \"recomp\" (expected: a run with engines that tell events)",
                () -> diffRuns("1", "plain", none));
        begin("r2");
        refused(Status.Code.FAILED_PRECONDITION, "has not ended", () -> diffRuns("r2", "1", none));
    }

    @Test
    void aDifferenceIsToldWhileTheRunGoesOn() throws Exception {
        begin("r1");
        Iterator<WatchDiffResponse> news =
                logs().watchDiff(WatchDiffRequest.newBuilder().setRun("r1").build());
        tell(0, false);
        assertThat(news.next().getStarted().getSubject()).isEqualTo("recomp");
        tell(1, true);
        long toldNanos = System.nanoTime();
        WatchDiffResponse next = news.next();
        while (next.hasProgress()) {
            next = news.next();
        }
        System.out.printf("told after %d ms%n", (System.nanoTime() - toldNanos) / 1_000_000);
        assertThat(next.getDifference().getFirst().getPosition()).isEqualTo(1);
        while (!next.hasProgress()) {
            next = news.next();
        }
        assertThat(next.getProgress().getEventCount()).isEqualTo(4);
        tell(2, false);
        end();
        while (!next.hasResult()) {
            next = news.next();
            assertThat(next.getNewsCase()).isIn(NewsCase.PROGRESS, NewsCase.RESULT);
        }
        assertThat(next.getResult().getVerdict()).isEqualTo(Verdict.VERDICT_DIVERGED);
        assertThat(next.getResult().getReference().getEventCount()).isEqualTo(3);
        assertThat(news.hasNext()).isFalse();
    }

    @Test
    void aRunThatHasEndedIsComparedAtOnce() throws Exception {
        play("r1", 3, 2);
        Iterator<WatchDiffResponse> news =
                logs().watchDiff(WatchDiffRequest.newBuilder().setRun("1").build());
        assertThat(news.next().hasStarted()).isTrue();
        assertThat(news.next().getResult().getDifferentPairCount()).isEqualTo(1);
        assertThat(news.hasNext()).isFalse();
    }

    @Test
    void aWatchOfNothingIsRefused() throws Exception {
        refused(Status.Code.NOT_FOUND, "no run \"r1\"", () -> watchOnce("r1", ""));
        begin("r1");
        refused(
                Status.Code.FAILED_PRECONDITION,
                "no event log of \"x\" (expected: interp or recomp)",
                () -> watchOnce("r1", "x"));
        refused(
                Status.Code.FAILED_PRECONDITION,
                "no event log of \"x\" (expected: interp or recomp)",
                () ->
                        logs().export(
                                        ExportLogRequest.newBuilder()
                                                .setLog(engineLog("r1", "x"))
                                                .setFollow(true)
                                                .build())
                                .next());
        standing.runs().createRun(CreateRunRequest.newBuilder().setName("r2").build());
        try (RawEngine one = standing.join("r2", "interp");
                RawEngine other = standing.join("r2", "recomp")) {
            one.awaitWelcome();
            other.awaitWelcome();
            refused(
                    Status.Code.FAILED_PRECONDITION,
                    "keeps no event logs",
                    () ->
                            logs().watchDiff(
                                            WatchDiffRequest.newBuilder()
                                                    .setRun("r2")
                                                    .setReference("interp")
                                                    .setSubject("recomp")
                                                    .build())
                                    .next());
        }
    }

    @Test
    void anEngineThatTellsNoEventsIsNotWaitedFor() throws Exception {
        create("r1");
        engines.add(join("r1", "interp"));
        engines.add(standing.join("r1", "recomp"));
        for (RawEngine engine : engines) {
            engine.sendBlocksOnceWelcome(1);
        }
        await().ignoreExceptions().until(() -> hasEngines("r1"));
        refused(
                Status.Code.FAILED_PRECONDITION,
                "no event log of \"recomp\" (expected: interp)",
                () -> watchOnce("r1", ""));
    }

    @Test
    void aRunOfAnotherCoordinatorIsNotFollowed() throws Exception {
        begin("r1");
        tell(0, false);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(export("r1", false).lines()).hasSize(2));
        try (StandingServer other = StandingServer.startBeside(directory)) {
            WatchDiffRequest request = WatchDiffRequest.newBuilder().setRun("1").build();
            refused(
                    Status.Code.FAILED_PRECONDITION,
                    "run \"r1\" goes on in another coordinator",
                    () -> LogsGrpc.newBlockingStub(other.channel()).watchDiff(request).next());
        }
    }

    @Test
    void aNameIsNeverAPath() throws Exception {
        play("r1", 1, -1);
        String log = directory.resolve("state/events/1/interp").toString();
        var none = LogDiffOptions.getDefaultInstance();
        for (String name : List.of(log, "../1/interp", "../../../x", "", "x".repeat(100_000))) {
            EngineLog hostile = engineLog("1", name);
            refusedShortly(
                    "engine: ",
                    () ->
                            logs().diffRuns(
                                            DiffRunsRequest.newBuilder()
                                                    .setReference(hostile)
                                                    .setSubject(engineLog("1", "recomp"))
                                                    .build()));
            refusedShortly(
                    "log.engine: ",
                    () ->
                            logs().export(ExportLogRequest.newBuilder().setLog(hostile).build())
                                    .next());
            if (!name.isEmpty()) {
                refusedShortly("subject: ", () -> watchOnce("1", name));
            }
        }
        String endless = "x".repeat(100_000);
        refusedShortly("run: ", () -> diffRuns(endless, "1", none));
        refusedShortly(
                "options.profile: ",
                () -> diffRuns("1", "1", none.toBuilder().setProfile(endless).build()));
        refusedShortly(
                "options.left_out_rules: ",
                () -> diffRuns("1", "1", none.toBuilder().addLeftOutRules(endless).build()));
    }

    private static void refusedShortly(String text, ThrowingCallable call) {
        refused(Status.Code.INVALID_ARGUMENT, text, call);
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void aClientThatGoesAwayMakesRoomAndTheRunGoesOn() throws Exception {
        begin("r1");
        tell(0, false);
        for (int round = 0; round < 2; round++) {
            Context.CancellableContext calls = Context.current().withCancellation();
            await().untilAsserted(() ->
                    assertThat(watchOnce("r1", "recomp").getNewsCase())
                            .isEqualTo(NewsCase.STARTED));
            await().untilAsserted(() -> calls.run(() -> watches(MAX_WATCHES)));
            calls.cancel(null);
        }
        tell(1, true);
        end();
        standing.watch("r1", 0, RunEvent::hasEnded);
        assertThat(diffRuns("1", "1", LogDiffOptions.getDefaultInstance()).getVerdict())
                .isEqualTo(Verdict.VERDICT_DIVERGED);
    }

    /** All at once, or none; then one more is refused. */
    private void watches(int count) {
        Context.CancellableContext calls = Context.current().withCancellation();
        try {
            calls.run(() -> {
                List<Iterator<WatchDiffResponse>> watches = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    watches.add(
                            logs().watchDiff(WatchDiffRequest.newBuilder().setRun("r1").build()));
                    watches.getLast().next();
                }
                refused(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "16 calls of WatchDiff",
                        () -> watchOnce("r1", "recomp"));
            });
        } finally {
            calls.cancel(null);
        }
    }

    @Test
    void aLogIsExportedAsItIsAndToItsEnd() throws Exception {
        begin("r1");
        tell(0, false);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(export("r1", false).lines()).hasSize(2));
        Iterator<ExportLogResponse> followed = exports("r1", true);
        assertThat(lines(followed, 2)).contains("\"n\":0");
        tell(1, false);
        assertThat(lines(followed, 1)).contains("\"n\":1");
        end();
        standing.watch("r1", 0, RunEvent::hasEnded);
        assertThat(followed.next().getDamage()).isEmpty();
        assertThat(followed.hasNext()).isFalse();
        assertThat(export("1", false).lines()).hasSize(3);
        refused(
                Status.Code.FAILED_PRECONDITION,
                "\"no\"",
                () ->
                        logs().export(
                                        ExportLogRequest.newBuilder()
                                                .setLog(engineLog("1", "no"))
                                                .build())
                                .next());
    }

    @Test
    void aWatchEndsWithTheCoordinator() throws Exception {
        begin("r1");
        tell(0, false);
        Iterator<WatchDiffResponse> news =
                logs().watchDiff(WatchDiffRequest.newBuilder().setRun("r1").build());
        assertThat(news.next().hasStarted()).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(standing.server::close);
        WatchDiffResponse next = news.next();
        while (next.hasProgress()) {
            next = news.next();
        }
        assertThat(next.getResult().getVerdict()).isEqualTo(Verdict.VERDICT_INCOMPLETE);
        assertThat(next.getResult().getReference().getCut())
                .contains("the run was ended before its engines came to their end");
        closed.join();
    }

    private LogsGrpc.LogsBlockingStub logs() {
        return LogsGrpc.newBlockingStub(standing.channel());
    }

    private LogDiff diffRuns(String left, String right, LogDiffOptions options) {
        return logs().diffRuns(
                        DiffRunsRequest.newBuilder()
                                .setReference(engineLog(left, "interp"))
                                .setSubject(engineLog(right, "recomp"))
                                .setOptions(options)
                                .build());
    }

    private static EngineLog engineLog(String run, String engine) {
        return EngineLog.newBuilder().setRun(run).setEngine(engine).build();
    }

    /** Returns the first message of a watch that is cancelled then. */
    private WatchDiffResponse watchOnce(String run, String subjectName) {
        Context.CancellableContext call = Context.current().withCancellation();
        WatchDiffResponse[] first = new WatchDiffResponse[1];
        try {
            call.run(() ->
                    first[0] =
                            logs().watchDiff(
                                            WatchDiffRequest.newBuilder()
                                                    .setRun(run)
                                                    .setSubject(subjectName)
                                                    .build())
                                    .next());
            return first[0];
        } finally {
            call.cancel(null);
        }
    }

    private Iterator<ExportLogResponse> exports(String run, boolean follow) {
        return logs().export(
                        ExportLogRequest.newBuilder()
                                .setLog(engineLog(run, "interp"))
                                .setFollow(follow)
                                .build());
    }

    private static String lines(Iterator<ExportLogResponse> log, int count) {
        String text = "";
        while (text.lines().count() < count) {
            text += log.next().getText().toStringUtf8();
        }
        return text;
    }

    private String export(String run, boolean follow) {
        StringBuilder text = new StringBuilder();
        exports(run, follow).forEachRemaining(it -> text.append(it.getText().toStringUtf8()));
        return text.toString();
    }

    private void create(String run) {
        standing.runs()
                .createRun(
                        CreateRunRequest.newBuilder()
                                .setName(run)
                                .setConfig(RunConfig.newBuilder().setEvents(true))
                                .build());
        engines.clear();
    }

    private void begin(String run) throws IOException {
        create(run);
        engines.add(join(run, "interp"));
        engines.add(join(run, "recomp"));
        for (RawEngine engine : engines) {
            // Engines that took open places are in the log with the first progress.
            engine.sendBlocksOnceWelcome(1);
        }
        await().ignoreExceptions().until(() -> hasEngines(run));
    }

    private boolean hasEngines(String run) {
        try (var store = LockstepServer.openStore(directory.resolve("state"))) {
            return store.engines(store.find(run).orElseThrow().id()).size() == 2;
        }
    }

    private RawEngine join(String run, String engine) throws IOException {
        RawEngine raw = RawEngine.connect(standing.server.engineSocket(), engine);
        raw.tellsEvents = true;
        raw.hello(run);
        return raw;
    }

    private void tell(int index, boolean wrong) throws IOException {
        engines.getFirst().tell(index, "k", "{\"n\":" + index + "}");
        engines.getLast().tell(index, "k", "{\"n\":" + (wrong ? -1 : index) + "}");
    }

    private void end() throws IOException {
        for (RawEngine engine : engines) {
            engine.end();
        }
        for (RawEngine engine : engines) {
            engine.leave();
        }
    }

    /** Makes a run with so many events, one of the subject's wrong. */
    private void play(String run, int count, int wrong) throws IOException {
        begin(run);
        for (int i = 0; i < count; i++) {
            tell(i, i == wrong);
        }
        end();
        standing.watch(run, 0, RunEvent::hasEnded);
    }

    static void refused(Status.Code code, String text, ThrowingCallable call) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
                .withMessageContaining(text);
    }
}
