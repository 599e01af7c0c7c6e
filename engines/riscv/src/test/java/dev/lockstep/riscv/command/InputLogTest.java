package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

class InputLogTest {
    private static final int MEBIBYTE = 1 << 20;

    private final List<InputCall> asked = new ArrayList<>();
    private int answerBytes = 1;
    private final List<Long> askedAgain = new ArrayList<>();
    private final InputLog log =
            new InputLog(
                    new InputSource() {
                        @Override
                        public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
                            asked.add(call);
                            return perform.get();
                        }

                        @Override
                        public void askAgain(InputCall call) {
                            askedAgain.add(call.step());
                        }
                    });

    @Test
    void theWorldIsAskedOnceHoweverOftenThePastIsExecuted() {
        assertThat(value(5)).isEqualTo(50);
        assertThat(value(9)).isEqualTo(90);
        log.goBackTo(0);
        assertThat(value(5)).isEqualTo(50);
        assertThat(value(9)).isEqualTo(90);
        assertThat(value(12)).isEqualTo(120);
        assertThat(asked).extracting(InputCall::step).containsExactly(5L, 9L, 12L);
    }

    @Test
    void anAnswerIsRepeatedWithWhatItWrites() {
        value(5);
        log.goBackTo(0);
        assertThat(obtain(5).writes())
                .singleElement()
                .satisfies(write -> assertThat(write.address()).isEqualTo(5));
    }

    @Test
    void theWorldIsWhereTheGuestIsOnceAllItsAnswersAreUsed() {
        value(5);
        value(9);
        assertThat(log.isUpToDate()).isTrue();
        log.goBackTo(0);
        value(5);
        assertThat(log.isUpToDate()).isFalse();
        value(9);
        assertThat(log.isUpToDate()).isTrue();
    }

    @Test
    void whoExaminesDoesNotAskTheWorld() {
        value(5);
        log.goBackTo(0);
        log.setExamining(true);
        assertThat(value(5)).isEqualTo(50);
        assertThatThrownBy(() -> obtain(9)).isInstanceOf(InputLog.UnansweredException.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void anotherQuestionThanTheOneAnsweredIsNotAnswered() {
        value(5);
        log.goBackTo(0);
        assertThatThrownBy(() -> obtain(6)).isInstanceOf(InputLog.UnansweredException.class);
    }

    @Test
    void whatIsForgottenCannotBeReached() {
        value(5);
        value(9);
        log.forgetBefore(1);
        assertThat(log.reaches(0)).isFalse();
        assertThat(log.reaches(1)).isTrue();
        log.goBackTo(1);
        assertThat(value(9)).isEqualTo(90);
    }

    @Test
    void aGuestThatGoesOnOtherwiseAsksAnew() {
        value(5);
        value(9);
        log.goBackTo(1);
        log.askRestAgain();
        assertThat(value(7)).isEqualTo(70);
        assertThat(asked).extracting(InputCall::step).containsExactly(5L, 9L, 7L);
        assertThat(askedAgain).isEmpty();
    }

    @Test
    void aGuestThatGoesOnInAnotherStateAsksOnceMoreWhatWasAnswered() {
        value(5);
        value(9);
        value(12);
        log.goBackTo(1);
        log.askRestAgain();
        assertThat(value(9)).isEqualTo(90);
        assertThat(askedAgain).containsExactly(9L);

        log.setExamining(true);
        log.goBackTo(1);
        assertThat(value(9)).isEqualTo(90);
        assertThat(value(12)).isEqualTo(120);
        log.setExamining(false);
        log.goBackTo(1);
        assertThat(value(9)).isEqualTo(90);
        assertThat(askedAgain).containsExactly(9L);
        assertThat(value(12)).isEqualTo(120);
        assertThat(askedAgain).containsExactly(9L, 12L);
        assertThat(asked).extracting(InputCall::step).containsExactly(5L, 9L, 12L);
    }

    @Test
    void theOldestAnswersAreForgottenWhenThereAreTooManyBytes() {
        answerBytes = 20 * MEBIBYTE;
        for (int step = 0; step < 5; step++) {
            value(step);
        }
        assertThat(log.reaches(1)).isFalse();
        assertThat(log.reaches(2)).isTrue();
        log.goBackTo(2);
        assertThat(value(2)).isEqualTo(20);
    }

    @Test
    void anAnswerThatIsTooLongIsAppliedAllTheSame() {
        value(1);
        answerBytes = 65 * MEBIBYTE;
        assertThat(obtain(5).writes())
                .singleElement()
                .satisfies(write -> assertThat(write.data()).hasSize(answerBytes));
        assertThat(log.reaches(1)).isFalse();
        assertThat(log.reaches(2)).isTrue();
    }

    private InputAnswer obtain(long step) {
        byte[] data = new byte[answerBytes];
        return log.obtain(
                new InputCall(step, 0x1000, 63, List.of(), 0, 0),
                () -> new InputAnswer(10 * step, List.of(new InputAnswer.Write(step, data))));
    }

    /** Obtains an answer and traverses its writes, as who applies it does. */
    private long value(long step) {
        InputAnswer answer = obtain(step);
        answer.writes().forEach(write -> assertThat(write.data()).isNotEmpty());
        return answer.value();
    }
}
