package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

class EngineSpecTest {
    private static final List<EngineSpec> ENGINES =
            List.of(
                    new EngineSpec("interp", Role.REFERENCE),
                    new EngineSpec("recomp", Role.SUBJECT),
                    new EngineSpec("qemu", Role.SUBJECT));

    @Test
    void theOnlyEngineOfARoleNeedsNoName() {
        assertThat(EngineSpec.only(Role.REFERENCE, ENGINES)).isEqualTo("interp");
    }

    @Test
    void whereThereAreSeveralTheOptionThatChoosesIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EngineSpec.only(Role.SUBJECT, ENGINES))
                .withMessageStartingWith("subject: recomp and qemu (expected: the name of one;")
                .withMessageContaining("--engine");
    }
}
