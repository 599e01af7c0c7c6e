package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private final Allowance allowance = new Allowance(100);

    @Test
    void grantsAWindowFromTheStart() {
        allowance.use(99);
        assertThat(allowance.exhausted()).isFalse();

        allowance.use(1);
        assertThat(allowance.exhausted()).isTrue();
        assertThat(allowance.overdrawn()).isFalse();

        allowance.use(1);
        assertThat(allowance.overdrawn()).isTrue();
    }

    @Test
    void isRaisedByAQuarterOfTheWindowAtLeast() {
        assertThat(allowance.raise(24)).isFalse();
        assertThat(allowance.granted()).isEqualTo(100);

        assertThat(allowance.raise(25)).isTrue();
        assertThat(allowance.granted()).isEqualTo(125);

        assertThat(allowance.raise(49)).isFalse();
        assertThat(allowance.raise(90)).isTrue();
        assertThat(allowance.granted()).isEqualTo(190);
    }

    @Test
    void neverShrinks() {
        assertThat(allowance.raise(50)).isTrue();
        assertThat(allowance.raise(10)).isFalse();
        assertThat(allowance.granted()).isEqualTo(150);
    }
}
