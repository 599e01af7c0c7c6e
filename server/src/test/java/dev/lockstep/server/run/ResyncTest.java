package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.server.run.TinyMachine.Fault;
import dev.lockstep.server.run.TinyMachine.Program;
import dev.lockstep.server.run.TinyMachine.Wrong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/** A subject that differs goes on in the reference's state, and several tell who stands alone. */
class ResyncTest extends ZoomHarness {
    @BeforeEach
    void resync() {
        policy = new Policy(Policy.OnDivergence.RESYNC, 10);
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void aSubjectThatIsBroughtBackIsRecovered(Grain which) throws ProtocolException {
        grain = which;
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(divergence().step()).isEqualTo(SUM);
        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(report().notes())
                .anyMatch(note -> note.startsWith("recomp was given the reference's state once"));
        assertThat(link("recomp").resumes).filteredOn(resume -> resume.hasState()).hasSize(1);
        assertThat(link("interp").resumes).noneMatch(resume -> resume.hasState());
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void everyDivergenceIsToldOnce(Grain which) throws ProtocolException {
        grain = which;
        play(
                wrong(SUM, Wrong.REGISTER),
                wrong(SUM + 2048, Wrong.REGISTER),
                new Fault(SUM + 3 * 2048 + 3, Wrong.STORE, false, true));

        assertThat(report().divergences())
                .extracting(Divergence::step)
                .startsWith(SUM, SUM + 2048)
                .hasSize(3);
        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void whatIsWrongTooOftenIsGivenUp() throws ProtocolException {
        policy = new Policy(Policy.OnDivergence.RESYNC, 2);
        play(
                wrong(SUM, Wrong.REGISTER),
                wrong(SUM + 2048, Wrong.REGISTER),
                wrong(SUM + 4096, Wrong.REGISTER));

        assertThat(report().divergences()).hasSize(2);
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes())
                .contains(
                        "recomp was given up after 2 divergences: they are as many as are allowed");
    }

    @Test
    void aSubjectThatEndedTooEarlyGoesOn() throws ProtocolException {
        long branch = SUM / TinyMachine.LOOP * TinyMachine.LOOP + TinyMachine.LOOP - 1;
        play(wrong(branch, Wrong.TRANSFER));

        assertThat(report().divergences())
                .extracting(Divergence::field, Divergence::step, Divergence::subject)
                .containsExactly(tuple("transfer", branch, Difference.hex(TinyMachine.ENTRY + 32)));
        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void anInputInBetweenStandsInTheWay() throws ProtocolException {
        program = new Program(4096, List.of(SUM / TinyMachine.LOOP - 20));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes())
                .anyMatch(note ->
                        note.startsWith(
                                "recomp cannot be given the reference's state: there is an input at"
                                        + " step "));
    }

    @Test
    void inputsElsewhereAreAskedAsBefore() throws ProtocolException {
        program = new Program(4096, List.of(20L, SUM / TinyMachine.LOOP + 300, 4000L));
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(report().compared().inputs()).isEqualTo(3);
    }

    @Test
    void enginesThatCannotGoBackAreNotResynchronised() throws ProtocolException {
        examines = false;
        play(wrong(SUM, Wrong.REGISTER));

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes())
                .contains(
                        "recomp was given up after 1 divergence: it cannot be given the reference's"
                                + " state");
    }

    @Test
    void framesOfAPastEpochAreDropped() throws ProtocolException {
        create("recomp");
        start(wrong(SUM, Wrong.REGISTER));
        for (int round = 0; place("recomp").epoch() == 0; round++) {
            engines.forEach(TinyEngine::go);
            assertThat(round).isLessThan(1000);
        }
        place("recomp").receive(frame(RecordBatch.getDefaultInstance()).setEpoch(0).build());
        assertThat(link("recomp").refused).isNull();
        assertThat(place("recomp").staleFrames()).isEqualTo(1);

        place("recomp").receive(frame(RecordBatch.getDefaultInstance()).setEpoch(2).build());
        assertThat(link("recomp").text).isEqualTo("hart 0, epoch 2 (expected: 0, 1)");
    }

    @Test
    void twoSubjectsThatAgreeLeaveTheReferenceAlone() throws ProtocolException {
        policy = Policy.TRACK;
        create("recomp", "other");
        othersFaults = new Fault[] {wrong(SUM, Wrong.REGISTER)};
        start(wrong(SUM, Wrong.REGISTER));
        playOn();

        assertThat(report().divergences()).hasSizeGreaterThan(1);
        assertThat(report().notes())
                .contains(
                        "the reference interp stands alone in its record from step 12288 on: recomp"
                                + " and other agree with each other");
    }

    @Test
    void oneSubjectThatDiffersStandsAlone() throws ProtocolException {
        create("recomp", "other");
        start(wrong(SUM, Wrong.REGISTER));
        playOn();

        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(report().notes())
                .contains(
                        "recomp stands alone in its record from step 12288 on: all others agree"
                                + " there");
    }
}
