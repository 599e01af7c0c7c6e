package dev.lockstep.sdk;

import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.protocol.Protocol;

import java.util.ArrayList;
import java.util.List;

/** Cuts a long answer into frames and puts the parts together again. */
final class InputParts {
    private InputParts() {}

    /**
     * Returns at least one part; every part writes at most {@link Protocol#MAX_INPUT_PART_BYTES} in
     * at most {@link Protocol#MAX_INPUT_PART_WRITES} pieces.
     */
    static List<InputResult> split(InputCall call, InputAnswer answer) {
        List<InputResult> parts = new ArrayList<>();
        InputResult.Builder part = newPart(call, answer);
        int room = Protocol.MAX_INPUT_PART_BYTES;
        for (InputAnswer.Write write : answer.writes()) {
            for (int from = 0; from < write.data().length; ) {
                if (room == 0 || part.getWritesCount() == Protocol.MAX_INPUT_PART_WRITES) {
                    parts.add(part.setMore(true).build());
                    part = newPart(call, answer);
                    room = Protocol.MAX_INPUT_PART_BYTES;
                }
                int length = Math.min(room, write.data().length - from);
                part.addWrites(
                        MemoryWrite.newBuilder()
                                .setAddress(write.address() + from)
                                .setData(
                                        UnsafeByteOperations.unsafeWrap(
                                                write.data(), from, length)));
                from += length;
                room -= length;
            }
        }
        parts.add(part.build());
        return parts;
    }

    /** Returns the answer whose parts these are, in order. */
    static InputAnswer join(List<InputResult> parts) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        for (InputResult part : parts) {
            for (MemoryWrite write : part.getWritesList()) {
                writes.add(
                        new InputAnswer.Write(write.getAddress(), write.getData().toByteArray()));
            }
        }
        return new InputAnswer(parts.get(parts.size() - 1).getValue(), writes);
    }

    private static InputResult.Builder newPart(InputCall call, InputAnswer answer) {
        return InputResult.newBuilder()
                .setStep(call.step())
                .setNumber(call.number())
                .setValue(answer.value());
    }
}
