package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.server.run.TinyMachine.Fault;
import dev.lockstep.server.run.TinyMachine.Program;
import dev.lockstep.server.run.TinyMachine.Wrong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** From a difference to the instruction that caused it, with engines that can look again. */
class ZoomTest extends ZoomHarness {
    private static final long STORE = SUM + 3;

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aWrongRegisterIsNamed(Grain which) throws ProtocolException {
        grain = which;
        play(wrong(SUM, Wrong.REGISTER));

        Divergence divergence = divergence();
        assertThat(divergence.field()).isEqualTo("x2");
        assertThat(divergence.step()).isEqualTo(SUM);
        assertThat(divergence.pc()).isEqualTo(TinyMachine.ENTRY + 4);
        assertThat(Long.decode(divergence.reference()) ^ Long.decode(divergence.subject()))
                .isEqualTo(1);
        Evidence evidence = evidence();
        assertThat(evidence.getNaming()).isEqualTo(Naming.NAMING_BOTH_TRACES);
        assertThat(evidence.getReference().getStep()).isEqualTo(SUM);
        assertThat(evidence.getSubject().getStep()).isEqualTo(SUM);
        assertThat(evidence.getReferenceEffect().getSlot()).isEqualTo(2);
        assertThat(evidence.getAgreedStep()).isLessThanOrEqualTo(SUM);
        assertThat(evidence.getDifferingStep()).isGreaterThan(SUM);
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aWrongRegisterThatNoDigestShowsIsNamed(Grain which) throws ProtocolException {
        grain = which;
        play(new Fault(SUM, Wrong.REGISTER, true, false));

        assertThat(divergence().field()).isEqualTo("x2");
        assertThat(divergence().step()).isEqualTo(SUM);
        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_BOTH_TRACES);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aStoreThatIsMissingIsNamedWithItsBytes(Grain which) throws ProtocolException {
        grain = which;
        play(wrong(STORE, Wrong.STORE));

        assertThat(divergence().field()).isEqualTo("store");
        assertThat(divergence().step()).isEqualTo(STORE);
        assertThat(divergence().reference())
                .matches("\\[0x2[0-9a-f]+] = 0x[0-9a-f]+ \\(8 bytes\\)");
        assertThat(divergence().subject()).isEqualTo("nothing");
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aBranchThatGoesElsewhereIsNamed(Grain which) throws ProtocolException {
        grain = which;
        long branch = SUM / TinyMachine.LOOP * TinyMachine.LOOP + TinyMachine.LOOP - 1;
        play(wrong(branch, Wrong.TRANSFER));

        assertThat(divergence().field()).isEqualTo("transfer");
        assertThat(divergence().step()).isEqualTo(branch);
        assertThat(divergence().reference()).isEqualTo(Difference.hex(TinyMachine.ENTRY));
        assertThat(divergence().subject()).isEqualTo(Difference.hex(TinyMachine.ENTRY + 32));
    }

    @Test
    void theStretchOfCodeThatCannotBeLeftInBetweenIsTheLimitOfThat() throws ProtocolException {
        play(new Fault(SUM, Wrong.REGISTER, false, true));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_LAST_WRITER);
        assertThat(divergence().step()).isBetween(SUM, SUM + 3 * TinyMachine.LOOP);
    }

    @Test
    void whatOnlyTheCodeThatWasExecutedGetsWrongIsNamedByItsLastWriter() throws ProtocolException {
        blocksOfCode = 1;
        play(new Fault(SUM, Wrong.REGISTER, false, true));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_LAST_WRITER);
        assertThat(divergence().step()).isEqualTo(SUM);
        assertThat(divergence().field()).isEqualTo("x2");
        assertThat(evidence().getRegistersList()).isNotEmpty();
        assertThat(divergence().step())
                .isBetween(evidence().getAgreedStep(), evidence().getDifferingStep());
        assertThat(evidence().hasReference()).isTrue();
        assertThat(evidence().hasSubject()).isFalse();
    }

