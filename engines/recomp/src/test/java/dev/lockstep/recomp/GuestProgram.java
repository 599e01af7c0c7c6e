package dev.lockstep.recomp;

import dev.lockstep.isa.Assembler;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/**
 * A little assembled program at {@link #CODE}, with a page of data at {@link #DATA}, ready to run.
 */
final class GuestProgram implements AutoCloseable {
    static final long CODE = 0x10000;
    static final long DATA = 0x80000;

    private static final long CODE_BYTES = 0x40000;

    final GuestMemory memory = new GuestMemory(1 << 20);
    final Hart hart = new Hart();

    GuestProgram(String source) {
        byte[] code = Assembler.assemble(CODE, source);
        memory.map(CODE, CODE_BYTES, Permissions.ALL);
        memory.map(DATA, GuestMemory.PAGE_BYTES, Permissions.READ_WRITE);
        memory.write(CODE, code, 0, code.length);
        hart.pc = CODE;
    }

    Recompiler recompiler(@Nullable RecordBatch records) {
        return new Recompiler(memory, hart, records);
    }

    @Override
    public void close() {
        memory.close();
    }
}
