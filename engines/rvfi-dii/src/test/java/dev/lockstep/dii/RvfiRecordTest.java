package dev.lockstep.dii;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

class RvfiRecordTest {
    @Test
    void aRecordIsReadFromItsPlaces() {
        byte[] bytes = new byte[88];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
        }

        RvfiRecord record = RvfiRecord.of(bytes);

        assertThat(RvfiRecord.BYTES).isEqualTo(88);
        assertThat(record.pc()).isEqualTo(HexFormat.fromHexDigitsToLong("100f0e0d0c0b0a09"));
        assertThat(record.nextPc()).isEqualTo(HexFormat.fromHexDigitsToLong("1817161514131211"));
        assertThat(record.rdValue()).isEqualTo(HexFormat.fromHexDigitsToLong("3837363534333231"));
        assertThat(record.memoryAddress())
                .isEqualTo(HexFormat.fromHexDigitsToLong("403f3e3d3c3b3a39"));
        assertThat(record.written()).isEqualTo(HexFormat.fromHexDigitsToLong("504f4e4d4c4b4a49"));
        assertThat(record.writeMask()).isEqualTo(82);
        assertThat(record.rd()).isEqualTo(85);
    }

    @Test
    void trapAndHaltAreBytesOfTheirOwn() {
        byte[] bytes = new byte[88];
        bytes[85] = 1;
        assertThat(RvfiRecord.of(bytes).trapped()).isTrue();
        assertThat(RvfiRecord.of(bytes).halted()).isFalse();
        bytes[86] = 1;
        assertThat(RvfiRecord.of(bytes).halted()).isTrue();
    }
}
