package dev.lockstep.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;

final class HartTest {
    @Test
    void everyFieldComesBackAsOftenAsWanted() {
        Hart hart = new Hart();
        ModelState.scramble(hart, Set.of());
        Map<String, String> kept = ModelState.of(hart, Set.of());
        Runnable back = hart.checkpoint();
        for (int i = 0; i < 2; i++) {
            ModelState.scramble(hart, Set.of());
            assertThat(ModelState.common(ModelState.of(hart, Set.of()), kept)).isEmpty();
            back.run();
            assertThat(ModelState.of(hart, Set.of())).isEqualTo(kept);
        }
    }
}
