package dev.lockstep.trace;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.TrapCause;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What QEMU translates as one block: instructions that follow each other.
 *
 * @param instructions at least one
 * @param addresses of each, and at last the one behind
 */
record QemuBlock(List<Instruction> instructions, List<Long> addresses) {
    private static final int SIGILL = 4;
    private static final int SIGSEGV = 11;

    QemuBlock {
        instructions = List.copyOf(instructions);
        addresses = List.copyOf(addresses);
    }

    int size() {
        return instructions.size();
    }

    Instruction last() {
        return instructions.getLast();
    }

    /** Returns the address behind the last instruction. */
    long end() {
        return addresses.getLast();
    }

    /** Returns whether the last instruction can lead to an address. */
    boolean leadsTo(long pc) {
        long lastPc = addresses.get(size() - 1);
        return switch (last().op().kind()) {
            case BRANCH -> pc == end() || pc == lastPc + last().imm();
            case JUMP -> pc == lastPc + last().imm();
            case JUMP_REGISTER -> true;
            case SYSTEM -> isCall() || pc == end();
            case ILLEGAL -> false;
            default -> pc == end();
        };
    }

    boolean isCall() {
        return last().op() == Op.ECALL;
    }

    /** Returns how many instructions lie before an address inside the block. */
    OptionalInt sizeUpTo(long pc) {
        return IntStream.range(1, size()).filter(i -> addresses.get(i) == pc).findFirst();
    }

    /**
     * Returns the one instruction that can have trapped; empty if there are several, or none.
     *
     * @param signal the number of what came of it
     */
    OptionalInt trapping(int signal) {
        if (last().op() == Op.EBREAK || last().op().kind() == Kind.ILLEGAL) {
            return OptionalInt.of(size() - 1);
        }
        int[] candidates =
                IntStream.range(0, size())
                        .filter(i -> signalOf(causeOf(instructions.get(i))) == signal)
                        .toArray();
        return candidates.length == 1 ? OptionalInt.of(candidates[0]) : OptionalInt.empty();
    }

    private static int signalOf(int cause) {
        return switch (cause) {
            case TrapCause.LOAD_PAGE_FAULT, TrapCause.STORE_PAGE_FAULT -> SIGSEGV;
            case TrapCause.ILLEGAL_INSTRUCTION -> SIGILL;
            default -> 0;
        };
    }

    /** Returns the cause of the only trap that an instruction can take under Linux; 0 for none. */
    static int causeOf(Instruction in) {
        return switch (in.op().kind()) {
            case LOAD, LR -> TrapCause.LOAD_PAGE_FAULT;
            case STORE, SC, AMO -> TrapCause.STORE_PAGE_FAULT;
            case ILLEGAL -> TrapCause.ILLEGAL_INSTRUCTION;
            // By a rounding mode that is reserved.
            case FLOAT -> TrapCause.ILLEGAL_INSTRUCTION;
            default -> in.op() == Op.EBREAK ? TrapCause.BREAKPOINT : 0;
        };
    }
}
