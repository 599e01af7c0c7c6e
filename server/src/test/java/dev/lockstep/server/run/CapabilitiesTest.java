package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Engines that can do less than ours: as much is compared as all can do, and the rest is named. */
class CapabilitiesTest extends RunHarness {
    private final GuestEnd stateless =
            guest.end().toBuilder().clearRegisterDigest().clearMemoryDigest().build();

    private static Hello.Builder asking(String engine, InputMode... modes) {
        return hello(engine).addAllInputModes(List.of(modes));
    }

    /** Ends both guests and takes leave. */
    private void end(GuestEnd reference, GuestEnd subject) {
        send("interp", reference);
        send("qemu", subject);
        goodbyeAll();
    }

    private void startOwn() throws ProtocolException {
        create("qemu");
        join(asking("interp", InputMode.INPUT_MODE_FORCED, InputMode.INPUT_MODE_OWN));
        join(asking("qemu", InputMode.INPUT_MODE_OWN));
    }

    private InputMode told(String engine) {
        return Objects.requireNonNull(link(engine).welcome).getInputMode();
    }

    @Test
    void whereOneEngineAsksTheWorldItselfAllDoAndTheVerdictNamesWhatThatLeavesOut()
            throws ProtocolException {
        startOwn();
        assertThat(told("interp")).isEqualTo(InputMode.INPUT_MODE_OWN);
        send("interp", guest.batch(0, 10, 40));
        send("qemu", guest.batch(0, 25, 40));
        end(guest.end(), guest.end().toBuilder().setRegisterDigest(99).build());

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().strength()).isEqualTo(Strength.PATH);
        assertThat(report().notes())
                .contains("path only: registers and memory were not compared")
                .anyMatch(note -> note.startsWith("inputs: own: every engine asked the world"));
        assertThat(report().compared().registers()).isZero();
        assertThat(report().compared().stores()).isZero();
    }

    @Test
    void inputsAreForcedWhereAllCanHaveThatForced() throws ProtocolException {
        create("recomp");
        join(asking("interp", InputMode.INPUT_MODE_OWN, InputMode.INPUT_MODE_FORCED));
        join("recomp");

        assertThat(told("recomp")).isEqualTo(InputMode.INPUT_MODE_FORCED);
    }

    @Test
    void anEngineThatCannotAskTheWorldAsTheOthersDoIsRefused() throws ProtocolException {
        create("qemu");
        join("interp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(asking("qemu", InputMode.INPUT_MODE_OWN)))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_INCAPABLE)
                .withMessageContaining("interp: [INPUT_MODE_FORCED], qemu: [INPUT_MODE_OWN]");
    }

    @Test
    void whoeverAsksTheWorldItselfTellsNothingOfIt() throws ProtocolException {
        startOwn();
        send("qemu", guest.question(0, 10));

        assertThat(link("qemu").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    @Test
    void anEngineThatKnowsNothingOfItsGuestIsNamed() throws ProtocolException {
        create("qemu");
        join("interp");
        Hello.Builder qemu = hello("qemu");
        join(qemu.clearAgreement().addAgreement(hello("interp").getAgreement(4)));
        send("interp", guest.batch(0, 40));
        send("qemu", guest.batch(0, 40));
        end(guest.end(), guest.end());

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().notes())
                .contains(
                        "qemu did not say what it has as program, arguments, environment, machine:"
                                + " that this is the same was not checked");
    }

    @Test
    void aStateThatOneSideDoesNotKnowIsNotCompared() throws ProtocolException {
        start("qemu");
        send("interp", guest.batch(0, 40));
        send("qemu", guest.batch(0, 40));
        end(guest.end(), stateless);

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().registers()).isZero();
        assertThat(report().compared().stores()).isZero();
    }

    @Test
    void withPcOnlyNothingElseOfARecordIsLookedAt() throws ProtocolException {
        startWithPcOnly();
        send("interp", guest.batch(0, 10, 30, 40));
        send("qemu", withoutDigests(0, 20, 30, 40));
        end(guest.end(), stateless);

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().steps()).isEqualTo(40);
        assertThat(report().compared().digests()).isZero();
    }

    @Test
    void withPcOnlyAWrongWayIsFound() throws ProtocolException {
        startWithPcOnly();
        send("interp", guest.withWrongPc(29).batch(0, 10, 30, 40));
        send("qemu", withoutDigests(0, 20, 30, 40));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences())
                .singleElement()
                .matches(it -> it.field().equals(Difference.NEXT_PC) && it.step() == 0);
    }

    private void startWithPcOnly() throws ProtocolException {
        create("qemu");
        join("interp");
        join(hello("qemu").clearStrengths().addStrengths(Strength.PC.wire()));
    }

    private RecordBatch withoutDigests(int... boundaries) {
        List<Block> blocks =
                IntStream.range(1, boundaries.length)
                        .mapToObj(i -> guest.record(boundaries[i - 1], boundaries[i]))
                        .map(block -> new Block(block.nextPc(), 0, block.steps(), 0))
                        .toList();
        return Guest.batch(boundaries[0], guest.pc(boundaries[0]), blocks);
    }
}
