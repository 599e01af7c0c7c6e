package dev.lockstep.protocol;

import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;

/** What inputs cost of the reference's input credit (docs/protocol.md, "Credit"). */
public final class InputCost {
    private InputCost() {}

    /** Returns the cost of one part, which is about the memory it takes while it waits. */
    public static long bytes(InputResult part) {
        return (1L + part.getWritesCount()) * Protocol.INPUT_OVERHEAD_BYTES + memoryBytes(part);
    }

    /** Returns how much guest memory a part writes. */
    public static long memoryBytes(InputResult part) {
        long bytes = 0;
        for (MemoryWrite write : part.getWritesList()) {
            bytes += write.getData().size();
        }
        return bytes;
    }
}
