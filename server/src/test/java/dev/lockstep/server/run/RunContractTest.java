package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/** What a run grants its engines, and what it makes of one that breaks the protocol. */
class RunContractTest extends RunHarness {
    @Test
    void creditFollowsWhatIsComparedInQuartersOfTheWindow() throws ProtocolException {
        start("recomp");
        int quarter = (int) Bounds.RECORD_WINDOW / 4;
        send("interp", blocks(0, quarter));
        send("recomp", blocks(0, quarter - 1));
        assertThat(link("interp").credits).isEmpty();

        send("recomp", blocks(quarter - 1, 1));
        assertThat(link("interp").credits)
                .singleElement()
                .satisfies(credit -> {
                    assertThat(credit.getRecordCount()).isEqualTo(Bounds.RECORD_WINDOW + quarter);
                    assertThat(credit.getAgreedStep()).isEqualTo(quarter);
                });
        assertThat(link("recomp").credits).hasSize(1);
    }

    @Test
    void theReferenceGetsTheCreditOfTheSlowestSubject() throws ProtocolException {
        start("recomp", "other");
        int half = (int) Bounds.RECORD_WINDOW / 2;
        send("interp", blocks(0, half));
        send("recomp", blocks(0, half));
        assertThat(link("recomp").credits).hasSize(1);
        assertThat(link("interp").credits).isEmpty();

        send("other", blocks(0, half));
        assertThat(link("interp").credits).hasSize(1);
    }

