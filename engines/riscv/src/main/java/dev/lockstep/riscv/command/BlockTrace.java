package dev.lockstep.riscv.command;

import dev.lockstep.isa.Instruction;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;
import dev.lockstep.sdk.RecordSink;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes every executed block to a text file: one line per block with the addresses of its steps, a
 * bar, and x1 to x31 before the block, all as 16 hexadecimal digits. Slow; for holding an engine
 * against another emulator's log.
 */
final class BlockTrace implements RecordSink, Closeable {
    private final PrintWriter file;
    private final Hart hart;
    private final BlockReader blocks;
    private final RecordBatch batch = new RecordBatch(1);
    private final long[] registersBefore;
    private long pc;

    BlockTrace(Path path, GuestMemory memory, Hart hart) throws IOException {
        file = new PrintWriter(Files.newBufferedWriter(path));
        this.hart = hart;
        blocks = new BlockReader(memory, hart);
        registersBefore = hart.x.clone();
        pc = hart.pc;
    }

    @Override
    public RecordBatch batch() {
        return batch;
    }

    @Override
    public void flush() {
        if (batch.size() > 0) {
            ByteBuffer row = ByteBuffer.wrap(batch.rows()).order(ByteOrder.LITTLE_ENDIAN);
            print(row.getInt(RecordLayout.STEPS_OFFSET));
            pc = row.getLong(RecordLayout.NEXT_PC_OFFSET);
            System.arraycopy(hart.x, 0, registersBefore, 0, registersBefore.length);
        }
        batch.reset(1);
    }

    private void print(int steps) {
        GuestBlock block = blocks.read(pc);
        long address = pc;
        for (int step = 0; step < steps; step++) {
            file.printf("%016x ", address);
            if (step < block.instructions().size()) {
                Instruction instruction = block.instructions().get(step);
                address += instruction.length();
            }
        }
        file.print('|');
        for (int register = 1; register < registersBefore.length; register++) {
            file.printf(" %016x", registersBefore[register]);
        }
        file.println();
    }

    @Override
    public void close() throws IOException {
        flush();
        file.close();
        if (file.checkError()) {
            throw new IOException("the trace could not be written completely");
        }
    }
}
