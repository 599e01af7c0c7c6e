package dev.lockstep.sdk;

import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.protocol.Protocol;

import java.util.function.Consumer;

/**
 * Cuts a long answer into frames, one at a time: at most {@link Protocol#MAX_INPUT_PART_BYTES} of
 * guest memory in at most {@link Protocol#MAX_INPUT_PART_WRITES} pieces each.
 */
final class InputParts {
    private final InputCall call;
    private final long value;
    private final Consumer<InputResult> parts;
    private InputResult.Builder part;
    private int room;

    private InputParts(InputCall call, long value, Consumer<InputResult> parts) {
        this.call = call;
        this.value = value;
        this.parts = parts;
        part = newPart();
    }

    /** Hands on at least one part; all but the last say that more follow. */
    static void split(InputCall call, InputAnswer answer, Consumer<InputResult> parts) {
        InputParts cutter = new InputParts(call, answer.value(), parts);
        for (InputAnswer.Write write : answer.writes()) {
            cutter.add(write);
        }
        parts.accept(cutter.part.build());
    }

    private void add(InputAnswer.Write write) {
        for (int from = 0; from < write.data().length; ) {
            if (room == 0 || part.getWritesCount() == Protocol.MAX_INPUT_PART_WRITES) {
                parts.accept(part.setMore(true).build());
                part = newPart();
            }
            int length = Math.min(room, write.data().length - from);
            part.addWrites(
                    MemoryWrite.newBuilder()
                            .setAddress(write.address() + from)
                            .setData(UnsafeByteOperations.unsafeWrap(write.data(), from, length)));
            from += length;
            room -= length;
        }
    }

    private InputResult.Builder newPart() {
        room = Protocol.MAX_INPUT_PART_BYTES;
        return InputResult.newBuilder()
                .setStep(call.step())
                .setNumber(call.number())
                .setValue(value);
    }
}
