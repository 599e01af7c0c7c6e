package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.invoke.MethodHandles;

final class StaticCallTest {
    @Test
    void takesTheTypeOfTheOnlyMethodOfAName() {
        assertThat(StaticCall.of(Math.class, "multiplyHigh").type().descriptorString())
                .isEqualTo("(JJ)J");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classData", "nothingOfThisName"})
    void refusesANameThatDoesNotTellWhichMethod(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticCall.of(MethodHandles.class, name))
                .withMessageContaining("methods named " + name + " (expected: 1)");
    }
}
