package dev.lockstep.interp;

import dev.lockstep.isa.Assembler;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

/** A little program at {@link #CODE}, and a page of data at {@link #DATA} that s0 points to. */
final class Guest implements AutoCloseable {
    static final long CODE = 0x10000;
    static final long DATA = 0x20000;
    static final long READ_ONLY = 0x21000;

    private static final int S0 = 8;

    final GuestMemory memory = new GuestMemory(1 << 20);
    final Hart hart = new Hart();
    final Interpreter interpreter;

    Guest(String program) {
        this(program, Recording.FREE);
    }

    Guest(String program, Recording recording) {
        memory.map(CODE, GuestMemory.PAGE_BYTES, Permissions.ALL);
        memory.map(DATA, GuestMemory.PAGE_BYTES, Permissions.READ_WRITE);
        memory.map(READ_ONLY, GuestMemory.PAGE_BYTES, Permissions.READ);
        patch(CODE, program);
        hart.pc = CODE;
        hart.x[S0] = DATA;
        interpreter = new Interpreter(memory, new BlockReader(memory, hart), hart, recording);
    }

    /** Writes code as the host would. */
    void patch(long pc, String program) {
        byte[] code = Assembler.assemble(pc, program);
        if (!memory.write(pc, code, 0, code.length)) {
            throw new IllegalArgumentException("pc: " + pc + " (expected: in the code page)");
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
