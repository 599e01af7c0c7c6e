package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Restore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/** A run begins from a state that its engines are given. */
class OriginTest extends RunHarness {
    private static final long STEP = 20;

    private final Deque<StateReader.Taker> asked = new ArrayDeque<>();
    private final List<AgreementItem> agreement = List.copyOf(hello("interp").getAgreementList());
    private int closedCount;

    private final class Kept implements Origin {
        @Override
        public String title() {
            return "snapshot 3";
        }

        @Override
        public long step() {
            return STEP;
        }

        @Override
        public long pc() {
            return guest.pc((int) STEP);
        }

        @Override
        public long blockCount() {
            return 1;
        }

        @Override
        public List<AgreementItem> agreement() {
            return agreement;
        }

        @Override
        public StateReader read(Role role) {
            return new StateReader() {
                @Override
                public void next(Taker taker) {
                    asked.add(taker);
                }

                @Override
                public void close() {
                    closedCount++;
                }
            };
        }
    }

    private void startRestored() throws ProtocolException {
        origin = new Kept();
        start("recomp");
    }

    private static Restore part(boolean more) {
        return Restore.newBuilder()
                .setState(GuestState.newBuilder().setStep(STEP))
                .setMore(more)
                .build();
    }

    @Test
    void everyEngineIsGivenTheStateAPartAtATime() throws ProtocolException {
        startRestored();
        assertThat(Objects.requireNonNull(link("interp").welcome).getRestores()).isTrue();
        assertThat(asked).hasSize(2);

        asked.remove().take(part(true));
        assertThat(link("interp").restores).hasSize(1);
        assertThat(asked).hasSize(2);
        asked.removeLast().take(part(false));
        assertThat(link("interp").restores).hasSize(2);
        assertThat(closedCount).isEqualTo(1);
    }

    @Test
    void recordsAreComparedFromItsStepOn() throws ProtocolException {
        startRestored();
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(20, 40));
            send(engine, guest.end());
        }
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().steps()).isEqualTo(20);
    }

    @Test
    void anEngineThatBeginsElsewhereBreaksTheProtocol() throws ProtocolException {
        startRestored();
        send("recomp", guest.batch(0, 20));

        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    @Test
    void anEngineThatTakesNoMoreOfItsStateIsSilent() throws ProtocolException {
        idle = Duration.ofSeconds(2);
        startRestored();
        for (int i = 0; i < 4; i++) {
            advance(Duration.ofSeconds(1));
            asked.remove().take(part(true));
            asked.remove().take(part(true));
        }
        assertThat(link("interp").halted).isNull();
        advance(Duration.ofSeconds(3));

        assertThat(link("interp").text).contains("owes a frame and has been silent for 2 s");
    }

    @Test
    void aStateThatCannotBeReadEndsTheRun() throws ProtocolException {
        startRestored();
        asked.remove().fail("snapshot 3: page 0x10000 is damaged");
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("snapshot 3: page 0x10000 is damaged");
    }

    @Test
    void anEngineThatRunsAnotherProgramIsRefusedAndTheRightOneStillAwaited()
            throws ProtocolException {
        origin = new Kept();
        create("recomp");
        AgreementItem other =
                AgreementItem.newBuilder()
                        .setName("program")
                        .setDigest(digest("other"))
                        .setText("b.elf")
                        .build();

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("interp").setAgreement(0, other)))
                .withMessageContaining("program: snapshot 3 was taken of \"text of program\"")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ERROR_CODE_DISAGREEMENT));

        join("interp");
        join("recomp");
        assertThat(Objects.requireNonNull(link("interp").welcome).getRestores()).isTrue();
    }

    @Test
    void anEngineThatCannotBeginFromAStateIsRefused() {
        origin = new Kept();
        create("recomp");

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("interp").setCaptures(false)))
                .withMessage(
                        "interp cannot begin from snapshot 3 (expected: an engine that captures)");
    }

    @Test
    void aLimitBeforeItsStepIsRefused() {
        origin = new Kept();
        limits = new Limits(STEP, null);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> spec("r1", "recomp"))
                .withMessage("step 20 is to be the last (expected: > 20, where snapshot 3 is)");
    }
}
