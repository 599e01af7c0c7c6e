package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;

/** Runs whose inputs are those of an earlier run. */
final class ReplayTest extends RunHarness {
    private static final int MANY_PARTS = 20;

    @Test
    void bothSidesAreAnsweredFromTheRecordAndNothingIsPerformed() throws ProtocolException {
        replay(question(14));
        assertThat(Objects.requireNonNull(link("interp").welcome).getReplay()).isTrue();

        send("interp", question(14));
        List<InputResult> answer = List.of(result(14, 3).build());
        assertThat(link("interp").inputs).isEqualTo(answer);
        assertThat(link("recomp").inputs).isEqualTo(answer);
        send("recomp", question(14));
        endAll();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().inputs()).isEqualTo(1);
        assertThat(report().notes())
                .contains("inputs were those of an earlier run; nothing was asked of this machine");
    }

    @Test
    void inStrictGrainTheReferenceIsAnsweredOnceAllHaveAsked() throws ProtocolException {
        grain = Grain.STRICT;
        replay(question(14));

        send("interp", question(14));
        assertThat(link("interp").inputs).isEmpty();
        send("recomp", question(14));
        assertThat(link("interp").inputs).hasSize(1);
        assertThat(link("recomp").inputs).hasSize(1);
        endAll();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void whereTheRecordEndsTheReferenceWaitsForTheSubjects() throws ProtocolException {
        replay(question(14));
        send("interp", question(14));
        send("interp", question(20));
        assertThat(link("interp").inputs).hasSize(1);

        send("recomp", question(14));
        assertThat(link("recomp").halted).isNull();
        send("recomp", question(20));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes().getFirst())
                .startsWith("the program asked for call 63[0x0, 0x2000] at step 20, pc 0x")
                .endsWith(", which was not recorded: the recorded run did not come so far");
    }

    @Test
    void theReferenceIsNotBlamedForWaitingThere() throws ProtocolException {
        replay();
        send("interp", question(14));
        advance(IDLE.plusSeconds(1));
        goodbyeAll();

        assertThat(report().notes()).anyMatch(note -> note.startsWith("engine \"recomp\""));
        assertThat(report().notes()).noneMatch(note -> note.startsWith("engine \"interp\""));
    }

    @Test
    void aSubjectThatDiffersBeforeTheEndOfTheRecordHasDiverged() throws ProtocolException {
        replay();
        send("interp", guest.batch(0, 10));
        send("interp", guest.question(10, 14));
        send("recomp", guest.withWrongDigest(3).batch(0, 10));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void aReferenceThatAsksForSomethingElseIsNotAnswered() throws ProtocolException {
        replay(question(14).toBuilder().setNumber(64).build());
        send("interp", question(14));
        send("recomp", question(14));
        goodbyeAll();

        assertThat(link("interp").inputs).isEmpty();
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes().getFirst())
                .contains(
                        "call 63[0x0, 0x2000] at step 14",
                        ", where call 64[0x0, 0x2000] at step 14")
                .endsWith(" was recorded: it went another way than it did then");
    }

    @Test
    void longAnswersAreGivenAsTheSlowestSubjectTakesThem() throws ProtocolException {
        InputRecorder recorder = new InputRecorder(Long.MAX_VALUE);
        InputResult.Builder part = result(14, PART_BYTES);
        for (int i = 1; i <= MANY_PARTS; i++) {
            recorder.add(question(14), part.setMore(i < MANY_PARTS).build());
        }
        start(recorder);
        send("interp", question(14));
        int given = link("interp").inputs.size();
        assertThat(given).isBetween(2, MANY_PARTS - 2);

        send("recomp", question(14));
        assertThat(link("interp").inputs).hasSize(MANY_PARTS);
        assertThat(link("recomp").inputs).hasSize(MANY_PARTS);
    }

    @Test
    void aReferenceThatCannotLeaveItsInputsIsRefused() {
        inputs = Inputs.OF_THE_WORLD.repeating(new InputRecorder(0).record());
        create("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join("interp"))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_INCAPABLE)
                .withMessageContaining("replay: interp performs its inputs itself");
    }

    @Test
    void aReferenceThatPerformsThemAllTheSameIsThrownOut() throws ProtocolException {
        replay(question(14));
        send("interp", input(14, 3, false));
        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    private InputRequest question(int step) {
        return guest.question(0, step);
    }

    private void replay(InputRequest... questions) throws ProtocolException {
        InputRecorder recorder = new InputRecorder(Long.MAX_VALUE);
        for (InputRequest question : questions) {
            InputResult.Builder answer = result((int) question.getStep(), 3);
            recorder.add(question, answer.setNumber(question.getNumber()).build());
        }
        start(recorder);
    }

    private void start(InputRecorder recorder) throws ProtocolException {
        inputs = Inputs.OF_THE_WORLD.repeating(recorder.record());
        create("recomp");
        join(hello("interp").setReplays(true));
        join("recomp");
    }

    private void endAll() {
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 40));
        }
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.end());
        }
        goodbyeAll();
    }
}