    @Test
    void aStoreThatOnlyThatCodeLeavesOutIsNamedByItsBytes() throws ProtocolException {
        blocksOfCode = 1;
        play(new Fault(STORE, Wrong.STORE, false, true));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_LAST_WRITER);
        assertThat(divergence().step()).isEqualTo(STORE);
        assertThat(divergence().field()).isEqualTo("memory");
        assertThat(evidence().getMemoryList()).isNotEmpty();
        assertThat(evidence().getDifferingPageCount()).isEqualTo(1);
        assertThat(evidence().getDifferingByteCount()).isPositive();
    }

    @Test
    void whatGoesRightTheSecondTimeIsSaidSo() throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).repeats = false;
        playOn();

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_REPEATED);
        assertThat(divergence().field()).isEqualTo("digest");
    }

    @Test
    void anEngineThatCannotGoBackSoFarIsQuoted() throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).reach = SUM;
        playOn();

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getText())
                .isEqualTo(
                        "engine \"recomp\" cannot go back so far: the oldest checkpoint is at step "
                                + SUM);
        assertThat(divergence().field()).isEqualTo("digest");
    }

    @Test
    void enginesThatCannotGoBackAreNamed() throws ProtocolException {
        examines = false;
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getText())
                .isEqualTo("engine \"interp\" and engine \"recomp\" cannot go back");
        assertThat(evidence().getAgreedStep()).isEqualTo(6 * 2048);
        assertThat(evidence().getDifferingStep()).isEqualTo(7 * 2048);
        assertThat(evidence().getOnlyRerunTells()).isTrue();
    }

    @Test
    void noRerunIsPromisedOfAReferenceThatCannotRepeatItsInputs() throws ProtocolException {
        examines = false;
        replays = false;
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getOnlyRerunTells()).isFalse();
    }

    @Test
    void whereEveryInstructionIsComparedNobodyGoesBack() throws ProtocolException {
        grain = Grain.BLOCK;
        window = new Window(null, 0, null, true);
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(Objects.requireNonNull(link("recomp").welcome).hasSingleFromStep()).isTrue();
        assertThat(evidence().getText()).isEqualTo("every instruction was compared by itself");
        assertThat(evidence().getOnlyRerunTells()).isFalse();
    }

    @Test
    void anEngineThatDoesNotAnswerIsNotWaitedForForEver() throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();
        assertThat(report).isNull();
        assertThat(link("interp").halted).isNull();

        advance(Duration.ofSeconds(11));
        goodbyeAll();
        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getText()).isEqualTo("it took more than 10 s to look back once");
        assertThat(evidence().getElapsedMs()).isGreaterThanOrEqualTo(10_000);
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void nobodyIsBlamedForWaitingMeanwhile() throws ProtocolException {
        idle = Duration.ofSeconds(2);
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();

        advance(Duration.ofSeconds(8));
        assertThat(link("interp").halted).isNull();
        advance(Duration.ofSeconds(3));
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void anEngineThatVanishesEndsTheLookWithWhatIsKnown(String engine) throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();
        place(engine).vanish("it closed the connection");
        goodbyeAll();

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getText()).isEqualTo("engine \"" + engine + "\" is gone");
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void aRunThatIsAbandonedMeanwhileKeepsTheDivergence() throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(evidence().getText()).isEqualTo("enough");
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void anAnswerThatComesTooLateDoesNoHarm() throws ProtocolException {
        policy = Policy.TRACK;
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();
        advance(Duration.ofSeconds(11));
        send("recomp", Examination.newBuilder().setId(1).build());

        assertThat(link("recomp").refused).isNull();
        send("recomp", Examination.newBuilder().setId(99).build());
        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    @Test
    void whatDiffersOnlyInTheEndIsFoundThere() throws ProtocolException {
        grain = Grain.BLOCK;
        long last = 2 * 20_480 - 3;
        play(new Fault(last, Wrong.REGISTER, true, false));

        assertThat(divergence().step()).isEqualTo(last);
        assertThat(divergence().field()).isEqualTo("x4");
    }

    @Test
    void aWrongByteThatIsOlderThanItsWindowIsFound() throws ProtocolException {
        // The last store to its place: nobody ever reads it, and windows 7 to 15 show nothing.
        program = new Program(3 * 2048 / TinyMachine.LOOP * 8, List.of());
        long store = 2048 * 18 + 4;
        play(new Fault(store, Wrong.STORE, true, false));

        assertThat(divergence().step()).isEqualTo(store);
        assertThat(divergence().field()).isEqualTo("store");
    }

    @Test
    void aWrongArgumentOfAnInputIsBlamedOnTheInstructionThatMadeIt() throws ProtocolException {
        program = new Program(4096, List.of(900L));
        play(new Fault(890 * TinyMachine.LOOP + 1, Wrong.REGISTER, true, false));

        assertThat(divergence().step()).isEqualTo(890 * TinyMachine.LOOP + 1);
        assertThat(divergence().field()).isEqualTo("x2");
        assertThat(evidence().hasLastInput()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "WINDOW"})
    void aWrongQuestionOfARightGuestIsBlamedOnTheInstructionThatAsks(Grain which)
            throws ProtocolException {
        grain = which;
        program = new Program(4096, List.of(20L, 900L));
        long asking = 899 * TinyMachine.LOOP + 2;
        create("recomp");
        start(new Fault[0]);
        engines.get(1).asksWronglyAt = asking;
        playOn();

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(divergence().step()).isEqualTo(asking);
        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_BOTH_TRACES);
        assertThat(evidence().getReference().getStep()).isEqualTo(asking);
        assertThat(evidence().hasReferenceEffect()).isFalse();
        assertThat(evidence().getLastInput().getStep()).isEqualTo(19 * TinyMachine.LOOP + 2);
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    /** Its loop runs once more, and only in its own code, so the next question comes later. */
    @Test
    void aQuestionAtAnotherStepIsBlamedOnTheCodeThatLedThere() throws ProtocolException {
        program = new Program(4096, List.of(620L));
        long counting = 600 * TinyMachine.LOOP;
        blocksOfCode = 1;
        play(new Fault(counting, Wrong.REGISTER, false, true));

        assertThat(divergence().step()).isEqualTo(counting);
        assertThat(divergence().field()).isEqualTo("x1");
        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_LAST_WRITER);
    }

    @Test
    void theLastInputBeforeTheInstructionIsTold() throws ProtocolException {
        program = new Program(4096, List.of(20L, 30L, 4000L));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(evidence().getLastInput().getStep()).isEqualTo(29 * TinyMachine.LOOP + 2);
    }

    @Test
    void theTracesEndWithTheInstruction() throws ProtocolException {
        play(wrong(SUM, Wrong.REGISTER));

        Evidence evidence = evidence();
        assertThat(evidence.getReferenceTraceList()).hasSize(64);
        assertThat(evidence.getReferenceTraceList())
                .extracting(TracedStep::getStep)
                .last()
                .isEqualTo(SUM);
        assertThat(evidence.getSubjectTraceList()).hasSize(64);
        assertThat(evidence.getReferenceBlocksList()).hasSize(16);
        assertThat(evidence.getReferenceBlocksList().getLast().getStepCount())
                .isEqualTo(TinyMachine.LOOP);
        assertThat(evidence.getRegistersList()).extracting(RegisterDifference::getSlot).contains(2);
    }

    @Test
    void enginesAreSentBackAFewTimesAndThenGoOn() throws ProtocolException {
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(evidence().getExaminationCount()).isBetween(6L, 2L * Bounds.EXAMINATIONS);
        assertThat(link("interp").order).endsWith("resume", "halt");
        assertThat(link("recomp").order).endsWith("resume", "halt");
        assertThat(engines.get(1).examined)
                .extracting(Examine::getFromStep)
                .allSatisfy(step -> assertThat(step).isLessThanOrEqualTo(6 * 2048L));
    }

    @Test
    void otherSubjectsAreComparedMeanwhile() throws ProtocolException {
        policy = Policy.TRACK;
        create("recomp", "other");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).answers = false;
        playOn();
        assertThat(place("other").step()).isGreaterThan(SUM);
        long compared = report == null ? interim().compared().steps() : 0;
        assertThat(compared).isEqualTo(6 * 2048);

        advance(Duration.ofSeconds(11));
        engines.get(1).answers = true;
        playOn();
        assertThat(report().engines().get(2).outcome()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void aLongerStretchIsHalvedUntilItIsShort() throws ProtocolException {
        windowSteps = 1 << 16;
        program = new Program(1 << 14, List.of());
        long step = 40_001;
        play(wrong(step, Wrong.REGISTER));

        assertThat(divergence().step()).isEqualTo(step);
        assertThat(evidence().getDifferingStep() - evidence().getAgreedStep())
                .isLessThanOrEqualTo(2048);
    }

    @Test
    void aLongerStretchAfterWhichBlocksEndAtOtherStepsIsHalvedToo() throws ProtocolException {
        windowSteps = 1 << 16;
        program = new Program(1 << 14, List.of());
        long step = 40_005;
        play(wrong(step, Wrong.SKIP));

        assertThat(divergence().step()).isEqualTo(step);
        assertThat(evidence().getDifferingStep() - evidence().getAgreedStep())
                .isLessThanOrEqualTo(2048);
        assertThat(evidence().getExaminationCount()).isLessThan(Bounds.EXAMINATIONS);
    }

    private RunReport interim() {
        return registry.interimReport("r1").orElseThrow();
    }
}
