package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.Hart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Holds what the host computes against {@link FloatUnit}, which needs no floating point. */
final class HostFloatTest {
    private static final int CASES = 20_000;
    private static final int A = 10;
    private static final int RESULT = 13;
    private static final int TO_ZERO = 1;
    private static final int UP = 3;
    private static final int DYNAMIC = 7;

    private final Seed seed = Seed.fresh();
    private final Random random = seed.random();
    private final FloatOperands singles = new FloatOperands(Format.SINGLE, random);
    private final FloatOperands doubles = new FloatOperands(Format.DOUBLE, random);
    private final Hart hart = new Hart();
    private final long[] registers = Registers.create();
    private final FloatUnit unit = new FloatUnit(hart, registers);

    @ParameterizedTest
    @EnumSource(value = Op.class, mode = EnumSource.Mode.MATCH_ANY, names = "F.*_[SDXWL]")
    void whatIsKnownIsRightAndRaisesInexactAtMost(Op op) throws ReflectiveOperationException {
        if (op.kind() != Kind.FLOAT || op.name().startsWith("FCLASS")) {
            return;
        }
        Instruction in = instruction(op, toInteger(op) ? TO_ZERO : DYNAMIC);
        assertThat(HostFloat.rounds(in)).isTrue();
        Method method = method(op);
        int known = 0;
        for (int i = 0; i < CASES; i++) {
            Object[] operands = drawOperands(in, method.getParameterCount());
            long result = (long) method.invoke(null, operands);
            if (result != HostFloat.UNKNOWN) {
                known++;
                hart.fflags = SoftFloat.INEXACT;
                assertThat(result)
                        .as("%s %s; %s", op, Arrays.toString(operands), seed)
                        .isEqualTo(unit.execute(in));
                assertThat(hart.fflags).isEqualTo(SoftFloat.INEXACT);
            }
        }
        assertThat(known).as("known results of %s; %s", op, seed).isPositive();
    }

    @Test
    void otherRoundingModesAreLeftToTheUnit() {
        assertThat(HostFloat.rounds(instruction(Op.FADD_D, UP))).isFalse();
        assertThat(HostFloat.rounds(instruction(Op.FCVT_W_D, DYNAMIC))).isFalse();
    }

    private static Instruction instruction(Op op, int rounding) {
        return Decoder.decode(Assembler.encode(op, RESULT, A, A + 1, A + 2, 0, rounding));
    }

    private static boolean toInteger(Op op) {
        return op.name().startsWith("FCVT") && op.writesX();
    }

    private static Method method(Op op) {
        String name = op.name().replace("_", "").toLowerCase(Locale.ROOT);
        return Arrays.stream(HostFloat.class.getDeclaredMethods())
                .filter(method -> method.getName().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Draws values for all registers that the instruction may read. */
    private Object[] drawOperands(Instruction in, int count) {
        for (int i = A; i < A + 3; i++) {
            registers[i] = operand();
            registers[Registers.F + i] = operand();
        }
        int[] sources = {
            Registers.source(in.op().rs1(), in.rs1()),
            Registers.source(in.op().rs2(), in.rs2()),
            Registers.source(in.op().rs3(), in.rs3())
        };
        return Arrays.stream(sources).limit(count).mapToObj(i -> registers[i]).toArray();
    }

    private long operand() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> Format.SINGLE.box(singles.next());
            case 2, 3 -> doubles.next();
            default -> random.nextLong() >> random.nextInt(Long.SIZE);
        };
    }
}
