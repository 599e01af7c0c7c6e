package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;

/** The register file that a register field of an instruction selects from. */
public enum RegisterFile {
    /** The instruction has no such register. */
    NONE,

    /** x0 to x31. */
    X,

    /** f0 to f31. */
    F;

    private static final List<String> X_NAMES =
            words(
                    """
                    zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5
                    a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6
                    """);

    private static final List<String> F_NAMES =
            words(
                    """
                    ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5
                    fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11
                    """);

    /** Returns the ABI name of a register, such as a0 for x10. */
    public String abiName(int register) {
        return abiNames().get(register);
    }

    /**
     * Returns the number of the register with this name: a0, x10, or fp for s0.
     *
     * @throws IllegalArgumentException if the file has no such register
     */
    public int number(String name) {
        String abiName = this == X && name.equals("fp") ? "s0" : name;
        for (int register = 0; register < abiNames().size(); register++) {
            if (abiName(register).equals(abiName) || name.equals(prefix() + register)) {
                return register;
            }
        }
        throw new IllegalArgumentException(
                "register: %s (expected: one of %s)".formatted(name, abiNames()));
    }

    private String prefix() {
        return name().toLowerCase(Locale.ROOT);
    }

    private List<String> abiNames() {
        return switch (this) {
            case NONE -> List.of();
            case X -> X_NAMES;
            case F -> F_NAMES;
        };
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
