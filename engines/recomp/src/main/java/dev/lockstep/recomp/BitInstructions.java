package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;

import java.lang.classfile.CodeBuilder;

/** What Zba, Zbb, Zbc, Zbs and Zicond compute. */
final class BitInstructions {
    private static final StaticCall LEADING_ZEROS =
            StaticCall.of(Long.class, "numberOfLeadingZeros");
    private static final StaticCall LEADING_ZEROS_OF_WORD =
            StaticCall.of(Integer.class, "numberOfLeadingZeros");
    private static final StaticCall TRAILING_ZEROS =
            StaticCall.of(Long.class, "numberOfTrailingZeros");
    private static final StaticCall TRAILING_ZEROS_OF_WORD =
            StaticCall.of(Integer.class, "numberOfTrailingZeros");
    private static final StaticCall ONES = StaticCall.of(Long.class, "bitCount");
    private static final StaticCall ONES_OF_WORD = StaticCall.of(Integer.class, "bitCount");
    private static final StaticCall MAXIMUM = StaticCall.of(Long.class, "max");
    private static final StaticCall MAXIMUM_UNSIGNED =
            StaticCall.of(Integers.class, "maximumUnsigned");
    private static final StaticCall MINIMUM = StaticCall.of(Long.class, "min");
    private static final StaticCall MINIMUM_UNSIGNED =
            StaticCall.of(Integers.class, "minimumUnsigned");
    private static final StaticCall ROTATE_LEFT = StaticCall.of(Long.class, "rotateLeft");
    private static final StaticCall ROTATE_WORD_LEFT = StaticCall.of(Integer.class, "rotateLeft");
    private static final StaticCall ROTATE_RIGHT = StaticCall.of(Long.class, "rotateRight");
    private static final StaticCall ROTATE_WORD_RIGHT = StaticCall.of(Integer.class, "rotateRight");
    private static final StaticCall OR_OF_BYTES = StaticCall.of(Integers.class, "orOfBytes");
    private static final StaticCall REVERSE_BYTES = StaticCall.of(Long.class, "reverseBytes");
    private static final StaticCall MULTIPLY_CARRYLESS =
            StaticCall.of(Integers.class, "multiplyCarryless");
    private static final StaticCall MULTIPLY_CARRYLESS_HIGH =
            StaticCall.of(Integers.class, "multiplyCarrylessHigh");
    private static final StaticCall MULTIPLY_CARRYLESS_REVERSED =
            StaticCall.of(Integers.class, "multiplyCarrylessReversed");
    private static final StaticCall ZERO_IF_ZERO = StaticCall.of(Integers.class, "zeroIfZero");
    private static final StaticCall ZERO_UNLESS_ZERO =
            StaticCall.of(Integers.class, "zeroUnlessZero");

    private final Instruction i;
    private final Emitter e;
    private final IntegerInstructions from;

    /**
     * @param from pushes the operands that other instructions have too
     */
    BitInstructions(Instruction i, Emitter e, IntegerInstructions from) {
        this.i = i;
        this.e = e;
        this.from = from;
    }

    CodeBuilder pushResult() {
        return switch (i.op()) {
            case ADD_UW -> shiftedWord(0).ladd();
            case SH1ADD -> shifted(1).ladd();
            case SH2ADD -> shifted(2).ladd();
            case SH3ADD -> shifted(3).ladd();
            case SH1ADD_UW -> shiftedWord(1).ladd();
            case SH2ADD_UW -> shiftedWord(2).ladd();
            case SH3ADD_UW -> shiftedWord(3).ladd();
            case SLLI_UW -> unsignedWord().loadConstant((int) i.imm()).lshl();

            case ANDN -> e.x(i.rs1()).x(i.rs2()).constant(-1).code().lxor().land();
            case ORN -> e.x(i.rs1()).x(i.rs2()).constant(-1).code().lxor().lor();
            case XNOR -> from.both().lxor().loadConstant(-1L).lxor();
            case CLZ -> LEADING_ZEROS.emit(one()).i2l();
            case CLZW -> LEADING_ZEROS_OF_WORD.emit(one().l2i()).i2l();
            case CTZ -> TRAILING_ZEROS.emit(one()).i2l();
            case CTZW -> TRAILING_ZEROS_OF_WORD.emit(one().l2i()).i2l();
            case CPOP -> ONES.emit(one()).i2l();
            case CPOPW -> ONES_OF_WORD.emit(one().l2i()).i2l();
            case MAX -> MAXIMUM.emit(from.both());
            case MAXU -> MAXIMUM_UNSIGNED.emit(from.both());
            case MIN -> MINIMUM.emit(from.both());
            case MINU -> MINIMUM_UNSIGNED.emit(from.both());
            case SEXT_B -> one().l2i().i2b().i2l();
            case SEXT_H -> one().l2i().i2s().i2l();
            case ZEXT_H -> one().l2i().i2c().i2l();
            case ROL -> ROTATE_LEFT.emit(from.both().l2i());
            case ROLW -> ROTATE_WORD_LEFT.emit(from.words()).i2l();
            case ROR -> ROTATE_RIGHT.emit(from.both().l2i());
            case RORW -> ROTATE_WORD_RIGHT.emit(from.words()).i2l();
            case RORI -> ROTATE_RIGHT.emit(from.shift());
            case RORIW -> ROTATE_WORD_RIGHT.emit(from.wordShift()).i2l();
            case ORC_B -> OR_OF_BYTES.emit(one());
            case REV8 -> REVERSE_BYTES.emit(one());

            case CLMUL -> MULTIPLY_CARRYLESS.emit(from.both());
            case CLMULH -> MULTIPLY_CARRYLESS_HIGH.emit(from.both());
            case CLMULR -> MULTIPLY_CARRYLESS_REVERSED.emit(from.both());

            case BCLR -> bit().loadConstant(-1L).lxor().land();
            case BCLRI -> e.x(i.rs1()).constant(~(1L << i.imm())).code().land();
            case BEXT -> from.both().l2i().lushr().lconst_1().land();
            case BEXTI -> from.shift().lushr().lconst_1().land();
            case BINV -> bit().lxor();
            case BINVI -> e.x(i.rs1()).constant(1L << i.imm()).code().lxor();
            case BSET -> bit().lor();
            case BSETI -> e.x(i.rs1()).constant(1L << i.imm()).code().lor();

            case CZERO_EQZ -> ZERO_IF_ZERO.emit(from.both());
            case CZERO_NEZ -> ZERO_UNLESS_ZERO.emit(from.both());
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        };
    }

    private CodeBuilder one() {
        return e.x(i.rs1()).code();
    }

    /** Pushes rs1 shifted left, and rs2. */
    private CodeBuilder shifted(int distance) {
        one().loadConstant(distance).lshl();
        return e.x(i.rs2()).code();
    }

    /** Pushes the low half of rs1, which is not negative, shifted left, and rs2. */
    private CodeBuilder shiftedWord(int distance) {
        unsignedWord().loadConstant(distance).lshl();
        return e.x(i.rs2()).code();
    }

    private CodeBuilder unsignedWord() {
        return one().loadConstant(0xFFFF_FFFFL).land();
    }

    /** Pushes rs1, and a long with the bit that rs2 says. */
    private CodeBuilder bit() {
        one().lconst_1();
        return e.x(i.rs2()).code().l2i().lshl();
    }
}
