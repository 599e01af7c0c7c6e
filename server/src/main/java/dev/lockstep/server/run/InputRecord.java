package dev.lockstep.server.run;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.RecordedInputs;

import java.util.List;
import java.util.OptionalLong;

/** What a run asked of the world and what that answered, from the run's start. Immutable. */
public final class InputRecord {
    private final RecordedInputs message;

    /** Creates a record of complete inputs. */
    InputRecord(RecordedInputs message) {
        this.message = message;
    }

    /**
     * Returns the record in the bytes of a {@code RecordedInputs} (inputs.proto).
     *
     * @throws IllegalArgumentException if they are none
     */
    public static InputRecord parse(byte[] bytes) {
        try {
            RecordedInputs message = RecordedInputs.parseFrom(bytes);
            check(message.getReportsList());
            return new InputRecord(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "recorded inputs: %d bytes (expected: a message of inputs.proto)"
                            .formatted(bytes.length),
                    e);
        }
    }

    private static void check(List<InputReport> reports) {
        boolean more = false;
        for (int i = 0; i < reports.size(); i++) {
            if (reports.get(i).hasRequest() == more) {
                throw new IllegalArgumentException(
                        "recorded inputs: part %d of %d %s a question (expected: one with the first part of each answer)"
                                .formatted(i + 1, reports.size(), more ? "has" : "is without"));
            }
            more = reports.get(i).getResult().getMore();
        }
        if (more) {
            throw new IllegalArgumentException(
                    "recorded inputs: the last answer is cut off (expected: all of its parts)");
        }
    }

    /** Returns what {@link #parse} takes. */
    public byte[] toBytes() {
        return message.toByteArray();
    }

    /** Returns the step of the first input that was left out; empty if all are here. */
    public OptionalLong leftOutStep() {
        return message.hasLeftOutStep()
                ? OptionalLong.of(message.getLeftOutStep())
                : OptionalLong.empty();
    }

    /** Returns questions and answers in order, as they were reported. */
    List<InputReport> reports() {
        return message.getReportsList();
    }
}
