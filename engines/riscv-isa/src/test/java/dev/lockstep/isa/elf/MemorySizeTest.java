package dev.lockstep.isa.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({
        "64M, 67108864",
        "3G, 3221225472",
        "4G, 4294967296",
        "1048576K, 1073741824",
        "67108864, 67108864",
        "0x7ffff000, 2147479552",
    })
    void sizesAreBytesOrInBinaryUnits(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "G", "3g", "-1G", "63M", "5G", "9999999999G", "1000000001", "0x", "2G "})
    void whatIsNoSizeIsRefusedWithWhatWasExpected(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'%s' is no size of a memory (expected: 64M to 4G, in pages of 4K)", text);
    }
}
