package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Op;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Field;

final class OpcodeTest {
    @Test
    void opcodesAreTheOrdinalsOfTheirInstructions() throws IllegalAccessException {
        Field[] opcodes = Opcode.class.getDeclaredFields();
        assertThat(opcodes).isNotEmpty();
        for (Field opcode : opcodes) {
            int expected = Opcode.of(Op.valueOf(opcode.getName()));
            assertThat(opcode.getInt(null)).as(opcode.getName()).isEqualTo(expected);
        }
    }
}
