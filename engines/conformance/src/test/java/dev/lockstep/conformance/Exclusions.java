package dev.lockstep.conformance;

import java.util.Map;
import java.util.Set;

/**
 * What random code leaves out, and why. docs/conformance.md says the same to users; what is left
 * out by its operands stands where {@link StraightCode} makes them.
 */
final class Exclusions {
    private static final String NO_INSTRUCTION = "traps by definition; QemuLegalityTest has them";
    private static final String MACHINE = "belongs to the machine around the engine";

    /** By name of the form. */
    static final Map<String, String> REASONS =
            Map.of(
                    "illegal", NO_INSTRUCTION,
                    "ecall", MACHINE,
                    "ebreak", MACHINE,
                    "c.ebreak", MACHINE,
                    "mret", MACHINE,
                    "wfi", MACHINE);

    /** Zicond and Zcb: QEMU 7.2 does not know them, so only our engines are compared. */
    static final Set<String> UNKNOWN_TO_QEMU =
            Set.of(
                    "czero.eqz",
                    "czero.nez",
                    "c.lbu",
                    "c.lhu",
                    "c.lh",
                    "c.sb",
                    "c.sh",
                    "c.zext.b",
                    "c.sext.b",
                    "c.zext.h",
                    "c.sext.h",
                    "c.zext.w",
                    "c.not",
                    "c.mul");

    private Exclusions() {}
}
