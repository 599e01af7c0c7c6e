package dev.lockstep.cli.evidence;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.protocol.Digest;
import dev.lockstep.server.run.Divergence;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.OptionalLong;

/** A divergence with the instruction that was found to be its cause, and the class of it. */
public final class Finding {
    private static final String NOTHING = "nothing";

    private final Divergence divergence;
    private final Evidence evidence;
    private final Case fault;
    private final Step named;
    private final FaultClass faultClass;

    /**
     * Divergences with equal kinds are one mistake as far as anybody can tell.
     *
     * @param opcode mnemonic of the base instruction
     */
    public record Kind(FaultClass faultClass, String opcode, String field) {}

    private Finding(Divergence divergence, Evidence evidence, Case fault, Step named) {
        this.divergence = divergence;
        this.evidence = evidence;
        this.fault = fault;
        this.named = named;
        faultClass = Classification.of(fault);
    }

    /** Returns what was found, unless no instruction was named. */
    public static Optional<Finding> of(Divergence divergence) {
        Evidence evidence = divergence.evidence();
        if (evidence == null) {
            return Optional.empty();
        }
        Case fault = new Case(divergence.field(), evidence);
        return fault.reference()
                .or(fault::subject)
                .map(named -> new Finding(divergence, evidence, fault, named));
    }

    /** Returns the class of the fault that a divergence shows, null where that is not known. */
    public static @Nullable String className(Divergence divergence) {
        return divergence.classification() != null
                ? divergence.classification()
                : of(divergence).map(it -> it.faultClass.text()).orElse(null);
    }

    /** Returns the step of the instruction. */
    public long step() {
        return named.number();
    }

    /** Returns the address of the instruction. */
    public long pc() {
        return named.pc();
    }

    /** Returns what differs: {@code x10}, {@code f3}, {@code memory}, {@code pc}, {@code fcsr}. */
    public String field() {
        return fault.field();
    }

    /** Returns the class. */
    public FaultClass faultClass() {
        return faultClass;
    }

    /** Returns what this has in common with its like. */
    public Kind kind() {
        return new Kind(faultClass, instruction().op().mnemonic(), field());
    }

    /** Returns the instruction in assembly. */
    public String disassembly() {
        return Disassembler.text(instruction(), pc());
    }

    /** Returns the right value as a number, {@code nothing}, or what the comparison had. */
    public String reference() {
        return value(fault.expected(), fault.reference(), divergence.reference());
    }

    /** Returns the same of the subject. */
    public String subject() {
        return value(fault.actual(), fault.subject(), divergence.subject());
    }

    private String value(OptionalLong value, Optional<Step> step, String compared) {
        if (fault.slot() < 0) {
            return compared;
        }
        if (fault.slot() == Digest.TRANSFER && step.isPresent()) {
            return GuestCode.hex(step.get().traced().getNextPc());
        }
        return value.isPresent() ? GuestCode.hex(value.getAsLong()) : NOTHING;
    }

    /** Returns which bits differ, where both sides have a value. */
    public Optional<String> xor() {
        return fault.expected().isPresent() && fault.actual().isPresent()
                ? Optional.of(
                        GuestCode.hex(fault.expected().getAsLong() ^ fault.actual().getAsLong()))
                : Optional.empty();
    }

    /** Returns the divergence as the reports tell it: at the instruction, with its values. */
    public Divergence named() {
        return new Divergence(
                divergence.engine(),
                step(),
                pc(),
                field(),
                reference(),
                subject(),
                className(divergence),
                divergence.distance(),
                divergence.block(),
                evidence);
    }

    Divergence divergence() {
        return divergence;
    }

    Evidence evidence() {
        return evidence;
    }

    Case fault() {
        return fault;
    }

    /** Returns the effect of a side that differs, unless it has none. */
    Optional<Effect> effect(boolean ofReference) {
        if (ofReference) {
            return evidence.hasReferenceEffect()
                    ? Optional.of(evidence.getReferenceEffect())
                    : Optional.empty();
        }
        return evidence.hasSubjectEffect()
                ? Optional.of(evidence.getSubjectEffect())
                : Optional.empty();
    }

    private Instruction instruction() {
        return named.instruction();
    }
}
