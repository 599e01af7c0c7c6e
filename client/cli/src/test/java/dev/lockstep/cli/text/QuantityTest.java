package dev.lockstep.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class QuantityTest {
    @Test
    void roughAmountsHaveThreeDigits() {
        assertThat(Quantity.rough(0)).isEqualTo("0");
        assertThat(Quantity.rough(999)).isEqualTo("999");
        assertThat(Quantity.rough(1_234)).isEqualTo("1.23 k");
        assertThat(Quantity.rough(9_996)).isEqualTo("10.0 k");
        assertThat(Quantity.rough(123_456)).isEqualTo("123 k");
        assertThat(Quantity.rough(999_999)).isEqualTo("1.00 M");
        assertThat(Quantity.rough(24_100_000)).isEqualTo("24.1 M");
        assertThat(Quantity.rough(-1_234)).isEqualTo("-1.23 k");
    }

    @Test
    void exactAmountsAreGrouped() {
        assertThat(Quantity.exact(1_234_567)).isEqualTo("1,234,567");
    }

    @Test
    void timesChangeTheirUnit() {
        assertThat(Quantity.time(340)).isEqualTo("340 ms");
        assertThat(Quantity.time(12_345)).isEqualTo("12.3 s");
        assertThat(Quantity.time(245_000)).isEqualTo("4 min 05 s");
    }
}
