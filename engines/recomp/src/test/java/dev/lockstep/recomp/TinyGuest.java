package dev.lockstep.recomp;

import dev.lockstep.isa.Assembler;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.RecordBatch;

/**
 * A little assembled program at {@link #CODE}, with a page of data at {@link #DATA}, ready to run.
 */
final class TinyGuest implements AutoCloseable {
    static final long CODE = 0x10000;
    static final long DATA = 0x80000;

    /** Where no page is mapped. */
    static final long NOWHERE = 0x90000;

    private static final long CODE_BYTES = 0x40000;
    private static final int RECORD_COUNT = 1000;

    final GuestMemory memory = new GuestMemory(1 << 20);
    final Hart hart = new Hart();
    final RecordBatch records = new RecordBatch(RECORD_COUNT);

    TinyGuest(String source) {
        byte[] code = Assembler.assemble(CODE, source);
        memory.map(CODE, CODE_BYTES, Permissions.ALL);
        memory.map(DATA, GuestMemory.PAGE_BYTES, Permissions.READ_WRITE);
        memory.write(CODE, code, 0, code.length);
        hart.pc = CODE;
    }

    /** Returns a recompiler for a free run. */
    Recompiler free() {
        return new Recompiler(memory, new BlockReader(memory, hart), hart, Recording.FREE);
    }

    /** Returns a recompiler that adds to {@link #records}. */
    Recompiler recorded() {
        return new Recompiler(
                memory, new BlockReader(memory, hart), hart, Recording.blocks(records));
    }

    Recompiler tuned(Tuning tuning, Recording recording) {
        return new Recompiler(memory, new BlockReader(memory, hart), hart, recording, tuning);
    }

    Recompiler faulty(Tuning tuning, Recording recording, RegionFault fault) {
        return new Recompiler(
                memory, new BlockReader(memory, hart), hart, recording, tuning, fault);
    }

    @Override
    public void close() {
        memory.close();
    }
}
