package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

class ComparisonTest extends ComparisonHarness {
    private final Guest guest = Guest.random(1, 40);

    @Test
    void equalStreamsMatchAndAreCounted() throws ProtocolException {
        reference(guest.batch(0, 10, 20, 40), guest.end());
        subject(guest.batch(0, 10, 20, 40), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.compared()).isEqualTo(new Compared(40, 3, 0, 3, 1, 1, 0));
    }

    @Test
    void otherBatchesOfTheSameBlocksAreNoDifference() throws ProtocolException {
        reference(guest.batch(0, 10, 20), guest.batch(20, 30, 40));
        subject(guest.batch(0, 10), guest.batch(10, 20, 30, 40));

        assertThat(divergences).isEmpty();
        assertThat(comparison.agreedStep()).isEqualTo(40);
    }

    @Test
    void aBoundaryThatOnlyOneSideHasIsNoDifference() throws ProtocolException {
        reference(guest.batch(0, 7, 20, 33, 40), guest.end());
        subject(guest.batch(0, 20, 25, 30, 40), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.compared().blocks()).isEqualTo(4);
    }

    @Test
    void nothingIsSaidOfRecordsWhosePartnerIsMissing() throws ProtocolException {
        reference(guest.batch(0, 10, 20, 30));
        subject(guest.batch(0, 15));

        assertThat(divergences).isEmpty();
        assertThat(comparison.agreedStep()).isZero();
        assertThat(comparison.subjectRecords()).isEqualTo(1);
        assertThat(comparison.referenceRecords()).isEqualTo(1);
    }

