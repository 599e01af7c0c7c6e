package dev.lockstep.cli.evidence;

import static java.util.Map.entry;

import dev.lockstep.isa.Op;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongBinaryOperator;

/**
 * What integer instructions compute, to ask what another instruction or other operands would have
 * given. For classification alone: no engine may use it, or be judged by it.
 */
final class Alu {
    private static final long WORD = 0xffff_ffffL;

    private static final Map<Op, LongBinaryOperator> BASE =
            Map.ofEntries(
                    entry(Op.ADD, (a, b) -> a + b),
                    entry(Op.SUB, (a, b) -> a - b),
                    entry(Op.SLL, (a, b) -> a << b),
                    entry(Op.SRL, (a, b) -> a >>> b),
                    entry(Op.SRA, (a, b) -> a >> b),
                    entry(Op.SLT, (a, b) -> a < b ? 1 : 0),
                    entry(Op.SLTU, (a, b) -> Long.compareUnsigned(a, b) < 0 ? 1 : 0),
                    entry(Op.XOR, (a, b) -> a ^ b),
                    entry(Op.OR, (a, b) -> a | b),
                    entry(Op.AND, (a, b) -> a & b),
                    entry(Op.ANDN, (a, b) -> a & ~b),
                    entry(Op.ORN, (a, b) -> a | ~b),
                    entry(Op.XNOR, (a, b) -> ~(a ^ b)),
                    entry(Op.MUL, (a, b) -> a * b),
                    entry(Op.MULH, Math::multiplyHigh),
                    entry(Op.MULHU, Math::unsignedMultiplyHigh),
                    entry(Op.MULHSU, (a, b) -> Math.multiplyHigh(a, b) + (b < 0 ? a : 0)),
                    entry(Op.DIV, (a, b) -> b == 0 ? -1 : a / b),
                    entry(Op.DIVU, (a, b) -> b == 0 ? -1 : Long.divideUnsigned(a, b)),
                    entry(Op.REM, (a, b) -> b == 0 ? a : a % b),
                    entry(Op.REMU, (a, b) -> b == 0 ? a : Long.remainderUnsigned(a, b)),
                    entry(Op.ADD_UW, (a, b) -> (a & WORD) + b),
                    entry(Op.SH1ADD, (a, b) -> (a << 1) + b),
                    entry(Op.SH2ADD, (a, b) -> (a << 2) + b),
                    entry(Op.SH3ADD, (a, b) -> (a << 3) + b),
                    entry(Op.MAX, Math::max),
                    entry(Op.MIN, Math::min),
                    entry(Op.MAXU, (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b),
                    entry(Op.MINU, (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b),
                    entry(Op.ROL, Alu::rotateLeft),
                    entry(Op.ROR, Alu::rotateRight),
                    entry(Op.BSET, (a, b) -> a | 1L << b),
                    entry(Op.BCLR, (a, b) -> a & ~(1L << b)),
                    entry(Op.BINV, (a, b) -> a ^ 1L << b),
                    entry(Op.BEXT, (a, b) -> a >>> b & 1),
                    entry(Op.CZERO_EQZ, (a, b) -> b == 0 ? 0 : a),
                    entry(Op.CZERO_NEZ, (a, b) -> b != 0 ? 0 : a));

    /** What computes as another does, with an immediate in place of the second register. */
    private static final Map<Op, Op> IMMEDIATE =
            Map.ofEntries(
                    entry(Op.ADDI, Op.ADD),
                    entry(Op.SLTI, Op.SLT),
                    entry(Op.SLTIU, Op.SLTU),
                    entry(Op.XORI, Op.XOR),
                    entry(Op.ORI, Op.OR),
                    entry(Op.ANDI, Op.AND),
                    entry(Op.SLLI, Op.SLL),
                    entry(Op.SRLI, Op.SRL),
                    entry(Op.SRAI, Op.SRA),
                    entry(Op.RORI, Op.ROR),
                    entry(Op.BSETI, Op.BSET),
                    entry(Op.BCLRI, Op.BCLR),
                    entry(Op.BINVI, Op.BINV),
                    entry(Op.BEXTI, Op.BEXT),
                    entry(Op.ADDIW, Op.ADDW),
                    entry(Op.SLLIW, Op.SLLW),
                    entry(Op.SRLIW, Op.SRLW),
                    entry(Op.SRAIW, Op.SRAW));

    /** What computes on words, and what computes the same on all 64 bits. */
    private static final Map<Op, Op> WIDE =
            Map.of(
                    Op.ADDW, Op.ADD, Op.SUBW, Op.SUB, Op.MULW, Op.MUL, Op.SLLW, Op.SLL, Op.SRLW,
                    Op.SRL, Op.SRAW, Op.SRA, Op.DIVW, Op.DIV, Op.DIVUW, Op.DIVU, Op.REMW, Op.REM,
                    Op.REMUW, Op.REMU);

    /** Operands of words that are taken without their sign. */
    private static final Set<Op> UNSIGNED_WORDS = Set.of(Op.SRLW, Op.DIVUW, Op.REMUW);

    private static final Map<Op, LongBinaryOperator> ALL = withWords();

    private Alu() {}

    /** Returns the result, if this knows the instruction. */
    static OptionalLong result(Op op, long first, long second) {
        LongBinaryOperator computes = ALL.get(registerForm(op));
        return computes == null
                ? OptionalLong.empty()
                : OptionalLong.of(computes.applyAsLong(first, second));
    }

    /** Returns what the same would give on all 64 bits, if it computes on words. */
    static OptionalLong wideResult(Op op, long first, long second) {
        Op wide = WIDE.get(registerForm(op));
        return wide == null ? OptionalLong.empty() : result(wide, first, second);
    }

    /** Returns whether the second operand is an immediate. */
    static boolean hasImmediate(Op op) {
        return IMMEDIATE.containsKey(op);
    }

    /** Returns the shift with its amount taken whole, or masked as on the other width. */
    static OptionalLong unmaskedShift(Op op, long first, long second) {
        return switch (registerForm(op)) {
            case SLL -> OptionalLong.of(second >>> 6 == 0 ? first << second : 0);
            case SRL -> OptionalLong.of(second >>> 6 == 0 ? first >>> second : 0);
            case SRA -> OptionalLong.of(first >> (second >>> 6 == 0 ? second : 63));
            case SLLW -> word(second >>> 6 == 0 ? first << second : 0);
            case SRLW -> word(second >>> 6 == 0 ? (first & WORD) >>> second : 0);
            case SRAW -> OptionalLong.of((int) first >> (second >>> 5 == 0 ? second : 31));
            default -> OptionalLong.empty();
        };
    }

    /** Returns the shift with one bit more or less of its amount than counts. */
    static OptionalLong otherMaskShift(Op op, long first, long second) {
        return switch (registerForm(op)) {
            case SLL -> OptionalLong.of(first << (second & 31));
            case SRL -> OptionalLong.of(first >>> (second & 31));
            case SRA -> OptionalLong.of(first >> (second & 31));
            case ROL -> OptionalLong.of(rotateLeft(first, second & 31));
            case ROR -> OptionalLong.of(rotateRight(first, second & 31));
            case SLLW -> word(first << (second & 63));
            case SRLW -> word((first & WORD) >>> (second & 63));
            case SRAW -> OptionalLong.of((int) first >> Math.min(second & 63, 31));
            default -> OptionalLong.empty();
        };
    }

    /** Returns the low word, sign-extended, as operations on words do. */
    private static OptionalLong word(long result) {
        long low = (int) result;
        return OptionalLong.of(low);
    }

    private static Op registerForm(Op op) {
        return IMMEDIATE.getOrDefault(op, op);
    }

    private static Map<Op, LongBinaryOperator> withWords() {
        Map<Op, LongBinaryOperator> all = new HashMap<>(BASE);
        WIDE.forEach((word, wide) ->
                all.put(word, onWords(word, Objects.requireNonNull(BASE.get(wide)))));
        return Map.copyOf(all);
    }

    private static LongBinaryOperator onWords(Op op, LongBinaryOperator wide) {
        boolean isShift = op == Op.SLLW || op == Op.SRLW || op == Op.SRAW;
        boolean unsigned = UNSIGNED_WORDS.contains(op);
        return (a, b) -> {
            long first = unsigned ? a & WORD : (int) a;
            long second = isShift ? b & 31 : unsigned ? b & WORD : (int) b;
            return (int) wide.applyAsLong(first, second);
        };
    }

    private static long rotateLeft(long value, long amount) {
        return Long.rotateLeft(value, (int) amount);
    }

    private static long rotateRight(long value, long amount) {
        return Long.rotateRight(value, (int) amount);
    }
}
