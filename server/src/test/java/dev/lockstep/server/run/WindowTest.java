package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;

import org.junit.jupiter.api.Test;

/** Which part of a run is compared. */
class WindowTest extends ComparisonHarness {
    private final Guest guest = Guest.random(1, 80);

    @Test
    void whatDiffersBeforeTheFirstStepDoesNotMatter() throws ProtocolException {
        window(new Window(null, 35, null));
        reference(guest.batch(0, 10, 20, 30, 40, 60, 80), guest.end());
        subject(guest.withWrongDigest(25).batch(0, 10, 20, 30, 40, 60, 80), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.compared()).isEqualTo(new Compared(40, 2, 0, 2, 1, 1, 0));
    }

    @Test
    void whatDiffersAfterTheFirstStepDoes() throws ProtocolException {
        window(new Window(null, 35, null));
        reference(guest.batch(0, 10, 20, 30, 40, 60, 80));
        subject(guest.withWrongDigest(55).batch(0, 10, 20, 30, 40, 60, 80));

        assertThat(divergence().step()).isEqualTo(40);
        assertThat(divergence().block()).isEqualTo(4);
    }

    @Test
    void aWindowBeginsAtTheFirstBoundaryThatBothHave() throws ProtocolException {
        window(new Window(null, 15, null));
        reference(guest.batch(0, 10, 20, 30, 40, 80), guest.end());
        subject(guest.withWrongDigest(25).batch(0, 17, 25, 40, 80), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.compared().steps()).isEqualTo(40);
    }

    @Test
    void aWindowMayBeginAtAnAddress() throws ProtocolException {
        window(new Window(guest.pc(40), 0, null));
        reference(guest.batch(0, 10, 20, 30, 40, 60, 80), guest.end());
        subject(guest.withWrongDigest(25).batch(0, 10, 20, 30, 40, 60, 80), guest.end());

        assertThat(divergences).isEmpty();
        assertThat(comparison.compared().steps()).isEqualTo(40);
    }

    @Test
    void aWindowAtTheEntryIsTheWholeRun() throws ProtocolException {
        window(new Window(Guest.ENTRY, 0, null));
        both(guest.batch(0, 10, 80), guest.end());

        assertThat(comparison.compared().steps()).isEqualTo(80);
    }

    @Test
    void aSubjectThatIsElsewhereWhenTheWindowBeginsDiffersThere() throws ProtocolException {
        window(new Window(null, 10, null));
        reference(guest.batch(0, 10, 20));
        subject(guest.withWrongPc(9).batch(0, 10, 20));

        assertThat(divergence().field()).isEqualTo("pc");
        assertThat(divergence().step()).isEqualTo(10);
    }

    @Test
    void aSubjectThatIsElsewhereWhenTheWindowBeginsDiffersThereOnce() throws ProtocolException {
        compare(spec().policy(Policy.TRACK).window(new Window(null, 10, null)));
        reference(guest.batch(0, 10, 20, 40));
        subject(guest.withWrongPc(9).withWrongDigest(12).batch(0, 10, 20, 40));

        assertThat(divergence().field()).isEqualTo("pc");
    }

    @Test
    void aWindowThatNeverBeginsComparesNothing() throws ProtocolException {
        window(new Window(null, 100, null));
        both(guest.batch(0, 80), guest.end());
        assertThat(comparison.verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(notes)
                .containsExactly(
                        "recomp was not compared: the end came at step 80, before step 100");

        window(new Window(0x4L, 0, null));
        both(guest.batch(0, 80), guest.end());
        assertThat(comparison.verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(notes).singleElement().asString().endsWith("before pc 0x4 from step 0 on");
    }

    @Test
    void inputsBeforeTheWindowAreForced() throws ProtocolException {
        window(new Window(null, 30, null));
        both(guest.batch(0, 10), guest.question(10, 14), guest.batch(10, 15, 40, 80), guest.end());

        assertThat(comparison.passedInputs()).isEqualTo(1);
        assertThat(comparison.compared().inputs()).isZero();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void inputsThatCannotBeForcedBeforeTheWindowAreTold() throws ProtocolException {
        window(new Window(null, 30, null));
        reference(guest.batch(0, 10), guest.question(10, 14));
        subject(guest.batch(0, 10, 20));

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("before step 30, the reference has \"call 63 at step 14")
                .endsWith("where it has \"no input\"");
    }

    @Test
    void guestsStoppedWhereTheWindowEndsMatch() throws ProtocolException {
        window(new Window(null, 0, 35L));
        both(guest.batch(0, 10, 20, 40), stopped(40));

        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.limited()).isTrue();
        assertThat(comparison.compared().registers()).isEqualTo(1);
    }

    @Test
    void guestsThatEndBeforeTheWindowDoesAreNotLimited() throws ProtocolException {
        window(new Window(null, 0, 100L));
        both(guest.batch(0, 10, 80), guest.end());

        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.limited()).isFalse();
    }

    @Test
    void anEngineThatIgnoresTheEndOfTheWindowIsCutOff() throws ProtocolException {
        window(new Window(null, 0, 35L));
        reference(guest.batch(0, 10, 20, 40), stopped(40));
        subject(guest.batch(0, 10, 20, 40));
        assertThat(comparison.over()).isFalse();

        subject(guest.batch(40, 60));
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(notes).singleElement().asString().contains("final state of recomp was not");
    }

    @Test
    void whatWasComparedOnlyUpToAStepBeforeTheEndOfTheWindowIsIncomplete()
            throws ProtocolException {
        window(new Window(null, 0, 35L));
        reference(guest.batch(0, 10, 20, 38), stopped(38));
        subject(guest.batch(0, 10, 20, 42), stopped(42));

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(comparison.agreedStep()).isEqualTo(20);
        assertThat(comparison.compared().steps()).isEqualTo(20);
        assertThat(comparison.compared().registers()).isZero();
    }

    @Test
    void enginesWithOtherBlocksAgreeAtACommonBoundaryBeyondTheEnd() throws ProtocolException {
        window(new Window(null, 0, 35L));
        reference(guest.batch(0, 10, 20, 38, 50), stopped(50));
        subject(guest.batch(0, 10, 20, 50, 60), stopped(60));

        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.agreedStep()).isEqualTo(50);
    }

    @Test
    void anEndBeforeTheLimitOnOneSideIsADifference() throws ProtocolException {
        window(new Window(null, 0, 35L));
        reference(guest.batch(0, 10, 20), guest.end().toBuilder().setStepCount(20).build());
        subject(guest.batch(0, 10, 20, 40));

        assertThat(divergence().field()).isEqualTo("exit");
    }

    private void window(Window window) {
        compare(spec().window(window));
    }

    private GuestEnd stopped(int step) {
        return guest.end().toBuilder()
                .setStepCount(step)
                .setPc(guest.pc(step))
                .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_LIMIT))
                .build();
    }
}