    @Test
    void sendingMoreThanGrantedCostsThePlace() throws ProtocolException {
        start("recomp");
        send("recomp", blocks(0, (int) Bounds.RECORD_WINDOW));
        assertThat(link("recomp").refused).isNull();

        send("recomp", blocks((int) Bounds.RECORD_WINDOW, 1));
        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
        goodbye("interp");
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void inputsReachTheSubjectsBeforeTheyAsk() throws ProtocolException {
        start("recomp", "other");
        send("interp", input(14, 3, false));

        assertThat(link("recomp").inputs)
                .singleElement()
                .satisfies(result -> assertThat(result.getStep()).isEqualTo(14));
        assertThat(link("other").inputs).hasSize(1);
    }

    @Test
    void inputCreditComesBackOnlyWhenASubjectHasAskedAndBeenServed() throws ProtocolException {
        start("recomp");
        link("recomp").writesAtOnce = false;
        for (int part = 0; part < 5; part++) {
            send("interp", part == 0 ? input(14, PART_BYTES, true) : more(14, PART_BYTES));
        }
        assertThat(link("interp").credits).isEmpty();

        send("recomp", guest.question(0, 14));
        assertThat(link("interp").credits).isEmpty();

        link("recomp").unwritten.forEach(Runnable::run);
        assertThat(link("interp").credits)
                .last()
                .satisfies(credit ->
                        assertThat(credit.getInputBytes())
                                .isGreaterThan(Bounds.INPUT_WINDOW_BYTES));
    }

    @Test
    void aResultLongerThanTheInputWindowFlowsOnceItsSubjectWaitsForIt() throws ProtocolException {
        start("recomp");
        send("recomp", guest.question(0, 14));
        send("interp", input(14, PART_BYTES, true));
        int parts = 4 * (int) (Bounds.INPUT_WINDOW_BYTES / PART_BYTES);
        for (int part = 0; part < parts; part++) {
            send("interp", more(14, PART_BYTES));
        }

        assertThat(link("interp").refused).isNull();
        assertThat(link("recomp").inputs).hasSize(parts + 1);
    }

    @Test
    void inputsBeyondTheirCreditCostThePlace() throws ProtocolException {
        start("recomp");
        send("interp", input(14, PART_BYTES, true));
        for (int part = 0; part < Bounds.INPUT_WINDOW_BYTES / PART_BYTES; part++) {
            send("interp", more(14, PART_BYTES));
        }

        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
    }

    @Test
    void whatBreaksTheProtocolCostsThePlaceAndNamesTheEngine() throws ProtocolException {
        assertBadFrame("recomp", EngineFrame.newBuilder().setHello(hello("recomp")));
        assertBadFrame("recomp", EngineFrame.newBuilder());
        assertBadFrame("recomp", EngineFrame.newBuilder().setHart(1));
        assertBadFrame("recomp", frame(guest.batch(10, 20)));
        assertBadFrame("recomp", frame(guest.batch(0)));
        assertBadFrame("recomp", frame(Guest.batch(0, 0, List.of(new Block(0, 0, 0, 0)))));
        assertBadFrame("recomp", frame(guest.question(10, 14)));
        assertBadFrame("recomp", frame(guest.question(0, 14).toBuilder().setStep(15).build()));
        InputRequest.Builder backwards = guest.question(0, 0).toBuilder().setStep(-1);
        backwards.getOpenRecordBuilder().setStepCount(-1);
        assertBadFrame("recomp", frame(backwards.build()));
        assertBadFrame("recomp", frame(input(14, 3, false)));
        assertBadFrame("interp", frame(guest.question(0, 14)));
        assertBadFrame("interp", frame(more(14, 3)));
        assertBadFrame("interp", frame(input(14, PART_BYTES + 1, false)));
        InputReport.Builder crumbs = input(14, 0, false).toBuilder();
        for (int i = 0; i < Protocol.MAX_INPUT_PART_WRITES; i++) {
            crumbs.getResultBuilder().addWritesBuilder();
        }
        assertBadFrame("interp", frame(crumbs.build()));
    }

    @Test
    void anEndThatIsNotTheEndOfTheRecordsIsNone() throws ProtocolException {
        GuestEnd end = guest.end();
        assertBadFrameAfter("recomp", guest.batch(0, 39), end);
        assertBadFrameAfter(
                "recomp", guest.batch(0, 40), end.toBuilder().setPc(end.getPc() + 2).build());
        assertBadFrameAfter("recomp", guest.batch(0, 40), end.toBuilder().clearExit().build());
    }

    @Test
    void anEndForNoKnownReasonIsNone() throws ProtocolException {
        Exit odd = Exit.newBuilder().setReasonValue(99).build();
        assertBadFrameAfter(
                "recomp", guest.batch(0, 40), guest.end().toBuilder().setExit(odd).build());
        assertBadFrame("recomp", frame(Goodbye.newBuilder().setExit(odd).build()));
        assertThat(link("recomp").text)
                .isEqualTo(
                        "Goodbye.exit.reason: 99 (expected: exited, signaled, trapped, limit,"
                                + " killed)");
        assertThat(report().engines()).extracting(EngineReport::exit).containsNull();
    }

    @Test
    void nothingComesBetweenThePartsOfAResult() throws ProtocolException {
        assertBadFrameAfter("interp", input(14, 3, true), guest.batch(0, 20));
        assertBadFrameAfter("interp", input(14, 3, true), guest.end());
        assertBadFrameAfter("interp", input(14, 3, true), input(14, 3, false));
    }

    @Test
    void nothingFollowsTheEnd() throws ProtocolException {
        start("recomp");
        send("recomp", guest.batch(0, 40));
        send("recomp", guest.end());
        send("recomp", guest.end());

        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    private void assertBadFrameAfter(String engine, Object good, Object bad)
            throws ProtocolException {
        assertBadFrame(engine, frame(good), frame(bad));
    }

    private void assertBadFrame(String engine, EngineFrame.Builder... frames)
            throws ProtocolException {
        links.clear();
        places.clear();
        start("recomp");
        for (EngineFrame.Builder frame : frames) {
            assertThat(link(engine).refused).isNull();
            place(engine).receive(frame.build());
        }
        assertThat(link(engine).refused)
                .as(Arrays.toString(frames))
                .isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        goodbyeAll();
        assertThat(report().notes())
                .anyMatch(note -> note.startsWith("engine \"" + engine + "\" broke the protocol"));
    }
}
