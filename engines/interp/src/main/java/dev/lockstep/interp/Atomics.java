package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;

/**
 * Executes the instructions of the A extension. There is one hart, so all that atomicity asks for
 * is the reservation, which behaves as qemu-user's: it holds an address and the value loaded there.
 */
final class Atomics {
    private static final int SC_SUCCESS = 0;
    private static final int SC_FAILURE = 1;

    private final Hart hart;
    private final GuestMemory memory;
    private final long[] registers;
    private final SideEffects sideEffects;

    Atomics(Hart hart, GuestMemory memory, long[] registers, SideEffects sideEffects) {
        this.hart = hart;
        this.memory = memory;
        this.registers = registers;
        this.sideEffects = sideEffects;
    }

    /** Executes the instruction at {@code pc} and returns what it writes to rd. */
    long execute(Instruction instruction, long pc) {
        return switch (instruction.op().kind()) {
            case LR -> loadReserved(instruction);
            case SC -> storeConditional(instruction, pc);
            default -> readModifyWrite(instruction, pc);
        };
    }

    private long loadReserved(Instruction in) {
        long address = registers[in.rs1()];
        checkAligned(address, in.op().width(), TrapCause.LOAD_MISALIGNED);
        long value = load(address, in.op().width());
        hart.reservation = address;
        hart.reservedValue = value;
        return value;
    }

    private long storeConditional(Instruction in, long pc) {
        long address = registers[in.rs1()];
        int width = in.op().width();
        boolean succeeds = hart.reservation == address && holdsReserved(address, width);
        if (succeeds) {
            store(pc, address, registers[in.rs2()], width);
        }
        hart.reservation = Hart.NO_RESERVATION;
        return succeeds ? SC_SUCCESS : SC_FAILURE;
    }

    /** An SC to the reserved address traps as a store even where it would fail. */
    private boolean holdsReserved(long address, int width) {
        checkAligned(address, width, TrapCause.STORE_MISALIGNED);
        memory.checkStore(address, width);
        return load(address, width) == hart.reservedValue;
    }

    private long readModifyWrite(Instruction in, long pc) {
        long address = registers[in.rs1()];
        int width = in.op().width();
        checkAligned(address, width, TrapCause.STORE_MISALIGNED);
        memory.checkStore(address, width);
        long old = load(address, width);
        store(pc, address, combine(in, old, truncate(registers[in.rs2()], width)), width);
        return old;
    }

    /** Sign extension keeps the order of unsigned words too, so both widths mean the same. */
    private static long combine(Instruction in, long old, long operand) {
        return switch (in.op()) {
            case AMOSWAP_W, AMOSWAP_D -> operand;
            case AMOADD_W, AMOADD_D -> old + operand;
            case AMOXOR_W, AMOXOR_D -> old ^ operand;
            case AMOAND_W, AMOAND_D -> old & operand;
            case AMOOR_W, AMOOR_D -> old | operand;
            case AMOMIN_W, AMOMIN_D -> Math.min(old, operand);
            case AMOMAX_W, AMOMAX_D -> Math.max(old, operand);
            case AMOMINU_W, AMOMINU_D -> Long.compareUnsigned(old, operand) < 0 ? old : operand;
            case AMOMAXU_W, AMOMAXU_D -> Long.compareUnsigned(old, operand) > 0 ? old : operand;
            default -> throw new IllegalStateException(in + " (expected: an atomic)");
        };
    }

    private static void checkAligned(long address, int width, int cause) {
        if ((address & width - 1) != 0) {
            throw new GuestTrap(cause, address);
        }
    }

    private long load(long address, int width) {
        return width == Integer.BYTES ? memory.loadInt(address) : memory.loadLong(address);
    }

    private void store(long pc, long address, long value, int width) {
        long folded =
                width == Integer.BYTES
                        ? Meaning.sw(memory, address, value)
                        : Meaning.sd(memory, address, value);
        sideEffects.addStore(pc, width, folded);
    }

    private static long truncate(long value, int width) {
        return width == Integer.BYTES ? (int) value : value;
    }
}
