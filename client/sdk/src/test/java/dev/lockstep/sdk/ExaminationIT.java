package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.State;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A session whose engine is asked to execute a part of its past again. */
class ExaminationIT extends SessionHarness {
    private static final InputCall CALL = new InputCall(2, 0x2000, 63, List.of(), 0, 0);

    @Test
    void anEngineThatWaitsForCreditIsToldToExamine() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 2, 0);
        addRecords(session, 2);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        examine(1);
        assertUnwinds(flush);
    }

    @Test
    void anEngineThatWaitsForAnAnswerIsToldToExamineAndAsksOnce() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 4, 0);
        addRecords(session, 2);
        Future<InputAnswer> first = engineThread.submit(() -> ask(session));
        coordinator.receive();
        assertThat(coordinator.receive().hasInputRequest()).isTrue();
        examine(1);
        assertUnwinds(first);

        examineAndResume(session);
        session.goBack(0, 0x1000);
        addRecords(session, 2);
        Future<InputAnswer> second = engineThread.submit(() -> ask(session));
        answer();
        assertThat(second.get(10, SECONDS).value()).isEqualTo(7);
        session.enterHostCall(63, 3);
        // Neither the records nor the question came a second time.
        assertThat(coordinator.receive().hasHeartbeat()).isTrue();
    }

    @Test
    void anEngineThatWaitsForItselfSendsItsRecordsAndIsToldToExamine() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 4, 0);
        addRecords(session, 2);
        CompletableFuture<Void> event = new CompletableFuture<>();
        Future<?> first = engineThread.submit(() -> session.await(event));
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
        examine(1);
        assertUnwinds(first);

        examineAndResume(session);
        session.goBack(2, 0x1000);
        Future<?> second = engineThread.submit(() -> session.await(event));
        assertThat(coordinator.receive().hasHeartbeat()).as("it lives").isTrue();
        assertThat(second).isNotDone();
        event.complete(null);
        assertThat(second).succeedsWithin(10, SECONDS);
    }

    @Test
    void anEngineThatWaitsForItselfHearsThatTheRunIsOver() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 4, 0);
        Future<?> waiting = engineThread.submit(() -> session.await(new CompletableFuture<>()));
        halt(HaltReason.HALT_REASON_DIVERGED);
        assertThatThrownBy(() -> waiting.get(10, SECONDS))
                .hasCauseInstanceOf(SessionEndedException.class);
    }

    @Test
    void anEngineAtItsEndExaminesAndAnnouncesItOnce() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 4, 0);
        GuestEnd end = GuestEnd.newBuilder().setExit(Exit.newBuilder().setStatus(3)).build();
        Future<String> first = engineThread.submit(() -> session.end(end));
        assertThat(coordinator.receive().hasGuestEnd()).isTrue();
        examine(1);
        assertUnwinds(first);

        examineAndResume(session);
        session.goBack(0, 0x1000);
        Future<String> second = engineThread.submit(() -> session.end(end));
        halt(HaltReason.HALT_REASON_DIVERGED);
        assertThat(second).succeedsWithin(10, SECONDS);
    }

    @Test
    void nothingIsReportedWhileExaminingAndRoomNeverEnds() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 1, 0);
        examine(5);
        assertThat(engineThread.submit(session::awaitExamine).get(10, SECONDS))
                .extracting(Examine::getId)
                .isEqualTo(5L);
        for (int i = 0; i < 3; i++) {
            addRecords(session, BATCH_RECORDS);
            assertThat(session.batch().hasRoom()).isFalse();
            session.flush();
            assertThat(session.batch().hasRoom()).isTrue();
        }
        session.answer(Examination.newBuilder().setId(5).setStep(12).build());
        assertThat(coordinator.receive().getExamination().getStep()).isEqualTo(12);
    }

    @Test
    void whatIsExecutedAgainIsNotSentAgainAndWhatIsNewNeedsCredit() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 3, 0);
        addRecords(session, 2);
        session.flush();
        coordinator.receive();
        examineAndResume(session);
        session.goBack(1, 0x1000);

        addRecords(session, 4); // One is known; of the three others there is credit for one.
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.grant(9, 0);
        flush.get(10, SECONDS);
        EngineFrame frame = coordinator.receive();
        assertThat(frame.getRecordBatch().getFirstStep()).isEqualTo(2);
        assertThat(frame.getRecordBatch().getRecords().size()).isEqualTo(3 * 24);
        assertThat(frame.getEpoch()).isZero();
    }

    @Test
    void anEngineWithAnothersStateReportsInANewEpochUnderItsCredit() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 2, 0);
        addRecords(session, 2);
        Future<?> full = engineThread.submit(session::flush);
        coordinator.receive();
        examine(1);
        assertUnwinds(full);
        engineThread.submit(session::awaitExamine).get(10, SECONDS);
        resume(Resume.newBuilder().setState(State.newBuilder().setFromStep(1).setStep(5)));
        assertThat(engineThread.submit(session::awaitExamine).get(10, SECONDS)).isNull();
        assertThat(session.resumption().getState().getStep()).isEqualTo(5);
        session.goOnFrom(5, 0x3000);
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setEpoch(1)
                        .setCredit(Credit.newBuilder().setRecordCount(1).setAgreedStep(5)));

        engineThread.submit(session::flush).get(10, SECONDS);
        addRecords(session, 1);
        assertThat(session.batch().hasRoom()).isFalse();
        Future<?> flush = engineThread.submit(session::flush);
        EngineFrame frame = coordinator.receive();
        assertThat(frame.getEpoch()).isEqualTo(1);
        assertThat(frame.getRecordBatch().getFirstStep()).isEqualTo(5);
        assertThat(frame.getRecordBatch().getFirstPc()).isEqualTo(0x3000);
        assertThat(session.agreedStep()).isEqualTo(5);
        assertThat(flush).isNotDone();
    }

    private static InputAnswer ask(EngineSession session) {
        return session.obtain(CALL, 0, 0, () -> InputAnswer.of(1));
    }

    private void answer() throws IOException {
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setInputResult(
                                InputResult.newBuilder().setStep(2).setNumber(63).setValue(7)));
    }

    private void examine(long id) throws IOException {
        coordinator.send(CoordinatorFrame.newBuilder().setExamine(Examine.newBuilder().setId(id)));
    }

    private void resume(Resume.Builder how) throws IOException {
        coordinator.send(CoordinatorFrame.newBuilder().setResume(how));
    }

    /** Has the engine examine what it was asked, or once if it was not, and then go on. */
    private void examineAndResume(EngineSession session) throws Exception {
        examine(2);
        resume(Resume.newBuilder());
        Examine next;
        do {
            next = engineThread.submit(session::awaitExamine).get(10, SECONDS);
        } while (next != null);
        assertThat(Objects.requireNonNull(session.resumption()).hasState()).isFalse();
    }

    private static void assertUnwinds(Future<?> waiting) {
        assertThatThrownBy(() -> waiting.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ExaminationRequestedException.class);
    }
}
