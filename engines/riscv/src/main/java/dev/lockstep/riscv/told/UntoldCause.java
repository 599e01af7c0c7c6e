package dev.lockstep.riscv.told;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;

/** Tells from an instruction and the state before it why it trapped, where nobody says so. */
public final class UntoldCause {
    /** Machine mode, as a privilege mode is numbered. */
    public static final int MACHINE = 3;

    private final Hart hart;
    private final GuestMemory memory;

    public UntoldCause(Hart hart, GuestMemory memory) {
        this.hart = hart;
        this.memory = memory;
    }

    /** Returns the encoding of the instruction at an address; 0 if there is none. */
    public int encoding(long pc) {
        try {
            int parcel = memory.fetchParcel(pc);
            return Decoder.length(parcel) == Short.BYTES
                    ? parcel
                    : parcel | memory.fetchParcel(pc + Short.BYTES) << Short.SIZE;
        } catch (GuestTrap fault) {
            return 0;
        }
    }

    /**
     * Returns the cause, as in mcause.
     *
     * @param mode in which it was executed
     * @param hasFloats whether the floating-point unit is on
     */
    public int of(long pc, int mode, boolean hasFloats) {
        if (memory.permissions(pc).isEmpty()) {
            return TrapCause.INSTRUCTION_ACCESS_FAULT;
        }
        Instruction in = Decoder.decode(encoding(pc));
        if (in.needsFloats() && !hasFloats) {
            return TrapCause.ILLEGAL_INSTRUCTION;
        }
        return switch (in.op().kind()) {
            case LOAD -> ofAccess(in, in.imm(), TrapCause.LOAD_MISALIGNED);
            case STORE -> ofAccess(in, in.imm(), TrapCause.STORE_MISALIGNED);
            case LR -> ofAccess(in, 0, TrapCause.LOAD_MISALIGNED);
            case SC, AMO -> ofAccess(in, 0, TrapCause.STORE_MISALIGNED);
            case SYSTEM -> ofSystem(in, mode);
            default -> TrapCause.ILLEGAL_INSTRUCTION;
        };
    }

    private static int ofSystem(Instruction in, int mode) {
        return switch (in.op()) {
            case ECALL -> mode == MACHINE ? TrapCause.ECALL_FROM_M : TrapCause.ECALL_FROM_U;
            case EBREAK -> TrapCause.BREAKPOINT;
            default -> TrapCause.ILLEGAL_INSTRUCTION;
        };
    }

    /** An access fault is one more than what is misaligned. */
    private int ofAccess(Instruction in, long offset, int misaligned) {
        int width = in.op().width();
        long address = hart.x[in.rs1()] + offset;
        boolean isReachable = memory.isMapped(address, width);
        return isReachable && address % width != 0 ? misaligned : misaligned + 1;
    }
}
