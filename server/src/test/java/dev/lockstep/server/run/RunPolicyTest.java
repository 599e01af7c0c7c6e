package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Welcome;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** What a run makes of divergences, windows and limits, with one subject or several. */
class RunPolicyTest extends RunHarness {
    private static final int[] TENS = {0, 10, 20, 30, 40};

    @Test
    void aDivergenceThatHealsIsRecoveredWhenTracked() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp");
        play("interp", guest);
        play("recomp", guest.withWrongDigest(15));
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);

        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(report().exitCode()).isEqualTo(3);
        assertThat(report().divergences()).hasSize(1);
        assertThat(outcome("recomp")).isEqualTo(Verdict.RECOVERED);
        assertThat(outcome("interp")).isNull();
    }

    @Test
    void theSameDivergenceEndsARunThatStops() throws ProtocolException {
        start("recomp");
        play("interp", guest);
        play("recomp", guest.withWrongDigest(15));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().compared().steps()).isEqualTo(10);
    }

    @Test
    void aSubjectThatIsGivenUpIsDroppedAndTheOthersGoOn() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_DIVERGED);
        assertThat(link("other").halted).isNull();

        goodbye("recomp");
        assertThat(report).isNull();
        send("interp", guest.end());
        play("other", guest);
        goodbye("interp");
        goodbye("other");

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(outcome("recomp")).isEqualTo(Verdict.DIVERGED);
        assertThat(outcome("other")).isEqualTo(Verdict.MATCH);
        assertThat(report().divergences()).extracting(Divergence::engine).containsOnly("recomp");
        assertThat(report().notes()).anyMatch(note -> note.startsWith("recomp was given up"));
    }

    @Test
    void aDroppedSubjectCostsNobodyCreditOrInputs() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        int half = (int) Bounds.RECORD_WINDOW / 2;
        send("other", guest.batch(TENS));
        send("interp", later(half));
        send("other", later(half));
        assertThat(link("interp").credits).isNotEmpty();

        InputRequest question = InputRequest.newBuilder().setStep(40L + half).setNumber(63).build();
        send("interp", input(question, 3, false));
        assertThat(link("other").inputs).hasSize(1);
        assertThat(link("recomp").inputs).isEmpty();
    }

    @Test
    void aDroppedSubjectMayVanishAndMayBeSilent() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        send("recomp", hopeless().end());
        place("recomp").vanish("it closed the connection");
        assertThat(link("other").halted).isNull();

        send("interp", guest.end());
        play("other", guest);
        goodbye("interp");
        goodbye("other");
        assertThat(outcome("other")).isEqualTo(Verdict.MATCH);
        assertThat(report().notes()).anyMatch(note -> note.contains("\"recomp\" did not give"));
    }

    @Test
    void whenAllSubjectsAreGivenUpTheRunIsOver() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        send("other", hopeless().batch(TENS));

        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_DIVERGED);
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences()).hasSize(8);
    }

    @Test
    void theWorstOutcomeIsTheVerdict() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        play("interp", guest);
        play("recomp", guest.withWrongDigest(15));
        play("other", guest);
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(outcome("recomp")).isEqualTo(Verdict.RECOVERED);
        assertThat(outcome("other")).isEqualTo(Verdict.MATCH);
    }

    @Test
    void aRunThatIsAbandonedKeepsWhatWasFound() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", guest.withWrongDigest(15).batch(TENS));
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().divergences()).hasSize(1);
        assertThat(outcome("other")).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void aSubjectThatIsGivenUpStaysDivergedWhateverComesLater() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        place("other").vanish("gone");
        goodbye("recomp");
        goodbye("interp");

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(outcome("other")).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void blocksOfUnequalLengthKeepEachOtherGoingInStrictGrain() throws ProtocolException {
        grain = Grain.STRICT;
        profile = Profile.QEMU;
        policy = Policy.TRACK;
        start("recomp");
        for (int block = 0; block < 5; block++) {
            send("interp", one(block * 4L, 4));
            send("recomp", one(block * 3L, 3));
        }

        assertThat(link("interp").refused).isNull();
        assertThat(link("recomp").refused).isNull();
        assertThat(link("interp").credits).hasSize(5);
        assertThat(link("recomp").credits).hasSize(5);
    }

    @Test
    void theEnginesAreToldWhereTheWindowBeginsAndEnds() throws ProtocolException {
        window = new Window(0x10238L, 0, 30L);
        start("recomp");
        Welcome welcome = Objects.requireNonNull(link("recomp").welcome);
        assertThat(welcome.getCutPc()).isEqualTo(0x10238);
        assertThat(welcome.getStepLimit()).isEqualTo(30);
    }

    @Test
    void aWholeRunHasNeitherCutNorLimit() throws ProtocolException {
        start("recomp");
        Welcome welcome = Objects.requireNonNull(link("recomp").welcome);
        assertThat(welcome.hasCutPc()).isFalse();
        assertThat(welcome.getStepLimit()).isZero();
    }

    @Test
    void theEndOfTheWindowIsAMatch() throws ProtocolException {
        window = new Window(null, 0, 25L);
        start("recomp");
        playUntil30("interp");
        playUntil30("recomp");
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().notes())
                .contains(
                        "compared up to step 30, the end of the block that reaches step 25, as"
                                + " asked");
    }

    @Test
    void theLimitOfStepsIsIncompleteAndSaysSo() throws ProtocolException {
        limits = new Limits(25L, null);
        start("recomp");
        playUntil30("interp");
        playUntil30("recomp");
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(outcome("recomp")).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("the limit of 25 steps was reached");
        assertThat(report().engines().getFirst().exit()).hasToString("limit");
    }

    @Test
    void anEngineThatIgnoresTheLimitIsHaltedForIt() throws ProtocolException {
        limits = new Limits(25L, null);
        start("recomp");
        playUntil30("interp");
        send("recomp", guest.batch(TENS));

        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_LIMIT);
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void theLimitOfTimeCountsFromTheStart() throws ProtocolException {
        limits = new Limits(null, Duration.ofSeconds(10));
        create("recomp");
        join("interp");
        advance(CONNECT.dividedBy(2));
        join("recomp");
        advance(Duration.ofSeconds(9));
        assertThat(link("interp").halted).isNull();

        advance(Duration.ofSeconds(2));
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_LIMIT);
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("the limit of 10 s was reached");
    }

    @Test
    void aWindowThatIsNeverReachedIsVacuous() throws ProtocolException {
        window = new Window(0x4L, 0, null);
        start("recomp");
        play("interp", guest);
        play("recomp", guest);
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.VACUOUS);
        assertThat(report().exitCode()).isEqualTo(4);
        assertThat(report().notes()).anyMatch(note -> note.contains("before pc 0x4"));
    }

    @Test
    void aWindowWhoseEndTheSidesDoNotShareIsIncomplete() throws ProtocolException {
        window = new Window(null, 0, 35L);
        start("recomp");
        send("interp", guest.batch(0, 10, 20, 36));
        send("interp", stoppedAt(36));
        send("recomp", guest.batch(0, 10, 20, 38));
        send("recomp", stoppedAt(38));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes())
                .contains(
                        "compared up to step 20 only, not to step 35 as asked: the engines have no"
                                + " common step from there on");
    }

    @Test
    void aSubjectWhoseWindowNeverBeginsIsHaltedAndTheOthersGoOn() throws ProtocolException {
        policy = Policy.TRACK;
        window = new Window(null, 20, null);
        start("recomp", "other");
        send("interp", guest.batch(0, 10));
        send("interp", input(guest.question(10, 14), 3, false));
        send("recomp", guest.batch(0, 10, 20));
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
        assertThat(link("recomp").text).isEqualTo("run \"r1\": recomp was not compared");
        assertThat(link("other").halted).isNull();
    }

    @Test
    void aSubjectThatIsGivenUpIsHaltedOnceThatMayBeKnown() throws ProtocolException {
        policy = Policy.TRACK;
        verdictIsSecret = true;
        start("recomp", "other");
        send("interp", guest.batch(TENS));
        send("recomp", hopeless().batch(TENS));
        assertThat(link("recomp").halted).isNull();

        Objects.requireNonNull(halt).run();
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_DIVERGED);
        assertThat(link("recomp").text).isEqualTo("run \"r1\": recomp DIVERGED, and was given up");
        assertThat(link("other").halted).isNull();
    }

    @Test
    void everySubjectOfALargeRunHasItsNote() throws ProtocolException {
        window = new Window(null, 1000, null);
        String[] subjects =
                IntStream.rangeClosed(1, RunSpec.MAX_ENGINES - 1)
                        .mapToObj(i -> "s" + i)
                        .toArray(String[]::new);
        start(subjects);
        play("interp", guest);
        for (String subject : subjects) {
            play(subject, guest);
        }
        goodbyeAll();

        assertThat(report().notes())
                .filteredOn(note -> note.contains("was not compared"))
                .hasSize(subjects.length);
    }

    /** Returns a guest of which every block is wrong. */
    private Guest hopeless() {
        return guest.withWrongDigest(5).withWrongDigest(15).withWrongDigest(25).withWrongDigest(35);
    }

    private void play(String engine, Guest which) {
        send(engine, which.batch(TENS));
        send(engine, which.end());
    }

    private void playUntil30(String engine) {
        send(engine, guest.batch(0, 10, 20, 30));
        send(engine, stoppedAt(30));
    }

    private GuestEnd stoppedAt(int step) {
        return guest.end().toBuilder()
                .setStepCount(step)
                .setPc(guest.pc(step))
                .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_LIMIT))
                .build();
    }

    private static RecordBatch one(long firstStep, int steps) {
        return Guest.batch(firstStep, 0, List.of(new Guest.Block(0, 5, steps, 0)));
    }

    private RecordBatch later(int count) {
        return blocks(40, guest.pc(40), count);
    }

    private @Nullable Verdict outcome(String engine) {
        return report().engines().stream()
                .filter(known -> known.name().equals(engine))
                .findFirst()
                .orElseThrow()
                .outcome();
    }
}