    @Test
    void anotherEntryIsADifferenceOfThePc() throws ProtocolException {
        reference(guest.batch(0, 10));
        subject(Guest.batch(0, 0x20000, List.of(guest.record(0, 10))));

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::reference, Divergence::subject)
                .containsExactly("pc", "0x10000", "0x20000");
    }

    @Test
    void anotherEntryAndWhatFollowsFromItAreOneDivergence() throws ProtocolException {
        compare(spec().policy(Policy.TRACK));
        reference(guest.batch(0, 10, 20, 40), guest.end());
        subject(
                Guest.batch(0, 0x20000, List.of(guest.withWrongDigest(5).record(0, 10))),
                guest.batch(10, 20, 40),
                guest.end());

        assertThat(divergence().field()).isEqualTo("pc");
        assertThat(comparison.compared().steps()).isEqualTo(30);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void aRecordThatIsTakenBeforeTheOtherSidesFirstIsNoOtherEntry() throws ProtocolException {
        reference(guest.batch(0, 10), guest.question(10, 15), guest.batch(10, 16));
        subject(guest.question(0, 15), guest.batch(0, 16));

        assertThat(divergences).isEmpty();
        assertThat(comparison.compared().steps()).isEqualTo(16);
    }

    @Test
    void anotherEntryOfAPairThatIsEqualOtherwiseIsADivergenceOfThatPair() throws ProtocolException {
        compare(spec().policy(Policy.TRACK));
        reference(guest.batch(0, 10, 20));
        subject(Guest.batch(0, 0x20000, List.of(guest.record(0, 10), guest.record(10, 20))));

        assertThat(divergence().field()).isEqualTo("pc");
        assertThat(comparison.compared().steps()).isEqualTo(10);
    }

    @Test
    void aDivergenceAfterAnInputThatDifferedIsAnother() throws ProtocolException {
        compare(spec().policy(Policy.TRACK));
        Guest wrong = guest.withWrongDigest(30);
        reference(guest.question(0, 5), guest.batch(0, 10, 20, 40));
        subject(
                question(guest.question(0, 5), request -> request.setArguments(1, 0x3000)),
                wrong.batch(0, 10, 20, 40));

        assertThat(divergences).extracting(Divergence::field).containsExactly("input", "digest");
    }

    @Test
    void anotherEntryIsADifferenceAlsoAfterAQuestionThatNoInstructionAsks()
            throws ProtocolException {
        InputRequest random = InputRequest.newBuilder().setNumber(-1).build();
        reference(random, guest.batch(0, 10));
        subject(random, Guest.batch(0, 0x20000, List.of(guest.record(0, 10))));

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::pc, Divergence::subject)
                .containsExactly("pc", Guest.ENTRY, "0x20000");
    }

    @Test
    void anotherWayOutOfABlockIsADifferenceOfTheNextPc() throws ProtocolException {
        reference(guest.batch(0, 10, 20, 30));
        subject(guest.withWrongPc(19).batch(0, 10, 20, 30));

        assertThat(divergence().field()).isEqualTo("next_pc");
        assertThat(divergence().step()).isEqualTo(10);
        assertThat(divergence().pc()).isEqualTo(guest.pc(10));
        assertThat(divergence().block()).isEqualTo(1);
        assertThat(divergence().engine()).isEqualTo("recomp");
    }

    @Test
    void anotherEffectIsADifferenceOfTheDigest() throws ProtocolException {
        reference(guest.batch(0, 10, 20, 30));
        subject(guest.withWrongDigest(25).batch(0, 10, 20, 30));

        assertThat(divergence().field()).isEqualTo("digest");
        assertThat(divergence().step()).isEqualTo(20);
        assertThat(divergence().reference())
                .isEqualTo(Difference.hex(guest.record(20, 30).digest()));
    }

    @Test
    void anotherEffectIsSeenAcrossUnequalBlocks() throws ProtocolException {
        reference(guest.batch(0, 10, 20, 30, 40));
        subject(guest.withWrongDigest(25).batch(0, 5, 20, 22, 40));

        assertThat(divergence().field()).isEqualTo("digest");
        assertThat(divergence().step()).isEqualTo(20);
    }

    @Test
    void moreTurnsAreADifference() throws ProtocolException {
        Block right = guest.record(0, 10);
        Block wrong = new Block(right.nextPc(), right.digest(), right.steps(), right.turns() + 1);
        reference(guest.batch(0, 10));
        subject(Guest.batch(0, Guest.ENTRY, List.of(wrong)));

        assertThat(divergence().field()).isEqualTo("turns");
    }

    @Test
    void sidesThatNeverMeetAgainAreADifferenceOfTheSteps() throws ProtocolException {
        List<Block> even = new ArrayList<>(List.of(new Block(0, 0, 1, 0)));
        List<Block> odd = new ArrayList<>(List.of(new Block(0, 0, 2, 0)));
        for (int i = 0; i <= StepPairing.JOIN_LIMIT_RECORDS; i++) {
            even.add(new Block(0, 0, 2, 0));
            odd.add(new Block(0, 0, 2, 0));
        }
        reference(Guest.batch(0, 0, even));
        subject(Guest.batch(0, 0, odd));

        assertThat(divergence().field()).isEqualTo("steps");
        assertThat(divergence().step()).isZero();
    }

    @Test
    void equalQuestionsAreCounted() throws ProtocolException {
        reference(guest.batch(0, 10), guest.question(10, 14), guest.batch(10, 15, 40), guest.end());
        subject(guest.batch(0, 10), guest.question(10, 14), guest.batch(10, 15, 40), guest.end());

        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.compared().inputs()).isEqualTo(1);
    }

    @Test
    void aQuestionMayStandInUnequalBlocks() throws ProtocolException {
        reference(guest.batch(0, 12), guest.question(12, 14), guest.batch(12, 15, 40), guest.end());
        subject(guest.batch(0, 7), guest.question(7, 14), guest.batch(7, 15, 40), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void aBlockThatDiffersBeforeAQuestionIsToBlameAndNotTheQuestion() throws ProtocolException {
        Guest wrong = guest.withWrongDigest(12);
        reference(guest.batch(0, 10), guest.question(10, 14));
        subject(
                wrong.batch(0, 10),
                question(wrong.question(10, 14), request -> request.setArguments(1, 0x3000)));

        assertThat(divergence().field()).isEqualTo("digest");
        assertThat(divergence().step()).isEqualTo(10);
    }

    @Test
    void everyPartOfAQuestionIsCompared() throws ProtocolException {
        assertQuestionDiffers(request -> request.setNumber(64), "call 63", "call 64");
        assertQuestionDiffers(request -> request.setPc(0x44), "step 14, pc", "step 14, pc 0x44");
        assertQuestionDiffers(
                request -> request.setArguments(1, 0x3000), "[0x0, 0x2000]", "[0x0, 0x3000]");
        assertQuestionDiffers(
                request -> request.setOutputBytes(5), "output of 0 bytes", "output of 5 bytes");
        assertQuestionDiffers(request -> request.setOutputDigest(5), "digest 0x0", "digest 0x5");
    }

    @Test
    void aQuestionAtAnotherStepIsADifferenceOfTheBlockBeforeIt() throws ProtocolException {
        reference(guest.batch(0, 10), guest.question(10, 14));
        subject(guest.batch(0, 10), guest.question(10, 12));

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(divergence().step()).isEqualTo(10);
        assertThat(divergence().pc()).isEqualTo(guest.pc(10));
    }

    @Test
    void aSubjectThatRunsPastAQuestionHasNotAsked() throws ProtocolException {
        reference(guest.batch(0, 10), guest.question(10, 14));
        subject(guest.batch(0, 10, 15));

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step, Divergence::subject)
                .containsExactly("input", 10L, "no input");
    }

    @Test
    void aReferenceThatRunsPastAQuestionHasNotAsked() throws ProtocolException {
        subject(guest.batch(0, 10), guest.question(10, 14));
        reference(guest.batch(0, 10, 15));

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step, Divergence::reference)
                .containsExactly("input", 10L, "no input");
    }

    @Test
    void aQuestionAgainstAnEndIsADifferenceOfTheInput() throws ProtocolException {
        reference(guest.batch(0, 30), guest.question(30, 35));
        subject(guest.batch(0, 30, 40), guest.end());

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(divergence().step()).isEqualTo(30);
    }

    @Test
    void goingOnAfterTheOtherSidesEndIsADifferenceOfTheExit() throws ProtocolException {
        reference(guest.batch(0, 20), end(guest.end().toBuilder().setStepCount(20)));
        subject(guest.batch(0, 20, 30));

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step, Divergence::subject)
                .containsExactly("exit", 20L, "goes on");
    }

    @Test
    void everyPartOfAnEndIsCompared() throws ProtocolException {
        Exit status1 = guest.end().getExit().toBuilder().setStatus(1).build();
        Exit signal = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_SIGNALED).build();
        assertEndDiffers(guest.end().toBuilder().setExit(status1), "exit", "exited 1");
        assertEndDiffers(guest.end().toBuilder().setExit(signal), "exit", "signaled 0");
        assertEndDiffers(guest.end().toBuilder().setStepCount(41), "exit", "at step 41");
        assertEndDiffers(guest.end().toBuilder().setPc(4), "pc", "0x4");
        assertEndDiffers(guest.end().toBuilder().setRegisterDigest(9), "state", "registers 0x9");
        assertEndDiffers(guest.end().toBuilder().setMemoryDigest(9), "state", "memory 0x9");
    }

    @Test
    void withoutDigestsNoneAreCounted() throws ProtocolException {
        Comparison pcOnly = new Comparison(SPEC, "recomp", Strength.PC, this);
        pcOnly.addReference(Rows.of(guest.batch(0, 10)));
        pcOnly.addSubject(Rows.of(guest.batch(0, 10)));

        assertThat(pcOnly.compared()).isEqualTo(new Compared(10, 1, 0, 0, 0, 0, 0));
    }

    @Test
    void inputsAreConsumedWhenTheSubjectHasAsked() throws ProtocolException {
        Item.Input first = new Item.Input(guest.question(0, 5));
        first.extendTo(1000);
        comparison.addReference(first);
        assertThat(comparison.inputBytes()).isZero();

        subject(guest.question(0, 5));
        assertThat(comparison.inputBytes()).isEqualTo(1000);

        first.extendTo(3000);
        assertThat(comparison.inputBytes()).isEqualTo(3000);
    }

    private void assertQuestionDiffers(
            UnaryOperator<InputRequest.Builder> change, String reference, String subject)
            throws ProtocolException {
        startAnew();
        reference(guest.question(0, 14));
        subject(question(guest.question(0, 14), change));

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(divergence().step()).isEqualTo(14);
        assertThat(divergence().reference()).contains(reference);
        assertThat(divergence().subject()).contains(subject);
    }

    private void assertEndDiffers(GuestEnd.Builder other, String field, String subject)
            throws ProtocolException {
        startAnew();
        reference(guest.end());
        subject(other.build());

        assertThat(divergence().field()).isEqualTo(field);
        assertThat(divergence().subject()).contains(subject);
    }

    private static InputRequest question(
            InputRequest request, UnaryOperator<InputRequest.Builder> change) {
        return change.apply(request.toBuilder()).build();
    }

    private static GuestEnd end(GuestEnd.Builder end) {
        return end.build();
    }
}
