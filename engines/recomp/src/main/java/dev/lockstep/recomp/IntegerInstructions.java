package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;

import java.lang.classfile.CodeBuilder;

/** All that computes an x register from others; what RV64I and RV64M do not have is elsewhere. */
final class IntegerInstructions {
    private static final StaticCall LESS = StaticCall.of(Integers.class, "less");
    private static final StaticCall LESS_UNSIGNED = StaticCall.of(Integers.class, "lessUnsigned");
    private static final StaticCall MULTIPLY_HIGH = StaticCall.of(Math.class, "multiplyHigh");
    private static final StaticCall MULTIPLY_HIGH_UNSIGNED =
            StaticCall.of(Math.class, "unsignedMultiplyHigh");
    private static final StaticCall MULTIPLY_HIGH_SIGNED_UNSIGNED =
            StaticCall.of(Integers.class, "multiplyHighSignedUnsigned");
    private static final StaticCall DIVIDE = StaticCall.of(Integers.class, "divide");
    private static final StaticCall DIVIDE_UNSIGNED =
            StaticCall.of(Integers.class, "divideUnsigned");
    private static final StaticCall REMAINDER = StaticCall.of(Integers.class, "remainder");
    private static final StaticCall REMAINDER_UNSIGNED =
            StaticCall.of(Integers.class, "remainderUnsigned");
    private static final StaticCall DIVIDE_WORDS = StaticCall.of(Integers.class, "divideWords");
    private static final StaticCall DIVIDE_WORDS_UNSIGNED =
            StaticCall.of(Integers.class, "divideWordsUnsigned");
    private static final StaticCall REMAINDER_OF_WORDS =
            StaticCall.of(Integers.class, "remainderOfWords");
    private static final StaticCall REMAINDER_OF_WORDS_UNSIGNED =
            StaticCall.of(Integers.class, "remainderOfWordsUnsigned");

    private final Instruction i;
    private final Emitter e;

    private IntegerInstructions(Instruction i, Emitter e) {
        this.i = i;
        this.e = e;
    }

    static void emit(Instruction i, Emitter e) {
        // Without a destination there is no effect: a HINT.
        if (i.rd() != 0) {
            new IntegerInstructions(i, e).pushResult();
            e.writeX(i.rd());
        }
    }

    private CodeBuilder pushResult() {
        // Shifts of the JVM take the amount as an int and use its low 5 or 6 bits, as RISC-V does.
        return switch (i.op()) {
            case LUI -> e.constant(i.imm()).code();
            case AUIPC -> e.constant(e.pc() + i.imm()).code();

            case ADDI -> immediate().ladd();
            case SLTI -> LESS.emit(immediate());
            case SLTIU -> LESS_UNSIGNED.emit(immediate());
            case XORI -> immediate().lxor();
            case ORI -> immediate().lor();
            case ANDI -> immediate().land();
            case SLLI -> shift().lshl();
            case SRLI -> shift().lushr();
            case SRAI -> shift().lshr();

            case ADD -> both().ladd();
            case SUB -> both().lsub();
            case SLL -> both().l2i().lshl();
            case SLT -> LESS.emit(both());
            case SLTU -> LESS_UNSIGNED.emit(both());
            case XOR -> both().lxor();
            case SRL -> both().l2i().lushr();
            case SRA -> both().l2i().lshr();
            case OR -> both().lor();
            case AND -> both().land();

            case ADDIW -> immediate().ladd().l2i().i2l();
            case SLLIW -> wordShift().ishl().i2l();
            case SRLIW -> wordShift().iushr().i2l();
            case SRAIW -> wordShift().ishr().i2l();
            case ADDW -> words().iadd().i2l();
            case SUBW -> words().isub().i2l();
            case SLLW -> words().ishl().i2l();
            case SRLW -> words().iushr().i2l();
            case SRAW -> words().ishr().i2l();

            case MUL -> both().lmul();
            case MULH -> MULTIPLY_HIGH.emit(both());
            case MULHSU -> MULTIPLY_HIGH_SIGNED_UNSIGNED.emit(both());
            case MULHU -> MULTIPLY_HIGH_UNSIGNED.emit(both());
            case DIV -> DIVIDE.emit(both());
            case DIVU -> DIVIDE_UNSIGNED.emit(both());
            case REM -> REMAINDER.emit(both());
            case REMU -> REMAINDER_UNSIGNED.emit(both());
            case MULW -> words().imul().i2l();
            case DIVW -> DIVIDE_WORDS.emit(words()).i2l();
            case DIVUW -> DIVIDE_WORDS_UNSIGNED.emit(words()).i2l();
            case REMW -> REMAINDER_OF_WORDS.emit(words()).i2l();
            case REMUW -> REMAINDER_OF_WORDS_UNSIGNED.emit(words()).i2l();
            default -> new BitInstructions(i, e, this).pushResult();
        };
    }

    /** Pushes rs1 and rs2. */
    CodeBuilder both() {
        return e.x(i.rs1()).x(i.rs2()).code();
    }

    private CodeBuilder immediate() {
        return e.x(i.rs1()).constant(i.imm()).code();
    }

    /** Pushes rs1 and, as an int, the shift amount. */
    CodeBuilder shift() {
        return e.x(i.rs1()).code().loadConstant((int) i.imm());
    }

    /** Pushes the low halves as ints. */
    CodeBuilder words() {
        e.x(i.rs1()).code().l2i();
        return e.x(i.rs2()).code().l2i();
    }

    /** Pushes the low half of rs1 and the shift amount, both as ints. */
    CodeBuilder wordShift() {
        return e.x(i.rs1()).code().l2i().loadConstant((int) i.imm());
    }
}
