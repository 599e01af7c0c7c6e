package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Error;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** A session against a coordinator worked by hand, over a real socket. */
class EngineSessionIT extends SessionHarness {
    @Test
    void sendsHelloFirstAndKnowsWhatWasAgreed() throws Exception {
        EngineSession session = start(Role.ROLE_REFERENCE, 10, 100);
        assertThat(session.welcome().getRun()).isEqualTo("r1");
    }

    @Test
    void recordsTravelWithTheStepAndAddressOfTheFirst() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 10, 0);
        session.begin(0, 0x1000);
        session.batch().add(0x1010, 77, 3, 1);
        session.batch().add(0x1020, 78, 2, 0);
        session.flush();
        session.batch().add(0x1030, 79, 1, 0);
        session.flush();
        EngineFrame first = coordinator.receive();
        assertThat(first.getRecordBatch().getFirstStep()).isZero();
        assertThat(first.getRecordBatch().getFirstPc()).isEqualTo(0x1000);
        assertThat(first.getRecordBatch().getRecords().size()).isEqualTo(48);
        EngineFrame second = coordinator.receive();
        assertThat(second.getRecordBatch().getFirstStep()).isEqualTo(5);
        assertThat(second.getRecordBatch().getFirstPc()).isEqualTo(0x1020);
    }

    @Test
    void neverSendsMoreRecordsThanGranted() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 3, 0);
        addRecords(session, 3);
        assertThat(session.batch().hasRoom()).isFalse();
        Future<?> flush = engineThread.submit(session::flush);
        assertThat(coordinator.receive().getRecordBatch().getRecords().size()).isEqualTo(72);
        assertThatThrownBy(() -> flush.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);
        coordinator.grant(5, 0);
        flush.get(10, SECONDS);
        addRecords(session, 2);
        assertThat(session.batch().hasRoom()).isFalse();
    }

    @Test
    void aBatchNeverGrowsBeyondItsLimit() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 1000, 0);
        addRecords(session, BATCH_RECORDS);
        assertThat(session.batch().hasRoom()).isFalse();
    }

    @Test
    void aSubjectTakesTheNextResultInPartsAndInOrder() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 10, 0);
        session.batch().add(0x1010, 77, 3, 0);
        coordinator.send(result(3, 63, "he", true));
        coordinator.send(result(3, 63, "llo", false));
        InputAnswer answer = session.obtain(call(3), 5, 1, () -> InputAnswer.of(-1));
        assertThat(answer.value()).isEqualTo(9);
        List<InputAnswer.Write> writes = new ArrayList<>();
        answer.writes().forEach(writes::add);
        assertThat(writes)
                .extracting(write -> new String(write.data(), StandardCharsets.US_ASCII))
                .containsExactly("he", "llo");
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
        InputRequest request = coordinator.receive().getInputRequest();
        assertThat(request.getArgumentsList()).containsExactly(0L, 0x2000L, 5L);
        assertThat(request.getOpenRecord().getFirstStep()).isEqualTo(3);
        assertThat(request.getOpenRecord().getDigest()).isEqualTo(5);
        assertThat(request.getOpenRecord().getTurns()).isEqualTo(1);
    }

    @Test
    void aSubjectWaitsWhenTheNextResultIsForAnotherPlace() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 10, 0);
        coordinator.send(result(4, 63, "x", false));
        Future<InputAnswer> answer =
                engineThread.submit(() -> session.obtain(call(3), 0, 0, () -> InputAnswer.of(-1)));
        assertThat(coordinator.receive().hasInputRequest()).isTrue();
        halt(HaltReason.HALT_REASON_DIVERGED);
        assertThatThrownBy(() -> answer.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SessionEndedException.class,
                        e -> assertThat(e.reason()).isEqualTo(SessionEndedException.Cause.HALTED));
    }

    @Test
    void inAReplayTheReferenceTakesItsInputsAsASubjectDoes() throws Exception {
        Future<EngineSession> joining = join(Role.ROLE_REFERENCE);
        coordinator.accept();
        coordinator.receive();
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setWelcome(Welcome.newBuilder().setBatchRecordLimit(1).setReplay(true)));
        EngineSession session = joining.get(10, SECONDS);
        assertThat(session.replays()).isTrue();
        coordinator.send(result(3, 63, "hello", false));

        InputAnswer answer =
                session.obtain(
                        call(3),
                        0,
                        0,
                        () -> {
                            throw new AssertionError("performed");
                        });

        assertThat(answer.value()).isEqualTo(9);
        assertThat(coordinator.receive().getInputRequest().getStep()).isEqualTo(3);
    }

    @Test
    void aReferenceReportsLongResultsInPartsUnderInputCredit() throws Exception {
        EngineSession session = start(Role.ROLE_REFERENCE, 10, 1);
        byte[] data = new byte[(2 << 20) + 5];
        InputAnswer answer = new InputAnswer(9, List.of(new InputAnswer.Write(0x2000, data)));
        Future<?> report = engineThread.submit(() -> session.obtain(call(3), 0, 0, () -> answer));
        EngineFrame first = coordinator.receive();
        assertThat(first.getInputReport().hasRequest()).isTrue();
        assertThat(first.getInputReport().getResult().getMore()).isTrue();
        coordinator.grant(10, 100 << 20);
        EngineFrame second = coordinator.receive();
        EngineFrame third = coordinator.receive();
        report.get(10, SECONDS);
        assertThat(second.getInputReport().hasRequest()).isFalse();
        assertThat(third.getInputReport().getResult().getMore()).isFalse();
        MemoryWrite tail = third.getInputReport().getResult().getWrites(0);
        assertThat(tail.getAddress()).isEqualTo(0x2000 + (2 << 20));
        assertThat(tail.getData().size()).isEqualTo(5);
    }

    @Test
    void aResultOfManyPiecesTravelsInParts() throws Exception {
        EngineSession session = start(Role.ROLE_REFERENCE, 10, 1 << 20);
        InputAnswer.Write piece = new InputAnswer.Write(0x2000, new byte[1]);
        int limit = Protocol.MAX_INPUT_PART_WRITES;
        InputAnswer answer = new InputAnswer(9, Collections.nCopies(limit + 1, piece));
        Future<?> report = engineThread.submit(() -> session.obtain(call(3), 0, 0, () -> answer));

        InputResult first = coordinator.receive().getInputReport().getResult();
        InputResult second = coordinator.receive().getInputReport().getResult();
        report.get(10, SECONDS);
        assertThat(first.getMore()).isTrue();
        assertThat(first.getWritesCount()).isEqualTo(limit);
        assertThat(second.getMore()).isFalse();
        assertThat(second.getWritesCount()).isEqualTo(1);
    }

    @Test
    void aHostCallIsAnnouncedAfterTheRecordsBeforeIt() throws Exception {
        EngineSession session = start(Role.ROLE_REFERENCE, 10, 100);
        session.batch().add(0x1010, 77, 3, 0);
        session.enterHostCall(63, 3);
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
        assertThat(coordinator.receive().getHeartbeat().getHostCall()).isEqualTo(63);
    }

    @Test
    void theEndIsSaidAndAnsweredAndGoodbyeFollows() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 10, 0);
        Future<?> end =
                engineThread.submit(() -> {
                    session.end(GuestEnd.newBuilder().setStepCount(7).build());
                    session.goodbye(Goodbye.newBuilder().setStepCount(7).build());
                });
        assertThat(coordinator.receive().getGuestEnd().getStepCount()).isEqualTo(7);
        halt(HaltReason.HALT_REASON_FINISHED);
        assertThat(coordinator.receive().getGoodbye().getStepCount()).isEqualTo(7);
        end.get(10, SECONDS);
    }

    @Test
    void aLostCoordinatorEndsEveryWaitAndIsTold() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 1, 0);
        addRecords(session, 1);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        coordinator.hangUp();
        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("connection to the coordinator lost");
        assertThat(ended.tryAcquire(10, SECONDS)).isTrue();
    }

    @Test
    void anEngineThatWritesWhenTheCoordinatorDiesIsTold() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, Long.MAX_VALUE, 0);
        coordinator.hangUp();
        Future<?> flood =
                engineThread.submit(() -> {
                    while (true) {
                        addRecords(session, 1);
                        session.flush();
                    }
                });
        assertThatThrownBy(() -> flood.get(10, SECONDS))
                .hasMessageContaining("connection to the coordinator lost");
    }

    @Test
    void aRefusalCarriesTheCoordinatorsWords() throws Exception {
        Future<EngineSession> joining = join(Role.ROLE_SUBJECT);
        coordinator.accept();
        coordinator.receive();
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setError(Error.newBuilder().setText("no such run: r1")));
        assertThatThrownBy(() -> joining.get(10, SECONDS)).hasMessageContaining("no such run: r1");
    }

    @Test
    void anEngineHaltedBeforeTheStartSaysGoodbye() throws Exception {
        Future<EngineSession> joining = join(Role.ROLE_SUBJECT);
        coordinator.accept();
        coordinator.receive();
        halt(HaltReason.HALT_REASON_ABANDONED);

        assertThat(coordinator.receive().hasGoodbye()).isTrue();
        assertThatThrownBy(() -> joining.get(10, SECONDS))
                .hasCauseInstanceOf(SessionEndedException.class);
    }

    @Test
    void aRefusalIsHeardAlsoByAnEngineThatIsWriting() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, Long.MAX_VALUE, 0);
        Future<?> flood =
                engineThread.submit(() -> {
                    while (true) {
                        addRecords(session, 1);
                        session.flush();
                    }
                });
        coordinator.receive();
        coordinator.send(
                CoordinatorFrame.newBuilder().setError(Error.newBuilder().setText("too much")));
        coordinator.ignoreAll(flood::isDone);
        assertThatThrownBy(() -> flood.get(10, SECONDS)).hasMessageContaining("too much");
    }

    @Test
    void aFrameOfFourGibibytesIsNotBelieved() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 1, 0);
        addRecords(session, 1);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        coordinator.sendRaw((byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF);
        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("frame length: 4294967295");
    }

    @Test
    void nobodyListeningIsAnErrorThatNamesTheSocket() {
        Path nowhere = directory.resolve("nowhere.sock");
        assertThatThrownBy(() -> EngineSession.join(nowhere, hello(Role.ROLE_SUBJECT), () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nowhere.toString());
    }

    private static CoordinatorFrame.Builder result(
            long step, long number, String data, boolean more) {
        return CoordinatorFrame.newBuilder()
                .setInputResult(
                        InputResult.newBuilder()
                                .setStep(step)
                                .setNumber(number)
                                .setValue(9)
                                .addWrites(
                                        MemoryWrite.newBuilder()
                                                .setAddress(0x2000)
                                                .setData(ByteString.copyFromUtf8(data)))
                                .setMore(more));
    }
}
