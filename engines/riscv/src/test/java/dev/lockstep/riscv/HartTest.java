package dev.lockstep.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;

final class HartTest {
    /** What is recorded is agreed on before the first step. */
    private static final Set<String> STAYS = Set.of("Hart.counted");

    @Test
    void everyFieldComesBackAsOftenAsWanted() {
        Hart hart = new Hart();
        ModelState.scramble(hart, STAYS);
        Map<String, String> kept = ModelState.of(hart, STAYS);
        Runnable back = hart.checkpoint();
        for (int i = 0; i < 2; i++) {
            ModelState.scramble(hart, STAYS);
            assertThat(ModelState.common(ModelState.of(hart, STAYS), kept)).isEmpty();
            back.run();
            assertThat(ModelState.of(hart, STAYS)).isEqualTo(kept);
        }
    }
}
