package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Assembler;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of one instruction by what is there before and after it. */
final class StepTracerTest {
    private static final long CODE = 0x10000;
    private static final long DATA = CODE + 0x800;
    private static final int A0 = 10;
    private static final int A1 = 11;

    private final GuestMemory memory = new GuestMemory(1 << 20);
    private final Hart hart = new Hart();

    StepTracerTest() {
        memory.map(CODE, GuestMemory.PAGE_BYTES, Permissions.ALL);
        hart.x[A0] = 5;
        hart.x[A1] = DATA;
    }

    @AfterEach
    void close() {
        memory.close();
    }

    /** Traces an instruction of which the engine does this. */
    private TracedStep trace(String instruction, Runnable execution) {
        byte[] code = Assembler.assemble(CODE, instruction);
        memory.poke(CODE, code, 0, code.length);
        hart.pc = CODE;
        StepTracer tracer = new StepTracer(hart, memory, true);
        tracer.before();
        hart.pc += Integer.BYTES;
        execution.run();
        return tracer.completed();
    }

    private void count() {
        hart.openDigest += 77;
    }

    private static Effect register(long value) {
        return Effect.newBuilder().setSlot(Digest.X + A0).setValue(value).build();
    }

    @Test
    void aRegisterThatIsWrittenIsTold() {
        TracedStep step =
                trace(
                        "addi a0,a0,1",
                        () -> {
                            hart.x[A0] = 6;
                            count();
                        });
        assertThat(step.getEffectsList()).containsExactly(register(6));
        assertThat(step.getOperandsList()).containsExactly(register(5));
    }

    /** The engine counts a write: it wrote what was there before. */
    @Test
    void aRegisterThatKeepsItsValueIsToldIfTheEngineCountsAWrite() {
        assertThat(trace("addi a0,a0,1", this::count).getEffectsList())
                .containsExactly(register(5));
    }

    @Test
    void anInstructionThatDoesNothingAndCountsNothingHasNoEffect() {
        assertThat(trace("addi a0,a0,1", () -> {}).getEffectsList()).isEmpty();
        assertThat(trace("fmv.d.x fa0,a0", () -> {}).getEffectsList()).isEmpty();
        assertThat(trace("sd a0,0(a1)", () -> {}).getEffectsList()).isEmpty();
        assertThat(trace("amoadd.d a0,a0,(a1)", () -> {}).getEffectsList()).isEmpty();
    }

    @Test
    void whatChangesIsToldEvenIfTheEngineDoesNotCountIt() {
        assertThat(trace("addi a0,a0,1", () -> hart.x[A0] = 6).getEffectsList())
                .containsExactly(register(6));
        TracedStep store = trace("sd a0,0(a1)", () -> memory.storeLong(DATA, 6));
        assertThat(store.getEffectsList())
                .containsExactly(
                        Effect.newBuilder()
                                .setSlot(Digest.storeSlot(Long.BYTES))
                                .setValue(6)
                                .setAddress(DATA)
                                .build());
    }

    @Test
    void aStoreOfWhatWasThereIsToldIfTheEngineCountsIt() {
        assertThat(trace("sd x0,0(a1)", this::count).getEffectsList())
                .extracting(Effect::getSlot)
                .containsExactly(Digest.storeSlot(Long.BYTES));
    }
}
