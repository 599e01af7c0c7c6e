package dev.lockstep.server.run;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.lockstep.proto.v1.Evidence;

import org.jspecify.annotations.Nullable;

/**
 * A difference between the reference and a subject.
 *
 * @param engine name of the subject
 * @param step first step that may be wrong; what was compared before it is equal or a divergence of
 *     its own
 * @param pc address of that step's instruction
 * @param field what differs: pc, next_pc, digest, turns, blocks, steps, input, exit, state or a
 *     register by its name; where the instruction was found: a register, store, transfer, trap, pc
 *     or memory
 * @param reference what the reference reported, or has there
 * @param subject what the subject reported, or has there
 * @param classification class given by a profile, null without one
 * @param distance pairs of blocks since the previous divergence of this subject, 0 for the first;
 *     docs/divergences.md has the exact rule
 * @param block blocks of the reference before this one
 * @param evidence what was found out by looking closer, null where nobody did
 */
public record Divergence(
        String engine,
        long step,
        long pc,
        String field,
        String reference,
        String subject,
        @Nullable String classification,
        long distance,
        long block,
        @Nullable Evidence evidence) {
    /** Creates a divergence that nobody has looked at closer. */
    public Divergence(
            String engine,
            long step,
            long pc,
            String field,
            String reference,
            String subject,
            @Nullable String classification,
            long distance,
            long block) {
        this(engine, step, pc, field, reference, subject, classification, distance, block, null);
    }

    /** Returns the evidence as it is kept, null where there is none. */
    public byte @Nullable [] evidenceBytes() {
        return evidence == null ? null : evidence.toByteArray();
    }

    /**
     * Returns this divergence with evidence as it is kept, or null for none.
     *
     * @throws IllegalArgumentException if these bytes are none
     */
    public Divergence withEvidence(byte @Nullable [] bytes) {
        try {
            return bytes == null ? this : with(Evidence.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "evidence of a divergence: %d bytes (expected: a message of evidence.proto)"
                            .formatted(bytes.length),
                    e);
        }
    }

    /** Returns this divergence with what was found out about it. */
    public Divergence with(Evidence found) {
        return new Divergence(
                engine,
                step,
                pc,
                field,
                reference,
                subject,
                classification,
                distance,
                block,
                found);
    }

    /** Returns this divergence at the instruction that was found to have caused it. */
    Divergence at(long newStep, long newPc, Difference difference, Evidence found) {
        return new Divergence(
                engine,
                newStep,
                newPc,
                difference.field(),
                difference.reference(),
                difference.subject(),
                classification,
                distance,
                block,
                found);
    }
}
