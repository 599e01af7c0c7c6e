package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;

import java.lang.classfile.CodeBuilder;

/**
 * How results and instructions are wrong in the ways that engines get them wrong, and where they
 * can be: the part of {@link FaultKind} that knows instructions.
 */
final class Wrongness {
    private static final StaticCall NAN_PAYLOAD = StaticCall.of(Wrongness.class, "nanPayload");
    private static final long WORD_MASK = 0xFFFF_FFFFL;
    private static final int TO_NEAREST = 0;
    private static final int TOWARD_ZERO = 1;

    /** Opcode of the floating-point instructions that are not fused. */
    private static final int OP_FP = 0x53;

    private Wrongness() {}

    /** Returns whether the result is a number of fewer than 64 bits whose sign is repeated. */
    static boolean extendsSign(Instruction i) {
        String name = i.op().mnemonic();
        boolean narrow = i.op().width() > 0 && i.op().width() < Long.BYTES;
        return writesX(i)
                && switch (i.op().kind()) {
                    case LOAD -> narrow && !extendsByZeros(i);
                    case LR, AMO -> narrow;
                    case ALU -> name.endsWith("w") && !name.endsWith(".uw");
                    case FLOAT -> name.startsWith("fcvt.w") || name.equals("fmv.x.w");
                    default -> false;
                };
    }

    static boolean extendsByZeros(Instruction i) {
        return i.rd() != 0 && (i.op() == Op.LBU || i.op() == Op.LHU || i.op() == Op.LWU);
    }

    /** Returns whether the result is a number of 64 bits in an x register. */
    static boolean isLong(Instruction i) {
        return writesX(i) && !extendsSign(i) && !extendsByZeros(i);
    }

    private static boolean writesX(Instruction i) {
        return i.op().writesX() && i.rd() != 0;
    }

    static boolean hasTwoOperands(Instruction i) {
        boolean computes = i.op().kind() == Kind.ALU || i.op().kind() == Kind.FLOAT;
        return computes && i.op().rs2() != RegisterFile.NONE && (i.op().writesF() || writesX(i));
    }

    static boolean shifts(Instruction i) {
        return writesX(i)
                && switch (i.op()) {
                    case SLL, SRL, SRA, SLLI, SRLI, SRAI, SLLW, SRLW, SRAW -> true;
                    default -> false;
                };
    }

    /** Returns whether the instruction has a rounding mode. */
    static boolean rounds(Instruction i) {
        if (i.op().kind() != Kind.FLOAT || (i.raw() & 0x7F) != OP_FP) {
            return i.op().kind() == Kind.FLOAT;
        }
        return switch (i.raw() >>> 27) {
            // Sign injection, minimum and maximum, comparisons, moves and classes.
            case 0b00100, 0b00101, 0b10100, 0b11100, 0b11110 -> false;
            default -> true;
        };
    }

    /** Takes the right value for a register, pushes the wrong one. */
    static void change(Fault fault, Instruction i, CodeBuilder code) {
        switch (fault.kind()) {
            case FLIP -> code.loadConstant(fault.operand()).lxor();
            case OFF_BY_ONE -> code.lconst_1().ladd();
            case ZERO_EXTEND -> code.loadConstant(maskOf(i)).land();
            case SIGN_EXTEND -> repeatSign(i.op(), code);
            case TRUNCATE -> code.loadConstant(WORD_MASK).land();
            case NAN_PAYLOAD -> NAN_PAYLOAD.emit(code);
            default -> throw new IllegalArgumentException("fault: " + fault);
        }
    }

    private static long maskOf(Instruction i) {
        int width = i.op().kind() == Kind.LOAD ? i.op().width() : Integer.BYTES;
        return (1L << (width * Byte.SIZE)) - 1;
    }

    private static void repeatSign(Op op, CodeBuilder code) {
        code.l2i();
        switch (op) {
            case LBU -> code.i2b();
            case LHU -> code.i2s();
            default -> {}
        }
        code.i2l();
    }

    /** Called by compiled code. */
    static long nanPayload(long value) {
        boolean boxed = value >>> Integer.SIZE == WORD_MASK;
        boolean nan =
                boxed
                        ? Float.isNaN(Float.intBitsToFloat((int) value))
                        : Double.isNaN(Double.longBitsToDouble(value));
        return nan ? value ^ 1 : value;
    }

    static Instruction withOperandsSwapped(Instruction i) {
        return new Instruction(
                i.op(), i.rd(), i.rs2(), i.rs1(), i.rs3(), i.imm(), i.rm(), i.length(), i.raw());
    }

    static Instruction withOtherRounding(Instruction i) {
        int mode = i.rm() == TOWARD_ZERO ? TO_NEAREST : TOWARD_ZERO;
        return new Instruction(
                i.op(), i.rd(), i.rs1(), i.rs2(), i.rs3(), i.imm(), mode, i.length(), i.raw());
    }

    /** Returns an instruction with the same result, were it not for x0. */
    static Instruction withDestination(Instruction i, int rd) {
        return new Instruction(
                i.op(), rd, i.rs1(), i.rs2(), i.rs3(), i.imm(), i.rm(), i.length(), i.raw());
    }

    /** Pushes the result of a shift whose amount has one bit too few, or, of a word, too many. */
    static void pushShifted(Instruction i, Emitter e) {
        CodeBuilder code = e.x(i.rs1()).code();
        switch (i.op()) {
            case SRLW -> code.loadConstant(WORD_MASK).land();
            case SRAW -> code.l2i().i2l();
            default -> {}
        }
        boolean immediate = i.op().rs2() == RegisterFile.NONE;
        (immediate ? e.constant(i.imm()) : e.x(i.rs2())).code().l2i();
        boolean word = i.op().mnemonic().endsWith("w");
        code.loadConstant(word ? Long.SIZE - 1 : Integer.SIZE - 1).iand();
        switch (i.op()) {
            case SLL, SLLI, SLLW -> code.lshl();
            case SRL, SRLI, SRLW -> code.lushr();
            default -> code.lshr();
        }
        if (word) {
            code.l2i().i2l();
        }
    }
}
