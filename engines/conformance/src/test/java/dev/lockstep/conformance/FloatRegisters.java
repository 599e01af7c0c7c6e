package dev.lockstep.conformance;

import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;

import java.util.Random;

/**
 * Which floating-point registers hold what: mostly singles those with even numbers, doubles the
 * others. Were there no order, nearly all operands would be NaN.
 */
final class FloatRegisters {
    enum Format {
        SINGLE,
        DOUBLE
    }

    private static final int REGISTERS = 32;
    private static final int MISTAKES_IN = 8;

    private FloatRegisters() {}

    /** Returns the format of an operand: fcvt.s.d reads doubles. */
    static Format sourceFormat(Op op) {
        return op.mnemonic().endsWith("d") ? Format.DOUBLE : Format.SINGLE;
    }

    /** Returns the format of the result: fcvt.s.d makes singles; what fld loads its width says. */
    static Format resultFormat(Op op) {
        if (op.kind() == Kind.LOAD) {
            return op.width() == Double.BYTES ? Format.DOUBLE : Format.SINGLE;
        }
        String name = op.mnemonic();
        return name.contains(".d.") || (name.endsWith(".d") && !name.contains(".s."))
                ? Format.DOUBLE
                : Format.SINGLE;
    }

    /** Returns the format that a register holds in a new state. */
    static Format of(Random random, int register) {
        boolean odd = register % 2 != 0;
        return odd == (random.nextInt(MISTAKES_IN) != 0) ? Format.DOUBLE : Format.SINGLE;
    }

    /** Returns a register that probably has the format. */
    static int any(Random random, Format format) {
        int register = random.nextInt(REGISTERS);
        return random.nextInt(MISTAKES_IN) == 0
                ? register
                : (register & -2) | (format == Format.DOUBLE ? 1 : 0);
    }
}
