package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

class RunTest extends RunHarness {
    @Test
    void startsWhenAllEnginesHaveSaidHello() throws ProtocolException {
        create("recomp");
        join("interp");
        assertThat(link("interp").welcome).isNull();
        assertThat(started).isFalse();

        join("recomp");
        assertThat(started).isTrue();
        assertThat(Objects.requireNonNull(link("interp").welcome).getCredit().getRecordCount())
                .isEqualTo(Bounds.RECORD_WINDOW);
        assertThat(Objects.requireNonNull(link("recomp").welcome).getCredit().getInputBytes())
                .isZero();
    }

    @Test
    void equalGuestsEndInAMatchWithTheAccountsOfBoth() throws ProtocolException {
        start("recomp");
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end());
        }
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
        assertThat(report).isNull();

        goodbye("interp");
        goodbye("recomp");
        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().exitCode()).isZero();
        assertThat(report().compared().steps()).isEqualTo(40);
        assertThat(report().engines())
                .extracting(EngineReport::name, EngineReport::steps, EngineReport::elapsedMs)
                .containsExactly(tuple("interp", 40L, 7L), tuple("recomp", 40L, 7L));
        assertThat(report().engines().getFirst().exit()).hasToString("exited 0");
    }

    @Test
    void theFirstDifferenceHaltsAllEngines() throws ProtocolException {
        start("recomp", "other");
        send("interp", guest.batch(0, 20));
        send("other", guest.batch(0, 20));
        send("recomp", guest.withWrongDigest(3).batch(0, 20));
        assertThat(links.values()).allMatch(link -> link.halted == HaltReason.HALT_REASON_DIVERGED);

        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences())
                .singleElement()
                .extracting(Divergence::engine)
                .isEqualTo("recomp");
    }

    @Test
    void guestsThatEndBeforeTheirFirstStepCompareNothing() throws ProtocolException {
        start("recomp");
        GuestEnd nothing = guest.end().toBuilder().setStepCount(0).build();
        send("interp", nothing);
        send("recomp", nothing);
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.VACUOUS);
    }

    @Test
    void guestsStoppedByALimitAreIncompleteHoweverEqual() throws ProtocolException {
        start("recomp");
        Exit limit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_LIMIT).build();
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end().toBuilder().setExit(limit).build());
        }
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes())
                .containsExactly("the guests were stopped before their end (limit)");
    }

    @Test
    void framesOnTheirWayAfterTheVerdictDoNoHarm() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(20, 40));
        goodbyeAll();

        assertThat(link("recomp").refused).isNull();
        assertThat(report().divergences()).hasSize(1);
    }

    @Test
    void anEngineThatGivesNoAccountIsNotWaitedForLong() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(0, 20));
        goodbye("interp");
        advance(Bounds.GOODBYE_TIMEOUT);

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes()).anyMatch(note -> note.contains("\"recomp\" did not give"));
        assertThat(link("recomp").closed).isTrue();
    }

    @Test
    void anEngineThatVanishesLeavesTheRunIncomplete() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.batch(0, 20));
        place("recomp").vanish("it closed the connection without Goodbye");
        goodbye("interp");

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().exitCode()).isEqualTo(5);
        assertThat(report().compared().steps()).isEqualTo(20);
        assertThat(report().notes())
                .contains("engine \"recomp\" vanished: it closed the connection without Goodbye");
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void anEngineThatLeavesOfItsOwnAccordLeavesTheRunIncomplete() throws ProtocolException {
        start("recomp");
        goodbye("recomp");
        goodbye("interp");

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).anyMatch(note -> note.contains("left before it was halted"));
    }

    @Test
    void anEngineThatNeverConnectsIsNamed() throws ProtocolException {
        create("recomp");
        join("interp");
        advance(CONNECT);
        goodbye("interp");

        assertThat(report().notes()).contains("engine \"recomp\" did not connect within 10 s");
        assertThat(report().engines()).extracting(EngineReport::connected).contains(true, false);
    }

    @Test
    void anEngineThatWillNeverComeEndsTheRunAndOneThatHasComeDoesNot() throws ProtocolException {
        create("recomp");
        join("interp");
        registry.absent("r1", "interp", "interp exited");
        assertThat(link("interp").halted).isNull();
        registry.absent("r1", "recomp", "recomp exited");
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void anItemWithoutAFullDigestIsNoAgreement() {
        create("recomp");
        Hello.Builder other = hello("recomp");
        other.getAgreementBuilder(1).setDigest(ByteString.EMPTY);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(other))
                .withMessageContaining("digest of arguments: 0 bytes (expected: 32)");
    }

    @Test
    void anUnequalItemIsAUsageErrorThatNamesItAndBothTexts() {
        create("recomp");
        Hello.Builder other = hello("recomp");
        other.getAgreementBuilder(1).setDigest(digest("other")).setText("-x");

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> {
                    join("interp");
                    join(other);
                })
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_DISAGREEMENT)
                .withMessageContaining("arguments: interp has \"text of arguments\"")
                .withMessageContaining("recomp has \"-x\"");
        goodbye("interp");
        assertThat(report().exitCode()).isEqualTo(2);
        assertThat(report().refusal()).startsWith("arguments: ");
    }

    @Test
    void whatAPeerSaysIsShownOnlyInPart() {
        create("recomp");
        String endless = "x".repeat(1 << 20);
        assertRefusedBriefly(hello("recomp").setName(endless));
        assertRefusedBriefly(hello("recomp").setRun(endless));
        registry.noteStranger("r1", endless);
        Hello.Builder other = hello("recomp");
        other.getAgreementBuilder(4).setName(endless);
        assertRefusedBriefly(other);

        assertThat(report().notes())
                .hasSize(2)
                .allMatch(note -> note.length() < 1100)
                .anyMatch(note -> note.contains("without rules (expected: that and"));
    }

    @Test
    void bothTextsOfADisagreementAreShownHoweverLong() throws ProtocolException {
        create("recomp");
        Hello.Builder one = hello("interp");
        one.getAgreementBuilder(1).setText("a".repeat(1 << 20));
        Hello.Builder other = hello("recomp");
        other.getAgreementBuilder(1).setDigest(digest("other")).setText("b".repeat(1 << 20));
        join(one);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(other))
                .withMessageMatching(".*\"a+\\.\\.\\.\".*\"b+\\.\\.\\.\".*expected: the same.*");
    }

    @Test
    void anAgreementHasSoManyItems() {
        create("recomp");
        Hello.Builder crowded = hello("recomp");
        for (int i = 0; i < Bounds.AGREEMENT_ITEMS; i++) {
            crowded.addAgreement(crowded.getAgreement(0));
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(crowded))
                .withMessage("Hello.agreement: 69 items (expected: at most 64)");
    }

    @Test
    void strangersDoNotCrowdOutWhyTheRunEndedAndWhatWasNotCompared() throws ProtocolException {
        create("recomp");
        for (int i = 0; i < 1000; i++) {
            registry.noteStranger("r1", "stranger " + i);
        }
        join(hello("interp").clearStrengths().addStrengths(Strength.PC.wire()));
        join("recomp");
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().notes())
                .hasSize(Bounds.STRANGER_NOTES + 3)
                .contains("enough", "984 more notes like these were left out")
                .anyMatch(note -> note.startsWith("pc only"));
    }

    private void assertRefusedBriefly(Hello.Builder hello) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello))
                .satisfies(e -> assertThat(e.text()).hasSizeBetween(40, 1100));
    }

    @Test
    void anotherProtocolVersionEndsTheRun() {
        create("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("recomp").setProtocolVersion(9)))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_WRONG_VERSION);

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).anyMatch(note -> note.contains("protocol version 9"));
    }

    @Test
    void aPlaceIsGivenOnce() throws ProtocolException {
        create("recomp");
        join("interp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join("interp"))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_PLACE_TAKEN)
                .withMessageContaining("free: subject \"recomp\"");

        join("recomp");
        assertThat(link("recomp").welcome).isNotNull();
    }

    @Test
    void nobodyJoinsLateOrWhereThereIsNoRun() throws ProtocolException {
        start("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join("recomp"))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_NO_SUCH_RUN);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("recomp").setRun("none")))
                .withMessageContaining("no run \"none\" (in progress: [r1])");
    }

    @Test
    void theStrengthIsTheStrongestThatAllEnginesOffer() throws ProtocolException {
        create("recomp");
        join("interp");
        join(hello("recomp").clearStrengths().addStrengths(Strength.PC.wire()));
        assertThat(Objects.requireNonNull(link("interp").welcome).getStrength())
                .isEqualTo(Strength.PC.wire());

        place("interp").vanish("gone");
        goodbye("recomp");
        assertThat(report().strength()).isEqualTo(Strength.PC);
        assertThat(report().notes()).anyMatch(note -> note.startsWith("pc only"));
    }

    @Test
    void theSameEngineOnBothSidesIsNoted() throws ProtocolException {
        create("recomp");
        join(hello("interp").setImplementation("x").setBuildDigest(ByteString.copyFromUtf8("1")));
        join(hello("recomp").setImplementation("y").setBuildDigest(ByteString.copyFromUtf8("1")));
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().notes())
                .contains("enough", "the same engine on both sides: interp, recomp");
    }

    @Test
    void anEngineThatOwesAFrameIsNotWaitedForForEver() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 40));
        send("interp", guest.end());
        advance(IDLE);
        goodbyeAll();

        assertThat(report().notes())
                .contains(
                        "engine \"recomp\" owes a frame and has been silent for 60 s, after"
                                + " step 0");
    }

    @Test
    void anEngineThatWaitsForOthersOwesNothing() throws ProtocolException {
        start("recomp");
        send("recomp", guest.question(0, 14));
        send("interp", Heartbeat.newBuilder().setHostCall(63).build());
        advance(IDLE.multipliedBy(3));
        assertThat(report).isNull();

        send("interp", input(14, 3, false));
        advance(IDLE);
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void anEngineWithoutCreditOwesNothing() throws ProtocolException {
        start("recomp");
        send("interp", blocks(0, (int) Bounds.RECORD_WINDOW));
        for (int i = 0; i < 5; i++) {
            advance(IDLE.dividedBy(2));
            send("recomp", Heartbeat.getDefaultInstance());
        }
        assertThat(link("interp").halted).isNull();
    }

    @Test
    void idlenessStartsWhenTheEngineIsGivenCredit() throws ProtocolException {
        start("recomp");
        send("interp", blocks(0, (int) Bounds.RECORD_WINDOW));
        advance(IDLE.minusSeconds(1));
        send("recomp", blocks(0, (int) Bounds.RECORD_WINDOW));
        advance(IDLE.minusSeconds(1));

        assertThat(link("interp").halted).isNull();
    }

    @Test
    void enginesThatAllWaitAreNotWaitedForForEver() throws ProtocolException {
        start("recomp");
        link("recomp").writesAtOnce = false; // It asks, but never reads what it is answered.
        send("interp", input(14, PART_BYTES, true));
        for (int part = 1; part < Bounds.INPUT_WINDOW_BYTES / PART_BYTES - 1; part++) {
            send("interp", more(14, PART_BYTES));
        }
        send("interp", InputReport.newBuilder().setResult(result(14, PART_BYTES)).build());
        send("recomp", guest.question(0, 14));
        send("recomp", guest.question(0, 14));
        advance(IDLE.dividedBy(2));
        assertThat(link("interp").halted).isNull();

        advance(IDLE);
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("every engine has waited for another for 60 s");
    }

    @Test
    void twoRunsGoOnSideBySide() throws ProtocolException {
        start("recomp");
        registry.create(spec("r2", "recomp"), new RunListener() {});
        FakeLink link = new FakeLink();
        registry.join(hello("recomp").setRun("r2").build(), link);
        registry.abandon("r1", "enough");

        assertThat(link.halted).isNull();
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void aNameIsUsedByOneRunAtATime() throws ProtocolException {
        create("recomp");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> create("recomp"))
                .withMessageContaining("\"r1\"");

        registry.abandon("r1", "enough");
        create("recomp");
        assertThat(report().notes()).containsExactly("enough");
    }

    @Test
    void enginesAreHaltedOnceTheVerdictMayBeKnown() throws ProtocolException {
        verdictIsSecret = true;
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongDigest(3).batch(0, 20));
        assertThat(links.values()).allMatch(link -> link.halted == null);

        Objects.requireNonNull(halt).run();
        assertThat(links.values()).allMatch(link -> link.halted == HaltReason.HALT_REASON_DIVERGED);
    }

    @Test
    void theTimeForAccountsRunsFromTheHalt() throws ProtocolException {
        verdictIsSecret = true;
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongDigest(3).batch(0, 20));
        advance(Bounds.GOODBYE_TIMEOUT.multipliedBy(2));
        assertThat(report).isNull();

        Objects.requireNonNull(halt).run();
        advance(Bounds.GOODBYE_TIMEOUT.dividedBy(2));
        goodbyeAll();
        assertThat(report().notes()).isEmpty();
    }

    @Test
    void aLogThatDoesNotKeepUpWithholdsCreditUntilItDoes() throws ProtocolException {
        start("recomp");
        logKeepsUp = false;
        exhaustCredit();
        advance(IDLE.dividedBy(2));
        assertThat(link("interp").credits).isEmpty();
        assertThat(link("interp").halted).isNull();

        logKeepsUp = true;
        advance(Duration.ofMillis(200));
        assertThat(links.values())
                .allMatch(link ->
                        link.credits.getLast().getRecordCount() == 2 * Bounds.RECORD_WINDOW);
    }

    @Test
    void aLogThatNeverCatchesUpLeavesTheRunIncomplete() throws ProtocolException {
        start("recomp");
        logKeepsUp = false;
        exhaustCredit();
        advance(IDLE.plusSeconds(2));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("the log of runs has not kept up for 60 s");
    }

    private void exhaustCredit() {
        for (int first = 0; first < Bounds.RECORD_WINDOW; first += (int) Bounds.BATCH_RECORDS) {
            send("interp", blocks(first, (int) Bounds.BATCH_RECORDS));
            send("recomp", blocks(first, (int) Bounds.BATCH_RECORDS));
        }
    }
}
