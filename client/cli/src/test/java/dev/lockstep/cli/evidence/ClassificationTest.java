package dev.lockstep.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClassificationTest {
    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    sign extension       | lw a0,0(a1)      | a1=0x100      | a0=-2         | a0=0xfffffffe
                    sign extension       | lb a0,0(a1)      | a1=0x100      | a0=-128       | a0=0x80
                    sign extension       | addw a0,a1,a2    | a1=-1,a2=-1   | a0=-2         | a0=0xfffffffe
                    zero extension       | lwu a0,0(a1)     | a1=0x100      | a0=0xfffffffe | a0=-2
                    zero extension       | lhu a0,0(a1)     | a1=0x100      | a0=0x8000     | a0=-32768
                    truncation to 32 bits | add a0,a1,a2    | a1=0x100000000,a2=7 | a0=0x100000007 | a0=7
                    truncation to 32 bits | addw a0,a1,a2   | a1=0x700000000,a2=7 | a0=7    | a0=0x700000007
                    off by one           | add a0,a1,a2     | a1=2,a2=3     | a0=5          | a0=6
                    off by one           | mul a0,a1,a2     | a1=2,a2=3     | a0=6          | a0=5
                    off by one           | sd a0,0(a1)      | a0=7,a1=0x100 | 8@0x100=7     | 8@0x100=8
                    swapped operands     | sub a0,a1,a2     | a1=10,a2=3    | a0=7          | a0=-7
                    swapped operands     | sltu a0,a1,a2    | a1=10,a2=3    | a0=0          | a0=1
                    swapped operands     | divu a0,a1,a2    | a1=3,a2=100   | a0=0          | a0=33
                    stale register       | add a0,a0,a2     | a0=2,a2=100   | a0=102        | a0=2
                    skipped instruction  | add a0,a0,a2     | a0=2,a2=100   | a0=102        | -
                    skipped instruction  | fadd.d fa0,fa0,fa2,rne | fa0=0,fa2=0 | fa0=1,fcsr=1 | fcsr=1
                    wrong shift mask     | sll a0,a1,a2     | a1=5,a2=64    | a0=5          | a0=0
                    wrong shift mask     | srlw a0,a1,a2    | a1=0x70,a2=36 | a0=7          | a0=0
                    wrong shift mask     | sra a0,a1,a2     | a1=-100,a2=65 | a0=-50        | a0=-1
                    wrong shift mask     | slli a0,a1,40    | a1=1          | a0=0x10000000000 | a0=0x100
                    x0 written           | add zero,a1,a2   | a1=2,a2=3     | -             | zero=5
                    NaN payload          | fadd.d fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0x7ff8000000000000 | fa0=0x7ff8000000000001
                    NaN payload          | fadd.s fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0xffffffff7fc00000 | fa0=0xffffffffffc00000
                    rounding mode        | fadd.d fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0x3ff0000000000000 | fa0=0x3ff0000000000001
                    rounding mode        | fadd.s fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0xffffffff3f800000 | fa0=0xffffffff3f800001
                    rounding mode        | fcvt.w.d a0,fa0,rne | fa0=0      | a0=2          | a0=3
                    flag only            | fadd.d fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0,fcsr=1 | fa0=0
                    flag only            | fadd.d fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0,fcsr=1 | fa0=0,fcsr=0x11
                    dropped store        | sd a0,0(a1)      | a0=7,a1=0x100 | 8@0x100=7     | -
                    dropped store        | amoadd.d a0,a2,(a1) | a2=7,a1=0x100 | a0=1,8@0x100=8 | a0=1
                    dropped store        | amoadd.d a0,a2,(a1) | a2=7,a1=0x100 | a0=1,8@0x100=8 | a0=1,8@0x100=1
                    dropped store        | amoadd.w a0,a2,(a1) | a2=7,a1=0x100 | a0=-1,4@0x100=6 | a0=-1,4@0x100=0xffffffff
                    wrong width store    | sb a0,0(a1)      | a0=0x1ff,a1=0x100 | 1@0x100=0xff | 1@0x100=0xff,1@0x101=1
                    extra store          | sb a0,0(a1)      | a0=0x1ff,a1=0x100 | 1@0x100=0xff | 1@0x100=0xff,1@0x108=1
                    skipped instruction  | jal ra,16        | -             | ra=0x1023c,pc=0x10248 | ra=0x10500
                    off by one           | feq.d a0,fa0,fa1 | fa0=0,fa1=0   | a0=1          | a0=0
                    extra store          | add a0,a1,a2     | a1=2,a2=3     | a0=5          | a0=5,8@0x100=5
                    wrong width store    | sb a0,0(a1)      | a0=0x1ff,a1=0x100 | 1@0x100=0xff | 2@0x100=0x1ff
                    branch taken         | beq a0,a1,16     | a0=1,a1=2     | -             | pc=0x10248
                    branch not taken     | beq a0,a1,16     | a0=1,a1=1     | pc=0x10248    | -
                    wrong target         | jalr ra,0(a0)    | a0=0x10300    | ra=0x1023c,pc=0x10300 | ra=0x1023c,pc=0x10302
                    skipped instruction  | add a0,a1,a2     | a1=2,a2=3     | a0=5          | -
                    skipped instruction  | jal ra,16        | -             | ra=0x1023c,pc=0x10248 | -
                    extra store          | sd a0,0(a1)      | a0=7,a1=0x100 | 8@0x100=7     | 8@0x100=7,1@0x108=7
                    extra store          | sw a0,0(a1)      | a0=7,a1=0x100 | 4@0x100=7     | 4@0x100=7,1@0x104=7
                    input mismatch       | ecall            | -             | a0=5          | a0=6
                    other                | add a0,a1,a2     | a1=2,a2=3     | a0=5          | a0=0x105
                    other                | fadd.d fa0,fa1,fa2,rne | fa1=0,fa2=0 | fa0=0x3ff0000000000000 | fa0=0
                    """)
    void classIs(
            String expected,
            String instruction,
            String operands,
            String reference,
            String subject) {
        Evidence evidence = Faults.evidence(instruction, operands, reference, subject);
        assertThat(Classification.of("digest", evidence).text()).isEqualTo(expected);
    }

    @Test
    void anInputThatNoInstructionExplainsIsAnInputMismatch() {
        assertThat(Classification.of("input", Evidence.getDefaultInstance()))
                .isEqualTo(FaultClass.INPUT_MISMATCH);
    }

    /** The register still has what an earlier instruction wrote. */
    @Test
    void aRegisterThatKeptWhatWasWrittenBeforeIsStale() {
        Evidence evidence =
                Evidence.newBuilder()
                        .setNaming(Naming.NAMING_LAST_WRITER)
                        .setReference(Faults.step(8, "add a0,a1,a2", "a1=20,a2=30", "a0=50"))
                        .setReferenceEffect(Effect.newBuilder().setSlot(10).setValue(50))
                        .addReferenceTrace(Faults.step(6, "add a0,a3,a4", "a3=7,a4=4", "a0=11"))
                        .addReferenceTrace(Faults.step(7, "add a5,a3,a4", "a3=7,a4=4", "a5=11"))
                        .addRegisters(Faults.register("a0", 50, 11))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.STALE_REGISTER);
    }

    /** An operand was read before its last write had arrived. */
    @Test
    void aResultOfAnOldOperandIsStale() {
        Evidence evidence =
                Faults.evidence("add a0,a1,a2", "a1=20,a2=30", "a0=50", "a0=37").toBuilder()
                        .addReferenceTrace(Faults.step(1_999, "addi a1,a1,13", "a1=7", "a1=20"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.STALE_REGISTER);
    }

    /** Memory has what an earlier store left there. */
    @Test
    void aStoreThatLeftWhatWasThereIsDropped() {
        Effect store = Effect.newBuilder().setSlot(67).setAddress(0x100).setValue(50).build();
        Evidence evidence =
                Evidence.newBuilder()
                        .setNaming(Naming.NAMING_LAST_WRITER)
                        .setReference(Faults.step(8, "sd a0,0(a1)", "a0=50,a1=0x100", "8@0x100=50"))
                        .setReferenceEffect(store)
                        .setSubjectEffect(store.toBuilder().setValue(11))
                        .addReferenceTrace(
                                Faults.step(6, "sd a0,0(a1)", "a0=11,a1=0x100", "8@0x100=11"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.DROPPED_STORE);
    }

    /** No write is in the trace, and the register has what it had. */
    @Test
    void anInstructionThatWroteNothingWasSkipped() {
        Evidence evidence =
                Faults.evidence("add a0,a1,a2", "a1=20,a2=30", "a0=50", "-").toBuilder()
                        .addReferenceTrace(Faults.step(6, "add a0,a3,a4", "a3=7,a4=4", "a0=11"))
                        .addRegisters(Faults.register("a0", 50, 11))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.SKIPPED_INSTRUCTION);
    }

    /** A write is in the trace, of what the register had. */
    @Test
    void aRegisterThatWasWrittenWithWhatItHadIsStale() {
        Evidence evidence =
                Faults.evidence("add a0,a1,a2", "a1=20,a2=30", "a0=50", "a0=11").toBuilder()
                        .addReferenceTrace(Faults.step(6, "add a0,a3,a4", "a3=7,a4=4", "a0=11"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.STALE_REGISTER);
    }

    /** All that the instruction writes is as it was before. */
    @Test
    void anAtomicOfWhichNothingArrivedWasSkipped() {
        Evidence evidence =
                Faults.evidence(
                                "amoadd.d a0,a2,(a1)",
                                "a2=7,a1=0x100",
                                "a0=1,8@0x100=8",
                                "a0=77,8@0x100=1")
                        .toBuilder()
                        .addReferenceTrace(Faults.step(6, "addi a0,zero,77", "zero=0", "a0=77"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.SKIPPED_INSTRUCTION);
    }

    /** What was stored is what the register had before a call that changed it. */
    @Test
    void aStoreOfAnOldValueOfItsRegisterIsStale() {
        Evidence evidence =
                lastWriter("sd a0,0(a1)", "a0=42,a1=0x100", "8@0x100=42")
                        .addReferenceTrace(Faults.step(6, "add a0,a0,a0", "a0=21", "a0=42"))
                        .addMemory(
                                MemoryDifference.newBuilder()
                                        .setAddress(0x100)
                                        .setReference(ByteString.copyFrom(new byte[] {42}))
                                        .setSubject(ByteString.copyFrom(new byte[] {21})))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.STALE_REGISTER);
    }

    /** The code that was executed jumped elsewhere, and there the two stand. */
    @Test
    void aJumpThatOnlyTheCodeTookElsewhereHasAWrongTarget() {
        RegisterDifference pc =
                RegisterDifference.newBuilder()
                        .setSlot(Digest.TRANSFER)
                        .setReference(0x10300)
                        .setSubject(0x10400)
                        .build();
        Evidence.Builder evidence =
                lastWriter("jalr ra,0(a0)", "a0=0x10300", "pc=0x10300").addRegisters(pc);
        assertThat(Classification.of("digest", evidence.setDifferingStep(9).build()))
                .isEqualTo(FaultClass.WRONG_TARGET);
        // Later they may stand anywhere.
        assertThat(Classification.of("digest", evidence.setDifferingStep(30).build()))
                .isEqualTo(FaultClass.OTHER);
    }

    private static Evidence.Builder lastWriter(String instruction, String operands, String effect) {
        TracedStep step = Faults.step(8, instruction, operands, effect);
        return Evidence.newBuilder()
                .setNaming(Naming.NAMING_LAST_WRITER)
                .setReference(step)
                .setReferenceEffect(step.getEffects(0));
    }

    @Test
    void aRegisterThatIsNotWrittenWhileTheRestIsDoneIsStale() {
        Evidence evidence =
                Faults.evidence(
                                "amoadd.d a0,a2,(a1)",
                                "a2=7,a1=0x100",
                                "a0=1,8@0x100=8",
                                "a0=77,8@0x100=8")
                        .toBuilder()
                        .addReferenceTrace(Faults.step(6, "addi a0,zero,77", "zero=0", "a0=77"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.STALE_REGISTER);
    }

    @Test
    void aStoreOfWhichOnlyTheLowerHalfArrivedHasAnotherWidth() {
        Evidence evidence =
                Faults.evidence(
                                "sd a0,0(a1)",
                                "a0=7,a1=0x100",
                                "8@0x100=0x100000007",
                                "8@0x100=0x900000007")
                        .toBuilder()
                        .addReferenceTrace(
                                Faults.step(
                                        6, "sd a0,0(a1)", "a0=11,a1=0x100", "8@0x100=0x900000003"))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.WRONG_WIDTH_STORE);
    }

    @Test
    void x0WithAValueIsFoundAmongTheRegisters() {
        Evidence evidence =
                Faults.evidence("add a0,a1,zero", "a1=2,zero=0", "a0=2", "a0=0x702").toBuilder()
                        .addRegisters(
                                Faults.register("zero", 0, 0x700).toBuilder().setSlot(Digest.X))
                        .build();
        assertThat(Classification.of("digest", evidence)).isEqualTo(FaultClass.X0_WRITTEN);
    }
}
