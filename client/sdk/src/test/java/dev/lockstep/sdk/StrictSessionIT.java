package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Role;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A session in strict grain: a verdict for every record, inputs that are held back. */
class StrictSessionIT extends SessionHarness {
    /** Longer than the engine's thread must be away for another to read in its place. */
    private static final long ABSENCE_MS = 100;

    @Test
    void aFlushReturnsAfterTheVerdictAndThePeersStateIsKnown() throws Exception {
        EngineSession session = start(Grain.GRAIN_STRICT, Role.ROLE_SUBJECT, 1, 0);
        addRecords(session, 1);
        assertThat(session.batch().hasRoom()).isFalse();
        Future<?> flush = engineThread.submit(session::flush);
        assertThat(coordinator.receive().getRecordBatch().getRecords().size()).isEqualTo(24);
        PeerState peer = PeerState.newBuilder().setName("interp").setStep(1).setEqual(true).build();
        coordinator.send(CoordinatorFrame.newBuilder().setPeerState(peer));
        assertThatThrownBy(() -> flush.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);

        coordinator.grant(2, 0);
        flush.get(10, SECONDS);
        assertThat(session.peers()).containsExactly(peer);
        assertThat(session.batch().hasRoom()).isTrue();
    }

    @Test
    void aReferencePerformsAnInputOnlyOncePermitted() throws Exception {
        EngineSession session = start(Grain.GRAIN_STRICT, Role.ROLE_REFERENCE, 1, 1 << 20);
        AtomicBoolean performed = new AtomicBoolean();
        Future<InputAnswer> answer =
                engineThread.submit(() ->
                        session.obtain(
                                call(0),
                                5,
                                1,
                                () -> {
                                    performed.set(true);
                                    return InputAnswer.of(9);
                                }));
        EngineFrame question = coordinator.receive();
        assertThat(question.getInputRequest().getOpenRecord().getDigest()).isEqualTo(5);
        coordinator.grant(2, 2 << 20);
        assertThatThrownBy(() -> answer.get(200, MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(performed).isFalse();

        permit(1);
        assertThat(answer.get(10, SECONDS).value()).isEqualTo(9);
        EngineFrame report = coordinator.receive();
        assertThat(report.getInputReport().hasRequest()).isFalse();
        assertThat(report.getInputReport().getResult().getValue()).isEqualTo(9);
    }

    @Test
    void everyInputNeedsAPermissionOfItsOwn() throws Exception {
        EngineSession session = start(Grain.GRAIN_STRICT, Role.ROLE_REFERENCE, 1, 1 << 20);
        permit(1);
        session.obtain(call(0), 0, 0, () -> InputAnswer.of(9));
        Future<?> second =
                engineThread.submit(() -> session.obtain(call(0), 0, 0, () -> InputAnswer.of(10)));
        assertThatThrownBy(() -> second.get(200, MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        permit(2);
        second.get(10, SECONDS);
    }

    @Test
    void anEngineThatIsBusyIsToldOfItsHalt() throws Exception {
        start(Grain.GRAIN_STRICT, Role.ROLE_SUBJECT, 1, 0);
        halt(HaltReason.HALT_REASON_DIVERGED);
        assertThat(ended.tryAcquire(10, SECONDS)).isTrue();
    }

    @Test
    void aWaitAfterALongAbsenceHearsWhatCameMeanwhile() throws Exception {
        EngineSession session = start(Grain.GRAIN_STRICT, Role.ROLE_SUBJECT, 1, 0);
        for (int round = 1; round <= 3; round++) {
            Thread.sleep(ABSENCE_MS);
            addRecords(session, 1);
            Future<?> flush = engineThread.submit(session::flush);
            coordinator.receive();
            coordinator.grant(round + 1, 0);
            flush.get(10, SECONDS);
        }
        assertThat(session.peers()).isEqualTo(List.of());
    }

    private void permit(long inputCount) throws Exception {
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setCredit(Credit.newBuilder().setInputCount(inputCount)));
    }
}
