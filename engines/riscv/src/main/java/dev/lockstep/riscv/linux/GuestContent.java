package dev.lockstep.riscv.linux;

import dev.lockstep.protocol.Protocol;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer.Write;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the host's kernel has put into guest memory, as the writes of an answer. It may be as large
 * as guest memory, so it is copied in slices, when they are asked for.
 */
final class GuestContent implements Iterable<Write> {
    private final GuestMemory memory;
    private final List<Vector> slices = new ArrayList<>();

    private GuestContent(GuestMemory memory) {
        this.memory = memory;
    }

    /** Returns the first {@code length} bytes of these pieces. */
    static GuestContent of(GuestMemory memory, List<Vector> pieces, long length) {
        GuestContent content = new GuestContent(memory);
        long left = length;
        for (Vector piece : pieces) {
            content.add(piece.address(), Math.min(left, piece.length()));
            left -= Math.min(left, piece.length());
        }
        return content;
    }

    private void add(long address, long length) {
        for (long at = 0; at < length; at += Protocol.MAX_INPUT_PART_BYTES) {
            slices.add(
                    new Vector(address + at, Math.min(length - at, Protocol.MAX_INPUT_PART_BYTES)));
        }
    }

    @Override
    public Iterator<Write> iterator() {
        return slices.stream().map(this::write).iterator();
    }

    private Write write(Vector slice) {
        byte[] bytes = new byte[(int) slice.length()];
        if (!memory.read(slice.address(), bytes, 0, bytes.length)) {
            throw new IllegalStateException(
                    "guest memory at 0x%x, just written, cannot be read"
                            .formatted(slice.address()));
        }
        return new Write(slice.address(), bytes);
    }
}
