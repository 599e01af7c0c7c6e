package dev.lockstep.conformance;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.contract.ExecutorFactory;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.RecordBatch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The opinion of an engine of ours.
 *
 * @param recorded whether it reports what each block did, as in a run
 */
record EngineOpinion(String name, ExecutorFactory engine, boolean recorded) implements Opinion {
    /** No case takes so many; a program that does is caught in a loop. */
    private static final long MAX_CASE_STEPS = 20_000;

    private static final int BATCH_RECORDS = 4096;

    @Override
    public Outcome on(CaseProgram program) {
        try (var memory = new GuestMemory(Layout.SIZE_BYTES)) {
            byte[] image = program.image();
            memory.map(Layout.CODE, Layout.SIZE_BYTES - Layout.CODE, Permissions.ALL);
            memory.write(Layout.CODE, image, 0, image.length);
            var hart = new Hart();
            hart.pc = Layout.CODE;
            var blocks = new ByteArrayOutputStream();
            Stop stop = execute(memory, hart, program.caseCount() * MAX_CASE_STEPS, blocks);
            byte[] records = new byte[program.records().capacity()];
            memory.read(Layout.RECORDS, records, 0, records.length);
            return new Outcome(
                    name,
                    stop == Stop.ECALL ? Outcome.AS_EXPECTED : end(stop, hart, memory),
                    littleEndian(records),
                    recorded ? Optional.of(littleEndian(blocks.toByteArray())) : Optional.empty());
        }
    }

    private Stop execute(
            GuestMemory memory, Hart hart, long stepLimit, ByteArrayOutputStream blocks) {
        if (!recorded) {
            return engine.executor(memory, hart, Recording.FREE).run(stepLimit);
        }
        var batch = new RecordBatch(BATCH_RECORDS);
        Executor executor = engine.executor(memory, hart, Recording.blocks(batch));
        Stop stop = Stop.RECORDS_FULL;
        while (stop == Stop.RECORDS_FULL) {
            stop = executor.run(stepLimit);
            blocks.write(batch.rows(), 0, batch.sizeBytes());
            batch.reset(BATCH_RECORDS);
        }
        return stop;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String end(Stop stop, Hart hart, GuestMemory memory) {
        long record = memory.loadLong(Layout.MIDDLE + Layout.CURRENT_RECORD) - Layout.RECORDS;
        return "%s at 0x%x in case %d of its program"
                .formatted(stop, hart.pc, record / State.SIZE_BYTES);
    }
}
