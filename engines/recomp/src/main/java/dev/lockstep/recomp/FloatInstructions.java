package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;

import java.lang.classfile.CodeBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * RV64F and RV64D without loads and stores. Singles are unboxed before they go into a computation
 * and boxed when they come out.
 */
final class FloatInstructions {
    private static final StaticCall BOX = StaticCall.of(Format.class, "box");
    private static final StaticCall UNBOX = StaticCall.of(Format.class, "unbox");
    private static final StaticCall VALUE_OF_SINGLE = StaticCall.of(Format.class, "valueOfSingle");
    private static final StaticCall VALUE_OF_DOUBLE = StaticCall.of(Format.class, "valueOfDouble");
    private static final StaticCall DYNAMIC = StaticCall.of(Rounding.class, "dynamic");
    private static final Map<String, StaticCall> SINGLES = callsOf(Singles.class);
    private static final Map<String, StaticCall> DOUBLES = callsOf(Doubles.class);
    private static final Map<String, StaticCall> COMPARISONS = callsOf(Comparisons.class);
    private static final Map<String, StaticCall> CONVERSIONS = callsOf(Conversions.class);

    private final Instruction i;
    private final Emitter e;
    private final CodeBuilder code;

    private FloatInstructions(Instruction i, Emitter e) {
        this.i = i;
        this.e = e;
        code = e.code();
    }

    private static Map<String, StaticCall> callsOf(Class<?> owner) {
        return Arrays.stream(owner.getDeclaredMethods())
                .map(method -> method.getName())
                .distinct()
                .collect(Collectors.toMap(name -> name, name -> StaticCall.of(owner, name)));
    }

    static void emit(Instruction i, Emitter e) {
        new FloatInstructions(i, e).emit();
    }

    private void emit() {
        switch (i.op()) {
            case FADD_S, FADD_D -> compute("add", 2);
            case FSUB_S, FSUB_D -> compute("subtract", 2);
            case FMUL_S, FMUL_D -> compute("multiply", 2);
            case FDIV_S, FDIV_D -> compute("divide", 2);
            case FSQRT_S, FSQRT_D -> compute("squareRoot", 1);
            case FMADD_S, FMADD_D -> compute("multiplyAdd", 3);
            case FMSUB_S, FMSUB_D -> compute("multiplySubtract", 3);
            case FNMSUB_S, FNMSUB_D -> compute("negatedMultiplySubtract", 3);
            case FNMADD_S, FNMADD_D -> compute("negatedMultiplyAdd", 3);

            case FMIN_S, FMIN_D -> select("minimum");
            case FMAX_S, FMAX_D -> select("maximum");
            case FSGNJ_S, FSGNJ_D -> injectSign("copySign");
            case FSGNJN_S, FSGNJN_D -> injectSign("copyNegatedSign");
            case FSGNJX_S, FSGNJX_D -> injectSign("xorSign");
            case FEQ_S, FEQ_D -> compare("equal");
            case FLT_S, FLT_D -> compare("less");
            case FLE_S, FLE_D -> compare("lessOrEqual");
            case FCLASS_S, FCLASS_D -> classify();

            case FCVT_W_S, FCVT_W_D -> toInteger("toInt");
            case FCVT_WU_S, FCVT_WU_D -> toInteger("toUnsignedInt");
            case FCVT_L_S, FCVT_L_D -> toInteger("toLong");
            case FCVT_LU_S, FCVT_LU_D -> toInteger("toUnsignedLong");
            case FCVT_S_W -> fromInteger("intToSingle");
            case FCVT_D_W -> fromInteger("intToDouble");
            case FCVT_S_WU -> fromInteger("unsignedIntToSingle");
            case FCVT_D_WU -> fromInteger("unsignedIntToDouble");
            case FCVT_S_L -> fromInteger("longToSingle");
            case FCVT_D_L -> fromInteger("longToDouble");
            case FCVT_S_LU -> fromInteger("unsignedLongToSingle");
            case FCVT_D_LU -> fromInteger("unsignedLongToDouble");
            case FCVT_S_D -> convert("doubleToSingle");
            case FCVT_D_S -> convert("singleToDouble");

            case FMV_X_W -> {
                e.f(i.rs1()).code().l2i().i2l();
                e.writeX(i.rd());
            }
            case FMV_X_D -> e.f(i.rs1()).writeX(i.rd());
            case FMV_W_X -> {
                BOX.emit(e.x(i.rs1()).code());
                e.writeF(i.rd());
            }
            case FMV_D_X -> e.x(i.rs1()).writeF(i.rd());
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        }
    }

    private void compute(String name, int operandCount) {
        operand(i.rs1());
        if (operandCount >= 2) {
            operand(i.rs2());
        }
        if (operandCount == 3) {
            operand(i.rs3());
        }
        modeAndHart();
        call(isSingle() ? SINGLES : DOUBLES, name);
        write();
    }

    private void select(String name) {
        operand(i.rs1());
        operand(i.rs2());
        format();
        e.hart();
        call(COMPARISONS, name);
        write();
    }

    private void injectSign(String name) {
        operand(i.rs1());
        operand(i.rs2());
        format();
        call(COMPARISONS, name);
        write();
    }

    private void compare(String name) {
        operand(i.rs1());
        operand(i.rs2());
        format();
        e.hart();
        call(COMPARISONS, name);
        e.writeX(i.rd());
    }

    private void classify() {
        operand(i.rs1());
        format();
        call(COMPARISONS, "classify");
        e.writeX(i.rd());
    }

    private void toInteger(String name) {
        operand(i.rs1());
        (isSingle() ? VALUE_OF_SINGLE : VALUE_OF_DOUBLE).emit(code);
        modeAndHart();
        call(CONVERSIONS, name);
        e.writeX(i.rd());
    }

    private void fromInteger(String name) {
        e.x(i.rs1());
        modeAndHart();
        call(CONVERSIONS, name);
        write(name.endsWith("Single"));
    }

    /** Converts between the formats; the source is in the mnemonic's last place. */
    private void convert(String name) {
        operand(i.rs1());
        modeAndHart();
        call(CONVERSIONS, name);
        write(!isSingle());
    }

    /** Returns whether the mnemonic's last place, the format of the operands, says single. */
    private boolean isSingle() {
        return i.op().mnemonic().endsWith(".s");
    }

    private void operand(int number) {
        e.f(number);
        if (isSingle()) {
            UNBOX.emit(code);
        }
    }

    private void write() {
        write(isSingle());
    }

    private void write(boolean single) {
        if (single) {
            BOX.emit(code);
        }
        e.writeF(i.rd());
    }

    private void format() {
        code.getstatic(Names.FORMAT_TYPE, isSingle() ? "SINGLE" : "DOUBLE", Names.FORMAT_TYPE);
    }

    private void modeAndHart() {
        if (i.rm() == Rounding.DYNAMIC) {
            DYNAMIC.emit(e.hart().code().loadConstant(i.raw()));
        } else {
            code.loadConstant(i.rm());
        }
        e.hart();
    }

    private void call(Map<String, StaticCall> calls, String name) {
        Objects.requireNonNull(calls.get(name), name).emit(code);
    }
}
