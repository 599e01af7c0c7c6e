package dev.lockstep.isa;

import java.util.Set;

/** Zicond and Zcb, which neither binutils 2.40 nor qemu 7.2 know: nobody to ask about them. */
final class RecentExtensions {

    private static final Set<String> MNEMONICS =
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

    private RecentExtensions() {}

    static boolean have(Row row) {
        return MNEMONICS.contains(row.mnemonic());
    }
}
