package dev.lockstep.riscv.contract;

import dev.lockstep.isa.Assembler;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A small program in a memory of its own: one page of code that may be written, one page of data
 * after it that may not be executed, one page of data that may only be read. s0 and sp point to the
 * data. What is not code is zero, which is no instruction.
 */
final class ContractGuest implements AutoCloseable {
    static final long CODE = 0x10000;
    static final long DATA = 0x20000;
    static final long READ_ONLY = 0x21000;
    static final long UNMAPPED = 0x22000;
    static final int A0 = 10;
    static final int A1 = 11;
    static final int A2 = 12;
    static final int S0 = 8;
    static final int SP = 2;

    private static final int PAGE = GuestMemory.PAGE_BYTES;

    final GuestMemory memory = new GuestMemory(1 << 20);
    final Hart hart = new Hart();
    final Executor executor;

    ContractGuest(ExecutorFactory factory, String program) {
        this(factory, program, Recording.FREE);
    }

    ContractGuest(ExecutorFactory factory, String program, Recording recording) {
        memory.map(CODE, 2 * PAGE, Permissions.ALL);
        memory.map(DATA, PAGE, Permissions.READ_WRITE);
        memory.map(READ_ONLY, PAGE, Permissions.READ);
        write(CODE, program);
        hart.pc = CODE;
        hart.x[S0] = DATA;
        hart.x[SP] = DATA;
        executor = factory.executor(memory, hart, recording);
    }

    /** Assembles {@code program} at {@code pc}, as a system call would write it. */
    void write(long pc, String program) {
        byte[] code = Assembler.assemble(pc, program);
        if (!memory.write(pc, code, 0, code.length)) {
            throw new IllegalArgumentException("code at 0x" + Long.toHexString(pc));
        }
    }

    Stop run() {
        return executor.run(Long.MAX_VALUE);
    }

    /** Steps over the ecall or trap the engine stopped at, as the loop around an engine does. */
    void skip(int length) {
        hart.steps++;
        hart.blocks++;
        hart.openDigest = 0;
        hart.openTurns = 0;
        hart.openSteps = 0;
        hart.pc += length;
    }

    /** Returns what an instruction encodes to, as a number: {@code li} with it patches code. */
    static int code(String instruction) {
        byte[] bytes = Assembler.assemble(0, instruction);
        return bytes.length == Integer.BYTES
                ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt()
                : Short.toUnsignedInt(
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort());
    }

    @Override
    public void close() {
        memory.close();
    }
}
