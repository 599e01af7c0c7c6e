package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;

/** The register file that a register field of an instruction selects from. */
public enum RegisterFile {
    /** The instruction has no such register. */
    NONE(""),

    /** x0 to x31. */
    X(
            """
            zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5
            a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6
            """),

    /** f0 to f31. */
    F(
            """
            ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5
            fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11
            """);

    private final List<String> abiNames;

    RegisterFile(String abiNames) {
        this.abiNames = List.of(abiNames.strip().split("\\s+"));
    }

    /** Returns the ABI name of a register, such as a0 for x10. */
    public String abiName(int register) {
        return abiNames.get(register);
    }

    /**
     * Returns the number of the register with this name: a0, x10, or fp for s0.
     *
     * @throws IllegalArgumentException if the file has no such register
     */
    public int number(String name) {
        if (abiNames.contains(name)) {
            return abiNames.indexOf(name);
        }
        for (int register = 0; register < abiNames.size(); register++) {
            if (name.equals(name().toLowerCase(Locale.ROOT) + register)) {
                return register;
            }
        }
        if (this == X && name.equals("fp")) {
            return number("s0");
        }
        throw new IllegalArgumentException(
                "register: %s (expected: one of %s)".formatted(name, abiNames));
    }
}
