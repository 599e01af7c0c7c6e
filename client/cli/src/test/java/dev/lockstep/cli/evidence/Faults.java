package dev.lockstep.cli.evidence;

import com.google.protobuf.ByteString;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.ExecutedBlock;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.RegisterDifference;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.Divergence;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Evidence as a coordinator would have found it, put together from short texts. */
public final class Faults {
    static final long PC = 0x10238;
    static final long STEP = 2_000;

    private Faults() {}

    /** Returns an addition that came out one too high. */
    public static Divergence addition() {
        Evidence evidence =
                evidence("add a0,a1,a2", "a1=2,a2=3", "a0=5", "a0=6").toBuilder()
                        .addRegisters(register("a0", 5, 6))
                        .addMemory(
                                MemoryDifference.newBuilder()
                                        .setAddress(0x20000)
                                        .setReference(ByteString.copyFrom(new byte[] {5}))
                                        .setSubject(ByteString.copyFrom(new byte[] {6})))
                        .setDifferingByteCount(1)
                        .setDifferingPageCount(1)
                        .setLastInput(
                                InputRequest.newBuilder()
                                        .setNumber(63)
                                        .setStep(1_500)
                                        .setPc(0x10100)
                                        .addArguments(0)
                                        .addArguments(0x30000))
                        .addReferenceBlocks(block(1_990, 0x10200, 6))
                        .addSubjectBlocks(block(1_990, 0x10200, 6))
                        .addReferenceBlocks(block(1_996, 0x10228, 5))
                        .addSubjectBlocks(block(1_996, 0x10228, 4))
                        .build();
        return divergence("digest", evidence);
    }

    static Divergence divergence(String field, Evidence evidence) {
        return new Divergence("recomp", 1_996, 0x10228, field, "0x1", "0x2", null, 0, 56, evidence);
    }

    /**
     * Returns what both traces tell of one instruction.
     *
     * @param operands registers with their values, as in {@code a1=5,a2=0x7}
     * @param reference the effects of one side: registers, {@code 8@0x100=5} for a store of 8
     *     bytes, {@code pc=0x200} for a transfer, {@code -} for none
     */
    static Evidence evidence(
            String instruction, String operands, String reference, String subject) {
        TracedStep right = step(STEP, instruction, operands, reference);
        TracedStep wrong = step(STEP, instruction, operands, subject);
        Evidence.Builder evidence =
                Evidence.newBuilder()
                        .setNaming(Naming.NAMING_BOTH_TRACES)
                        .setText("both sides executed it alone, and it did something else")
                        .setAgreedStep(STEP)
                        .setDifferingStep(STEP + 1)
                        .setReference(right)
                        .setSubject(wrong);
        effectOnlyIn(right, wrong).ifPresent(evidence::setReferenceEffect);
        effectOnlyIn(wrong, right)
                .filter(effect -> isOfTheSame(effect, evidence))
                .ifPresent(evidence::setSubjectEffect);
        return evidence.build();
    }

    /** Stores of other widths are still the same effect. */
    private static boolean isOfTheSame(Effect effect, Evidence.Builder evidence) {
        if (!evidence.hasReferenceEffect()) {
            return true;
        }
        int slot = evidence.getReferenceEffect().getSlot();
        return slot == effect.getSlot() || (Slots.isStore(slot) && Slots.isStore(effect.getSlot()));
    }

    private static Optional<Effect> effectOnlyIn(TracedStep one, TracedStep other) {
        return one.getEffectsList().stream()
                .filter(effect -> !other.getEffectsList().contains(effect))
                .findFirst();
    }

    static TracedStep step(long number, String instruction, String operands, String effects) {
        int code = Assembler.encode(instruction);
        TracedStep.Builder step =
                TracedStep.newBuilder()
                        .setStep(number)
                        .setPc(PC)
                        .setInstruction(code)
                        .setNextPc(PC + Decoder.length(code))
                        .addAllOperands(effects(operands))
                        .addAllEffects(effects(effects));
        step.getEffectsList().stream()
                .filter(effect -> effect.getSlot() == Digest.TRANSFER)
                .forEach(effect -> step.setNextPc(effect.getValue()));
        return step.build();
    }

    static RegisterDifference register(String name, long reference, long subject) {
        return RegisterDifference.newBuilder()
                .setSlot(slot(name))
                .setReference(reference)
                .setSubject(subject)
                .build();
    }

    private static ExecutedBlock block(long step, long pc, int steps) {
        return ExecutedBlock.newBuilder().setStep(step).setPc(pc).setStepCount(steps).build();
    }

    private static List<Effect> effects(String text) {
        return text.equals("-")
                ? List.of()
                : Stream.of(text.split(",")).map(Faults::effect).toList();
    }

    private static Effect effect(String text) {
        String[] sides = text.split("=");
        String[] place = sides[0].split("@");
        Effect.Builder effect = Effect.newBuilder().setValue(number(sides[1]));
        return place.length == 1
                ? effect.setSlot(slot(place[0])).build()
                : effect.setSlot(Digest.storeSlot(Integer.parseInt(place[0])))
                        .setAddress(number(place[1]))
                        .build();
    }

    private static long number(String text) {
        return text.startsWith("0x")
                ? Long.parseUnsignedLong(text.substring(2), 16)
                : Long.parseLong(text);
    }

    private static int slot(String name) {
        return switch (name) {
            case "pc" -> Digest.TRANSFER;
            case "trap" -> Digest.TRAP;
            case "fcsr" -> Slots.FCSR;
            default ->
                    name.startsWith("f")
                            ? Digest.F + RegisterFile.F.number(name)
                            : Digest.X + RegisterFile.X.number(name);
        };
    }
}
