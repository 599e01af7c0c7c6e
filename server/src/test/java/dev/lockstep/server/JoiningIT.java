package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.Error;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.ListRunsRequest;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEngine;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.EngineReport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs that begin with the first engine that joins. */
@Timeout(120)
class JoiningIT {
    @TempDir Path directory;
    private StandingServer standing;

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    private void restart(int subjects, Duration connectTimeout) {
        standing.close();
        standing = StandingServer.start(directory, subjects, connectTimeout);
    }

    @AfterEach
    void stop() {
        standing.close();
    }

    @Test
    void aRunThatAStragglerOpensSaysSo() throws Exception {
        standing.play("r1", 4, true);
        standing.watch("r1", 0, RunEvent::hasEnded);
        try (RawEngine _ = standing.join("r1", "recomp")) {
            await().untilAsserted(() ->
                    assertThat(
                                    standing.runs()
                                            .getRun(
                                                    GetRunRequest.newBuilder()
                                                            .setName("r1")
                                                            .build())
                                            .getNotesList())
                            .containsExactly(
                                    "engine \"recomp\" opened this run after an earlier \"r1\""
                                            + " had ended"));
        }
    }

    @Test
    void theFirstEngineCreatesTheRunAndTheLastStartsIt() throws Exception {
        standing.play("by-hand", 10, true);
        List<RunEvent> events = standing.watch("by-hand", 0, RunEvent::hasEnded);
        assertThat(events)
                .extracting(RunEvent::getBodyCase)
                .containsExactly(
                        RunEvent.BodyCase.CREATED,
                        RunEvent.BodyCase.STARTED,
                        RunEvent.BodyCase.ENDED);
        assertThat(events.getFirst().getCreated().getConfig().getCommand())
                .matches("opened by (interp|recomp) with text of arguments");
        assertThat(events.getLast().getEnded().getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
        try (RunStore store = LockstepServer.openStore(directory.resolve("state"))) {
            long id = store.find("by-hand").orElseThrow().id();
            assertThat(store.report(id).orElseThrow().engines())
                    .extracting(EngineReport::name)
                    .containsExactlyInAnyOrder("interp", "recomp");
        }
    }

    @Test
    void severalSubjectsTakeTheOpenPlacesAsTheyCome() throws Exception {
        restart(2, StandingServer.TIMEOUT);
        try (RawEngine second = standing.join("r1", "second");
                RawEngine reference = standing.join("r1", "interp");
                RawEngine first = standing.join("r1", "first")) {
            for (RawEngine engine : List.of(reference, first, second)) {
                engine.awaitWelcome();
                engine.end();
            }
            for (RawEngine engine : List.of(reference, first, second)) {
                engine.leave();
            }
        }
        assertThat(
                        standing.watch("r1", 0, RunEvent::hasEnded)
                                .getLast()
                                .getEnded()
                                .getEnginesList())
                .extracting(RunEngine::getName)
                .containsExactly("interp", "second", "first");
    }

    @Test
    void aSecondReferenceATakenNameAndALateJoinAreToldWhatToDo() throws Exception {
        restart(2, StandingServer.TIMEOUT);
        try (RawEngine reference = standing.join("r1", "interp");
                RawEngine subject = standing.join("r1", "recomp")) {
            assertThat(refusal(standing.join("r1", "recomp")))
                    .isEqualTo(
                            "run \"r1\" has an engine \"recomp\" already; choose another --name"
                                    + " (free: subject)");
            assertThat(refusal(standing.joinAs("r1", "other", Role.ROLE_REFERENCE)))
                    .isEqualTo(
                            "run \"r1\" has no place for reference \"other\"; choose --role and"
                                    + " --name of a free one: subject");
            try (RawEngine last = standing.join("r1", "third")) {
                reference.awaitWelcome();
                subject.awaitWelcome();
                last.awaitWelcome();
                assertThat(refusal(standing.join("r1", "late")))
                        .contains("has started already")
                        .contains("choose another --run");
            }
        }
    }

    @Test
    void anEngineThatWouldNotDoCreatesNoRun() throws Exception {
        assertThat(refusal(standing.join("a b", "interp"))).startsWith("Hello.run: ");
        assertThat(refusal(standing.join("r1", ""))).startsWith("Hello.name: ");
        assertThat(standing.runs().listRuns(ListRunsRequest.getDefaultInstance()).getRunsList())
                .isEmpty();
    }

    @Test
    void whoIsRefusedIsNotedInTheRunItAskedForAlone() throws Exception {
        try (RawEngine one = standing.join("r1", "interp");
                RawEngine other = standing.join("r2", "interp")) {
            refusal(standing.join("r1", "interp"));
            one.cutOff();
            other.cutOff();
        }
        assertThat(end("r1").getNotesList())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("a connection was refused: run \"r1\" has an engine");
        assertThat(end("r2").getNotesList()).hasSize(1);
    }

    @Test
    void aRunOfItsOwnProcessOnlyIsNotJoinedByStrangers() throws Exception {
        Path other = directory.resolve("other");
        ServerConfig config = new ServerConfig(other, directory.resolve("state"));
        try (LockstepServer server = LockstepServer.start(config);
                RawEngine engine = RawEngine.connect(server.engineSocket(), "interp")) {
            engine.hello("r1");
            Error error = engine.receive().getError();
            assertThat(error.getCode()).isEqualTo(ErrorCode.ERROR_CODE_NO_SUCH_RUN);
            assertThat(error.getText()).contains("create it first");
        }
    }

    @Test
    void aRunThatNobodyElseJoinsEndsIncomplete() throws Exception {
        restart(1, Duration.ofMillis(300));
        try (RawEngine reference = standing.join("r1", "interp")) {
            reference.leave();
        }
        Run run = end("r1");
        assertThat(run.getVerdict()).isEqualTo(Verdict.VERDICT_INCOMPLETE);
        assertThat(run.getNotesList()).containsExactly("a subject did not connect within 300 ms");
    }

    @Test
    void manyRunsGoOnAtOnceAndTheFailingHurtNoOther() throws Exception {
        int runs = 40;
        List<Callable<Void>> plays = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            String name = "run-" + i;
            plays.add(i % 4 == 0 ? () -> fail(name) : () -> succeed(name));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(runs)) {
            for (Future<Void> play : threads.invokeAll(plays)) {
                play.get();
            }
        }
        for (int i = 0; i < runs; i++) {
            String name = "run-" + i;
            standing.watch(name, 0, RunEvent::hasEnded);
            Run run = standing.runs().getRun(GetRunRequest.newBuilder().setName(name).build());
            assertThat(run.getVerdict())
                    .as(name)
                    .isEqualTo(
                            i % 4 == 0
                                    ? Verdict.VERDICT_INCOMPLETE
                                    : i % 2 == 0
                                            ? Verdict.VERDICT_DIVERGED
                                            : Verdict.VERDICT_MATCH);
        }
    }

    private Void succeed(String run) throws IOException {
        standing.play(run, 2000, run.matches(".*[13579]"));
        return null;
    }

    private Void fail(String run) throws IOException {
        try (RawEngine reference = standing.join(run, "interp");
                RawEngine subject = standing.join(run, "recomp")) {
            subject.awaitWelcome();
            subject.cutOff();
            reference.leave();
        }
        return null;
    }

    private Run end(String run) {
        return standing.watch(run, 0, RunEvent::hasEnded).getLast().getEnded();
    }

    private static String refusal(RawEngine engine) throws IOException {
        try (engine) {
            return engine.receive().getError().getText();
        }
    }
}
