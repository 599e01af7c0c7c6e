package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;

/** Executes the instructions of the F and D extensions that do not touch memory. */
final class FloatUnit {
    /** Position of the field that tells the format of the operation: 0 single, 1 double. */
    private static final int FORMAT_SHIFT = 25;

    private static final int DYNAMIC = 7;

    private final Hart hart;
    private final long[] registers;
    private final FormatUnit singles = new FormatUnit(Format.SINGLE);
    private final FormatUnit doubles = new FormatUnit(Format.DOUBLE);

    /** The part of the unit that works in one format. */
    private static final class FormatUnit {
        final Format format;
        final SoftFloat arithmetic;
        final Comparison comparison;
        final Conversion conversion;

        FormatUnit(Format format) {
            this.format = format;
            arithmetic = new SoftFloat(format);
            comparison = new Comparison(arithmetic);
            conversion = new Conversion(arithmetic);
        }
    }

    FloatUnit(Hart hart, long[] registers) {
        this.hart = hart;
        this.registers = registers;
    }

    /**
     * Returns what the instruction writes to its destination and accrues its flags.
     *
     * @throws GuestTrap if it rounds and its rounding mode is reserved
     */
    long execute(Instruction instruction) {
        FormatUnit unit = (instruction.raw() >>> FORMAT_SHIFT & 1) == 0 ? singles : doubles;
        long result =
                instruction.op().writesF()
                        ? unit.format.box(value(unit, instruction))
                        : integer(unit, instruction);
        hart.fflags |= unit.arithmetic.takeFlags();
        return result;
    }

    private long value(FormatUnit unit, Instruction in) {
        SoftFloat arithmetic = unit.arithmetic;
        Format format = unit.format;
        long a = format.unbox(registers[Registers.F + in.rs1()]);
        long b = format.unbox(registers[Registers.F + in.rs2()]);
        long c = format.unbox(registers[Registers.F + in.rs3()]);
        long x = registers[in.rs1()];
        return switch (in.op()) {
            case FMADD_S, FMADD_D -> arithmetic.multiplyAdd(a, b, c, mode(in));
            case FMSUB_S, FMSUB_D -> arithmetic.multiplyAdd(a, b, format.negate(c), mode(in));
            case FNMSUB_S, FNMSUB_D -> arithmetic.multiplyAdd(format.negate(a), b, c, mode(in));
            case FNMADD_S, FNMADD_D ->
                    arithmetic.multiplyAdd(format.negate(a), b, format.negate(c), mode(in));
            case FADD_S, FADD_D -> arithmetic.add(a, b, mode(in));
            case FSUB_S, FSUB_D -> arithmetic.add(a, format.negate(b), mode(in));
            case FMUL_S, FMUL_D -> arithmetic.multiply(a, b, mode(in));
            case FDIV_S, FDIV_D -> arithmetic.divide(a, b, mode(in));
            case FSQRT_S, FSQRT_D -> arithmetic.squareRoot(a, mode(in));
            case FSGNJ_S, FSGNJ_D -> format.magnitude(a) | format.sign(b);
            case FSGNJN_S, FSGNJN_D -> format.magnitude(a) | format.sign(~b);
            case FSGNJX_S, FSGNJX_D -> a ^ format.sign(b);
            case FMIN_S, FMIN_D -> unit.comparison.minimum(a, b);
            case FMAX_S, FMAX_D -> unit.comparison.maximum(a, b);
            case FCVT_S_W, FCVT_D_W -> unit.conversion.fromSigned(Meaning.addw(x, 0), mode(in));
            case FCVT_S_WU, FCVT_D_WU ->
                    unit.conversion.fromUnsigned(Integer.toUnsignedLong((int) x), mode(in));
            case FCVT_S_L, FCVT_D_L -> unit.conversion.fromSigned(x, mode(in));
            case FCVT_S_LU, FCVT_D_LU -> unit.conversion.fromUnsigned(x, mode(in));
            case FCVT_S_D ->
                    unit.conversion.fromFormat(
                            Format.DOUBLE, registers[Registers.F + in.rs1()], mode(in));
            case FCVT_D_S ->
                    unit.conversion.fromFormat(
                            Format.SINGLE,
                            Format.SINGLE.unbox(registers[Registers.F + in.rs1()]),
                            mode(in));
            case FMV_W_X, FMV_D_X -> x;
            default -> throw new IllegalStateException(in + " (expected: writes an f register)");
        };
    }

    private long integer(FormatUnit unit, Instruction in) {
        Format format = unit.format;
        long a = format.unbox(registers[Registers.F + in.rs1()]);
        long b = format.unbox(registers[Registers.F + in.rs2()]);
        return switch (in.op()) {
            case FCVT_W_S, FCVT_W_D -> unit.conversion.toInt(a, mode(in));
            case FCVT_WU_S, FCVT_WU_D -> unit.conversion.toUnsignedInt(a, mode(in));
            case FCVT_L_S, FCVT_L_D -> unit.conversion.toLong(a, mode(in));
            case FCVT_LU_S, FCVT_LU_D -> unit.conversion.toUnsignedLong(a, mode(in));
            case FEQ_S, FEQ_D -> unit.comparison.equal(a, b) ? 1 : 0;
            case FLT_S, FLT_D -> unit.comparison.less(a, b) ? 1 : 0;
            case FLE_S, FLE_D -> unit.comparison.lessOrEqual(a, b) ? 1 : 0;
            case FCLASS_S, FCLASS_D -> unit.comparison.classify(a);
            case FMV_X_W -> (int) registers[Registers.F + in.rs1()];
            case FMV_X_D -> a;
            default -> throw new IllegalStateException(in + " (expected: reads f registers)");
        };
    }

    private Rounding mode(Instruction in) {
        int encoding = in.rm() == DYNAMIC ? hart.frm : in.rm();
        if (Rounding.isReserved(encoding)) {
            throw new GuestTrap(TrapCause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(in.raw()));
        }
        return Rounding.of(encoding);
    }
}
