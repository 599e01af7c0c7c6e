package dev.lockstep.recomp;

import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;

/** Rounding modes ("F" extension, table "Rounding mode encoding"). */
final class Rounding {
    static final int NEAREST_EVEN = 0;
    static final int TOWARD_ZERO = 1;
    static final int DOWN = 2;
    static final int UP = 3;
    static final int NEAREST_MAX_MAGNITUDE = 4;

    /** In an instruction's rm field: as frm says. */
    static final int DYNAMIC = 7;

    private Rounding() {}

    /**
     * Returns the mode that frm selects.
     *
     * @param raw the instruction's bits, which a trap reports
     * @throws GuestTrap illegal instruction, if frm holds a reserved mode
     */
    static int dynamic(Hart hart, int raw) {
        if (hart.frm > NEAREST_MAX_MAGNITUDE) {
            throw new GuestTrap(TrapCause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(raw));
        }
        return hart.frm;
    }
}
