package dev.lockstep.server.transport;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.server.run.ProtocolException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What QEMU's lockstep plugin says, as records: the block between two of its messages.
 *
 * <pre>
 *   0            8                  16
 *   | pc   u64   | insn_count u64   |   before each block; little-endian, as the hosts are that QEMU's users have
 * </pre>
 *
 * <p>The plugin counts a block as a whole before it is executed, so its count is too high after a
 * block that was left by a trap.
 */
final class PluginRecords {
    static final int MESSAGE_BYTES = 2 * Long.BYTES;

    private static final int FIRST_ROWS = 64;
    private static final long MOST_STEPS = 0xFFFF_FFFFL;

    /** A message of which a part has come. */
    private final ByteBuf partial = Unpooled.buffer(MESSAGE_BYTES, MESSAGE_BYTES);

    /**
     * Records that have not been drained; as many as one read brings, and what waited before it.
     */
    private ByteBuffer rows = rows(FIRST_ROWS);

    private boolean begun;
    private long total;
    private long firstStep;
    private long firstPc;
    private long step;
    private long pc;

    /**
     * Takes all that has come.
     *
     * @throws ProtocolException if a block has no instructions, or more than there can be
     */
    void read(ByteBuf bytes) throws ProtocolException {
        while (bytes.isReadable()) {
            if (!partial.isReadable() && bytes.readableBytes() >= MESSAGE_BYTES) {
                add(bytes.readLongLE(), bytes.readLongLE());
            } else {
                complete(bytes);
            }
        }
    }

    private void complete(ByteBuf bytes) throws ProtocolException {
        partial.writeBytes(bytes, Math.min(partial.writableBytes(), bytes.readableBytes()));
        if (!partial.isWritable()) {
            add(partial.readLongLE(), partial.readLongLE());
            partial.clear();
        }
    }

    private void add(long nextPc, long count) throws ProtocolException {
        if (begun) {
            addBlock(nextPc, count - step);
        } else {
            begun = true;
            firstPc = nextPc;
            firstStep = count;
        }
        pc = nextPc;
        step = count;
    }

    private void addBlock(long nextPc, long steps) throws ProtocolException {
        if (steps < 1 || steps > MOST_STEPS) {
            throw ProtocolException.badFrame(
                    "insn_count %d after %d (expected: more, by the instructions of one block)"
                            .formatted(step + steps, step));
        }
        if (rows.remaining() < RecordLayout.SIZE_BYTES) {
            rows = rows(2 * waiting()).put(rows.flip());
        }
        int row = rows.position();
        rows.putLong(row + RecordLayout.NEXT_PC_OFFSET, nextPc);
        rows.putInt(row + RecordLayout.STEPS_OFFSET, (int) steps);
        rows.position(row + RecordLayout.SIZE_BYTES);
        total++;
    }

    private static ByteBuffer rows(int count) {
        return ByteBuffer.allocate(count * RecordLayout.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns whether a first message has come. */
    boolean begun() {
        return begun;
    }

    /** Returns how many records wait to be drained. */
    int waiting() {
        return rows.position() / RecordLayout.SIZE_BYTES;
    }

    /** Returns how many records there were, drained or not. */
    long total() {
        return total;
    }

    /** Returns the instructions before the block that was begun last. */
    long step() {
        return step;
    }

    /** Takes the records that wait, of which there must be one. */
    RecordBatch drain() {
        RecordBatch batch =
                RecordBatch.newBuilder()
                        .setFirstStep(firstStep)
                        .setFirstPc(firstPc)
                        .setRecords(ByteString.copyFrom(rows.flip()))
                        .build();
        rows.clear();
        firstStep = step;
        firstPc = pc;
        return batch;
    }

    /** Returns the last message, as it came. */
    ByteBuf lastMessage(ByteBufAllocator allocator) {
        return allocator.buffer(MESSAGE_BYTES).writeLongLE(pc).writeLongLE(step);
    }

    /** Returns the end of a guest that has ended in the block that was begun last. */
    GuestEnd.Builder lastBlock() {
        return GuestEnd.newBuilder().setStepCount(step).setPc(pc).setWithinBlock(true);
    }
}
