package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.server.run.TinyMachine.Wrong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Engines whose answers are too much or make no sense: the difference is told all the same. */
class DistortedAnswerTest extends ZoomHarness {
    private static final int MIB = 1 << 20;
    private static final long NOWHERE = 0xdead_beef_dead_beefL;

    @BeforeEach
    void inWindows() {
        grain = Grain.WINDOW;
    }

    private static Arguments distortion(
            String name, UnaryOperator<Examination.Builder> distortion) {
        return Arguments.of(name, distortion);
    }

    private static TracedStep.Builder stepOfManyEffects() {
        return TracedStep.newBuilder()
                .addAllEffects(Collections.nCopies(Bounds.TOLD_EFFECTS + 1, effect()));
    }

    private static Effect effect() {
        return Effect.newBuilder().setSlot(2).build();
    }

    static Stream<Arguments> tooMuch() {
        return Stream.of(
                distortion(
                        "steps",
                        answer ->
                                answer.addAllTraced(
                                        Collections.nCopies(
                                                (int) Bounds.ANSWERED_STEPS + 1,
                                                TracedStep.getDefaultInstance()))),
                distortion("effects of a step", answer -> answer.addTraced(stepOfManyEffects())),
                distortion(
                        "pages",
                        answer ->
                                answer.addAllPages(
                                        Collections.nCopies(
                                                Bounds.ANSWERED_PAGES + 1,
                                                MemoryWrite.getDefaultInstance()))),
                distortion(
                        "changed pages",
                        answer ->
                                answer.addAllChangedPages(
                                        Collections.nCopies(
                                                Bounds.ANSWERED_CHANGED_PAGES + 1,
                                                PageDigest.getDefaultInstance()))),
                distortion(
                        "bytes",
                        answer ->
                                answer.addPages(
                                        MemoryWrite.newBuilder()
                                                .setData(
                                                        ByteString.copyFrom(new byte[16 * MIB])))));
    }

    @ParameterizedTest(name = "too many {0}")
    @MethodSource("tooMuch")
    void whoTellsTooMuchIsNotListenedTo(String what, UnaryOperator<Examination.Builder> distortion)
            throws ProtocolException {
        play(distortion);

        assertThat(evidence().getNaming()).isEqualTo(Naming.NAMING_NOT_EXAMINED);
        assertThat(evidence().getText()).contains("recomp").contains("told more than");
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void anAnswerInPartsWithoutEndIsBounded() throws ProtocolException {
        ByteString megabyte = ByteString.copyFrom(new byte[MIB]);
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        TinyEngine subject = engines.get(1);
        subject.distortion = answer -> answer.setMore(true).setRegisters(megabyte);
        playOn();
        for (int parts = 1; link("recomp").halted == null; parts++) {
            assertThat((long) parts * MIB).isLessThan(Bounds.ANSWERED_BYTES);
            subject.answerAgain();
        }
        playOn();

        assertThat(evidence().getText()).contains("told more than it was asked for");
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                distortion("another step", answer -> answer.setStep(Long.MAX_VALUE)),
                distortion("a negative step", answer -> answer.setStep(-1)),
                distortion("the first step", answer -> answer.setStep(0)),
                distortion("another digest", answer -> answer.setDigest(NOWHERE)),
                distortion("no end", Examination.Builder::clearEnd),
                distortion("an end of another version", answer -> answer.setEndValue(77)),
                distortion("half a register", answer -> answer.setRegisters(bytes(13))),
                distortion("too many registers", answer -> answer.setRegisters(bytes(8000))),
                distortion("no trace", Examination.Builder::clearTraced),
                distortion(
                        "a trace backwards",
                        answer -> {
                            List<TracedStep> steps = List.copyOf(answer.getTracedList());
                            return answer.clearTraced().addAllTraced(steps.reversed());
                        }),
                distortion(
                        "a trace of nonsense",
                        answer ->
                                answer.clearTraced()
                                        .addTraced(
                                                TracedStep.newBuilder()
                                                        .setStep(SUM)
                                                        .addEffects(
                                                                effect().toBuilder().setSlot(-1))
                                                        .addEffects(
                                                                effect().toBuilder()
                                                                        .setSlot(
                                                                                Integer
                                                                                        .MAX_VALUE)))),
                distortion(
                        "pages where there are none",
                        answer ->
                                answer.addChangedPages(PageDigest.newBuilder().setAddress(NOWHERE))
                                        .addPages(
                                                MemoryWrite.newBuilder()
                                                        .setAddress(NOWHERE)
                                                        .setData(bytes(3)))));
    }

    private static ByteString bytes(int count) {
        return ByteString.copyFrom(new byte[count]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void nonsenseEndsInADivergenceAllTheSame(
            String what, UnaryOperator<Examination.Builder> distortion) throws ProtocolException {
        play(distortion);

        assertThat(divergence().engine()).isEqualTo("recomp");
        assertThat(evidence().getExaminationCount())
                .isLessThanOrEqualTo(2L * Bounds.EXAMINATIONS + 1);
        assertThat(engines.getFirst().examined)
                .as("nobody is sent farther than the run has come")
                .allSatisfy(question ->
                        assertThat(question.getUntilStep())
                                .isLessThanOrEqualTo(SUM + windowSteps + Bounds.OVERSHOT_STEPS));
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    private void play(UnaryOperator<Examination.Builder> distortion) throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        engines.get(1).distortion = distortion;
        playOn();
    }
}
