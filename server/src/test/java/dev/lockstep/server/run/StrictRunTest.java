package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Welcome;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Strict grain: every record waits for its verdict, every input for all subjects. */
class StrictRunTest extends RunHarness {
    @BeforeEach
    void askForStrictGrain() {
        grain = Grain.STRICT;
    }

    @Test
    void oneRecordIsGrantedAndOneByOneAfterItsVerdict() throws ProtocolException {
        start("recomp");
        Welcome welcome = Objects.requireNonNull(link("interp").welcome);
        assertThat(welcome.getGrain()).isEqualTo(Grain.STRICT.wire());
        assertThat(welcome.getBatchRecordLimit()).isEqualTo(1);
        assertThat(welcome.getCredit().getRecordCount()).isEqualTo(1);

        send("interp", guest.batch(0, 10));
        assertThat(link("interp").credits).isEmpty();
        send("recomp", guest.batch(0, 10));
        assertThat(lastCredit("interp").getRecordCount()).isEqualTo(2);
        assertThat(lastCredit("recomp").getRecordCount()).isEqualTo(2);
        assertThat(lastCredit("recomp").getAgreedStep()).isEqualTo(10);
    }

    @Test
    void twoRecordsAtOnceAreMoreThanGranted() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10, 20));
        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
    }

    @Test
    void aSecondRecordBeforeTheVerdictIsMoreThanGranted() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10));
        send("interp", guest.batch(10, 20));
        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
    }

    @Test
    void eachSideIsToldWhatTheOtherReportedBeforeTheVerdict() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10));
        assertThat(link("recomp").peers).isEmpty();
        send("recomp", guest.batch(0, 10));

        PeerState.Builder state =
                PeerState.newBuilder()
                        .setStep(10)
                        .setNextPc(guest.pc(10))
                        .setDigest(guest.record(0, 10).digest())
                        .setTurns(guest.record(0, 10).turns())
                        .setEqual(true);
        assertThat(link("interp").peers).containsExactly(state.setName("recomp").build());
        assertThat(link("recomp").peers).containsExactly(state.setName("interp").build());
        assertThat(link("recomp").order).containsExactly("welcome", "peer", "credit");
    }

    @Test
    void whatDiffersIsRelayedBeforeTheHalt() throws ProtocolException {
        start("recomp");
        Guest wrong = guest.withWrongDigest(3);
        send("recomp", wrong.batch(0, 10));
        send("interp", guest.batch(0, 10));

        assertThat(link("interp").order).containsExactly("welcome", "peer", "halt");
        PeerState told = link("interp").peers.getFirst();
        assertThat(told.getEqual()).isFalse();
        assertThat(told.getDigest()).isEqualTo(wrong.record(0, 10).digest());
        assertThat(link("recomp").peers.getFirst().getDigest())
                .isEqualTo(guest.record(0, 10).digest());
    }

    @Test
    void aDifferenceThatHealsIsToldAsOneAndThenNoMore() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp");
        Guest wrong = guest.withWrongDigest(3);
        for (int step = 0; step < 20; step += 10) {
            send("interp", guest.batch(step, step + 10));
            send("recomp", wrong.batch(step, step + 10));
        }

        assertThat(link("recomp").peers)
                .extracting(PeerState::getStep, PeerState::getEqual)
                .containsExactly(tuple(10L, false), tuple(20L, true));
        assertThat(lastCredit("recomp").getRecordCount()).isEqualTo(3);
    }

    @Test
    void anInputThatDiffersIsForcedWhenTheRunIsToGoOn() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.question(0, 14).toBuilder().setOutputDigest(5).build());

        assertThat(lastCredit("interp").getInputCount()).isEqualTo(1);
    }

    @Test
    void nothingIsRelayedBeforeTheWindowBegins() throws ProtocolException {
        window = new Window(null, 20, null);
        start("recomp");
        for (int step = 0; step < 30; step += 10) {
            send("interp", guest.batch(step, step + 10));
            send("recomp", guest.batch(step, step + 10));
        }

        assertThat(link("recomp").order)
                .containsExactly("welcome", "credit", "credit", "peer", "credit");
    }

    @Test
    void blocksPairedByNumberNeedNoCommonStep() throws ProtocolException {
        profile = Profile.QEMU;
        policy = Policy.TRACK;
        start("recomp");
        send("interp", guest.batch(0, 10));
        send("recomp", guest.batch(0, 12));

        assertThat(lastCredit("interp").getRecordCount()).isEqualTo(2);
        assertThat(lastCredit("recomp").getRecordCount()).isEqualTo(2);
    }

    @Test
    void theSideThatIsBehindGetsTheNextCredit() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10));
        send("recomp", guest.batch(0, 4));
        assertThat(lastCredit("recomp").getRecordCount()).isEqualTo(2);
        assertThat(link("interp").credits).isEmpty();
        assertThat(link("recomp").peers).isEmpty();

        send("recomp", guest.batch(4, 12));
        assertThat(lastCredit("interp").getRecordCount()).isEqualTo(2);
        assertThat(lastCredit("recomp").getRecordCount()).isEqualTo(2);

        send("interp", guest.batch(10, 12));
        assertThat(lastCredit("recomp").getAgreedStep()).isEqualTo(12);
        assertThat(link("recomp").peers).hasSize(1);
    }

    @Test
    void theReferenceWaitsForTheVerdictsOnAllSubjects() throws ProtocolException {
        start("recomp", "other");
        send("interp", guest.batch(0, 10));
        send("recomp", guest.batch(0, 10));
        assertThat(link("recomp").credits).hasSize(1);
        assertThat(link("interp").credits).isEmpty();

        send("other", guest.batch(0, 10));
        assertThat(lastCredit("interp").getRecordCount()).isEqualTo(2);
        assertThat(link("interp").peers)
                .extracting(PeerState::getName)
                .containsExactly("recomp", "other");
    }

    @Test
    void anInputIsHeldBackUntilEverySubjectHasAskedTheSame() throws ProtocolException {
        start("recomp", "other");
        send("interp", guest.question(0, 14));
        send("recomp", guest.question(0, 14));
        assertThat(link("interp").credits).isEmpty();

        send("other", guest.question(0, 14));
        assertThat(lastCredit("interp").getInputCount()).isEqualTo(1);
        assertThat(link("recomp").inputs).isEmpty();

        send("interp", answer(14, 3));
        assertThat(link("recomp").inputs).hasSize(1);
        assertThat(link("other").inputs).hasSize(1);
    }

    @Test
    void anInputThatDiffersIsNeverPerformed() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.question(0, 14).toBuilder().setOutputDigest(5).build());

        assertThat(link("interp").credits).isEmpty();
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_DIVERGED);
    }

    @Test
    void anInputAfterABlockThatDiffersIsNeverPerformed() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.withWrongDigest(12).question(0, 14));

        assertThat(link("interp").credits).isEmpty();
        goodbyeAll();
        assertThat(report().divergences().getFirst().field()).isEqualTo("digest");
    }

    @Test
    void anInputThatWasNotGrantedCostsThePlace() throws ProtocolException {
        assertExceeds(input(14, 3, false));
        assertExceeds(guest.question(0, 14), answer(14, 3));
        assertExceeds(guest.question(0, 14), input(14, 3, false));
    }

    @Test
    void aLongResultFlowsOnceItsInputIsGranted() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.question(0, 14));
        int parts = 2 * (int) (Bounds.INPUT_WINDOW_BYTES / PART_BYTES);
        for (int part = 0; part < parts; part++) {
            send("interp", more(14, PART_BYTES));
        }
        send("interp", answer(14, 3));

        assertThat(link("interp").refused).isNull();
        assertThat(link("recomp").inputs).hasSize(parts + 1);
    }

    @Test
    void aReferenceWhoseBlockEndsEarlierReachesTheQuestionOfTheOther() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 12));
        send("recomp", guest.batch(0, 7));
        send("recomp", guest.question(7, 14));
        assertThat(lastCredit("interp").getRecordCount()).isEqualTo(2);

        send("interp", guest.question(12, 14));
        assertThat(lastCredit("interp").getInputCount()).isEqualTo(1);
    }

    @Test
    void aSubjectThatNeverAsksIsTheOneThatIsWaitedFor() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        advance(IDLE);
        goodbyeAll();

        assertThat(report().notes())
                .anyMatch(note -> note.startsWith("engine \"recomp\" owes a frame"));
    }

    @Test
    void aSubjectThatRunsPastAnInputHasDiverged() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.batch(0, 15));
        goodbyeAll();

        assertThat(report().divergences().getFirst().subject()).isEqualTo("no input");
    }

    @Test
    void aReferenceThatWasGrantedItsInputOwesTheResult() throws ProtocolException {
        start("recomp");
        send("interp", guest.question(0, 14));
        send("recomp", guest.question(0, 14));
        advance(IDLE);
        goodbyeAll();

        assertThat(report().notes())
                .anyMatch(note -> note.startsWith("engine \"interp\" owes a frame"));
    }

    @Test
    void aLongCallOfTheHostIsNoIdlenessOnAnySide() throws ProtocolException {
        start("recomp", "other");
        for (String engine : List.of("interp", "recomp", "other")) {
            send(engine, guest.question(0, 14));
        }
        send("interp", Heartbeat.newBuilder().setHostCall(63).build());
        advance(IDLE.multipliedBy(3));
        assertThat(link("interp").halted).isNull();
    }

    @Test
    void anEngineThatWaitsForItsVerdictOwesNothing() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 10));
        for (int i = 0; i < 5; i++) {
            advance(IDLE.dividedBy(2));
            send("recomp", Heartbeat.getDefaultInstance());
        }
        assertThat(link("interp").halted).isNull();
    }

    @Test
    void anEngineThatCannotDoItEndsTheRun() {
        create("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("recomp").clearGrains().addGrains(Grain.BLOCK.wire())))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_INCAPABLE)
                .withMessageContaining("GRAIN_STRICT");
    }

    /**
     * Whatever the boundaries, somebody can always go on, and nobody needs more than one record.
     */
    @RepeatedTest(50)
    void enginesWithBoundariesOfTheirOwnComeToTheSameEnd() throws ProtocolException {
        long seed = System.nanoTime();
        start("recomp", "other");
        List<Player> players = new ArrayList<>();
        Random random = new Random(seed);
        for (String engine : List.of("interp", "recomp", "other")) {
            players.add(new Player(engine, random));
        }
        boolean moved = true;
        while (moved) {
            moved = players.stream().map(Player::move).reduce(false, Boolean::logicalOr);
        }
        goodbyeAll();
        assertThat(report().verdict()).as("seed " + seed).isEqualTo(Verdict.MATCH);
    }

    /** An engine with random block boundaries that asks at steps 14 and 28. */
    private final class Player {
        private final String engine;
        private final Random random;
        private int sent;
        private int step;
        private int blockEnd;
        private int asked;
        private boolean waits;

        Player(String engine, Random random) {
            this.engine = engine;
            this.random = random;
        }

        /** Does the next thing that is allowed; returns whether there was one. */
        boolean move() {
            if (link(engine).halted != null || (waits && !answered()) || sent >= granted()) {
                return false;
            }
            if (waits && engine.equals("interp")) {
                send(engine, answer(14 * asked, 3));
            }
            waits = false;
            execute();
            return true;
        }

        private void execute() {
            if (blockEnd == step) {
                blockEnd = Math.min(guest.stepCount(), step + 1 + random.nextInt(9));
            }
            int question = 14 * (asked + 1);
            if (question < blockEnd) {
                send(engine, guest.question(step, question));
                asked++;
                waits = true;
            } else if (step == guest.stepCount()) {
                send(engine, guest.end());
                sent = Integer.MAX_VALUE;
            } else {
                send(engine, guest.batch(step, blockEnd));
                sent++;
                step = blockEnd;
            }
        }

        private long granted() {
            List<Credit> credits = link(engine).credits;
            return credits.isEmpty() ? 1 : credits.getLast().getRecordCount();
        }

        private boolean answered() {
            return engine.equals("interp")
                    ? !link(engine).credits.isEmpty() && lastCredit(engine).getInputCount() == asked
                    : link(engine).inputs.size() == asked;
        }
    }

    private void assertExceeds(Object... messages) throws ProtocolException {
        links.clear();
        places.clear();
        start("recomp");
        for (Object message : messages) {
            send("interp", message);
        }
        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
        goodbyeAll();
    }

    private Credit lastCredit(String engine) {
        return link(engine).credits.getLast();
    }

    private static InputReport answer(int step, int bytes) {
        return InputReport.newBuilder().setResult(result(step, bytes)).build();
    }
}
