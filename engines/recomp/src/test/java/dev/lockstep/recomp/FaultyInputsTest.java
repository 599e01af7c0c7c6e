package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Once, another question is asked, or another answer is taken. */
class FaultyInputsTest {
    private static final long PC = 0x10200;

    private final List<InputCall> asked = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    private FaultyInputs inputs(String fault) {
        return new FaultyInputs(
                (call, perform) -> {
                    asked.add(call);
                    return perform.get();
                },
                FaultParser.parse(fault),
                new FaultProgress(log::add));
    }

    private static InputCall call(long step, Long... arguments) {
        return new InputCall(step, PC, 63, List.of(arguments), 0, 0);
    }

    private static long value(FaultyInputs inputs, InputCall call) {
        return inputs.obtain(call, () -> InputAnswer.of(8)).value();
    }

    @Test
    void theQuestionIsAnotherOnceAndTheAnswerIsTaken() {
        FaultyInputs inputs = inputs("wrong-question:0x10@pc=0x10200,n=2");
        for (long step : List.of(5L, 9L, 12L)) {
            assertThat(value(inputs, call(step, 3L, 4L))).isEqualTo(8);
        }
        assertThat(asked).containsExactly(call(5, 3L, 4L), call(9, 19L, 4L), call(12, 3L, 4L));
        assertThat(log)
                .containsExactly(
                        "fault wrong-question:0x10@pc=0x10200,n=2: done at step 9, pc 0x10200:"
                                + " input 63");
    }

    @Test
    void theAnswerIsTakenForAnotherOnce() {
        FaultyInputs inputs = inputs("wrong-answer:0x1@step=9");
        assertThat(List.of(5L, 9L, 12L))
                .map(step -> value(inputs, call(step)))
                .containsExactly(8L, 9L, 8L);
        assertThat(asked).containsExactly(call(5), call(9), call(12));
        assertThat(log).singleElement().asString().contains("done at step 9, pc 0x10200");
    }

    @Test
    void aQuestionWithoutArgumentCannotBeAskedWrongly() {
        FaultyInputs inputs = inputs("wrong-question:0x1@step=9");
        assertThatThrownBy(() -> value(inputs, call(9)))
                .isInstanceOf(FaultException.class)
                .hasMessageEndingWith("does not apply to pc 0x10200: input 63: no argument");
    }
}
