package dev.lockstep.cli.evidence;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** One instruction as one side executed it. */
record Step(TracedStep traced, Instruction instruction) {
    static Step of(TracedStep traced) {
        return new Step(traced, Decoder.decode(traced.getInstruction()));
    }

    long pc() {
        return traced.getPc();
    }

    long number() {
        return traced.getStep();
    }

    List<Effect> effects() {
        return traced.getEffectsList();
    }

    List<Effect> operands() {
        return traced.getOperandsList();
    }

    /** Returns whether the guest goes on elsewhere than at the next instruction. */
    boolean leaves() {
        return traced.getNextPc() != pc() + instruction.length();
    }

    /** Returns what a register had before this instruction; x0 has 0 unless something is wrong. */
    OptionalLong operand(int slot) {
        OptionalLong told =
                operands().stream()
                        .filter(operand -> operand.getSlot() == slot)
                        .mapToLong(Effect::getValue)
                        .findFirst();
        return told.isEmpty() && slot == Digest.X ? OptionalLong.of(0) : told;
    }

    /** Returns what this did to a register. */
    OptionalLong written(int slot) {
        return effects().stream()
                .filter(effect -> effect.getSlot() == slot)
                .mapToLong(Effect::getValue)
                .findFirst();
    }

    Optional<Effect> store() {
        return effect(Slots::isStore);
    }

    boolean traps() {
        return effect(slot -> slot == Digest.TRAP).isPresent();
    }

    /** Returns whether this did nothing but go on, the floating-point flags aside. */
    boolean hasNoEffect() {
        return !leaves() && effect(slot -> slot != Slots.FCSR).isEmpty();
    }

    private Optional<Effect> effect(Predicate<Integer> slot) {
        return effects().stream().filter(effect -> slot.test(effect.getSlot())).findFirst();
    }
}
