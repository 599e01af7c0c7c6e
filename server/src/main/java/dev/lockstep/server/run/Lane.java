package dev.lockstep.server.run;

import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * One side of a comparison: the items that wait, and the <em>piece</em>, which joins the records
 * taken since the last step on which both sides agreed.
 */
final class Lane {
    private final Counting counting;
    private final Deque<Item> waiting = new ArrayDeque<>();
    private int offset;
    private boolean begun;
    private boolean entered;
    private long takenRecords;
    private long takenBlocks;

    private long pieceStep;
    private long piecePc;
    private long pieceRecords;
    private long pieceBlocks;
    private long digest;
    private long turns;

    private long step;
    private long pc;
    private @Nullable Rows lastRows;
    private int lastOffset;

    Lane(Counting counting) {
        this.counting = counting;
    }

    void add(Item item) {
        begun = true;
        if (!entered) {
            // A question that no instruction asks comes before the entry is known for sure.
            entered = item instanceof Rows;
            pc = item.firstPc();
            piecePc = pc;
        }
        waiting.add(item);
    }

    /** Returns whether anything has come, so that {@link #pc} is known. */
    boolean begun() {
        return begun;
    }

    /** Returns whether its first record has come, so that {@link #pc} was its entry. */
    boolean entered() {
        return entered;
    }

    /** Returns whether the guest goes on, as far as is known: neither ends nor is silent. */
    boolean goesOn() {
        return !waiting.isEmpty() && !(waiting.peek() instanceof Item.End);
    }

    /** Returns the batch whose records come next, or null. */
    @Nullable Rows rows() {
        return waiting.peek() instanceof Rows rows ? rows : null;
    }

    /** Returns the input or the end that comes next, or null. */
    Item.@Nullable Barrier barrier() {
        return waiting.peek() instanceof Item.Barrier barrier ? barrier : null;
    }

    /** Returns where in {@link #rows} the next record starts, in bytes. */
    int offset() {
        return offset;
    }

    /** Returns the step after the piece. */
    long step() {
        return step;
    }

    /** Returns the step up to which this side is known to report no record. */
    long frontier() {
        Item.Barrier barrier = barrier();
        return barrier == null ? step : barrier.step();
    }

    /** Returns whether a record was taken or passed. */
    boolean moved() {
        return lastRows != null;
    }

    /** Returns this side's last record, as the other side is told of it. */
    PeerState.Builder lastRecord() {
        Rows rows = Objects.requireNonNull(lastRows);
        return PeerState.newBuilder()
                .setStep(step)
                .setNextPc(pc)
                .setDigest(rows.digest(lastOffset))
                .setTurns(rows.turns(lastOffset));
    }

    /**
     * Returns the first register that differs after the last records of both sides, or null; both
     * have one.
     */
    @Nullable Difference compareRegisters(Lane subject) {
        return Objects.requireNonNull(lastRows)
                .compareRegisters(
                        lastOffset, Objects.requireNonNull(subject.lastRows), subject.lastOffset);
    }

    /** Returns the address after the piece. */
    long pc() {
        return pc;
    }

    long pieceStep() {
        return pieceStep;
    }

    long piecePc() {
        return piecePc;
    }

    long pieceRecords() {
        return pieceRecords;
    }

    /** Returns the blocks in the records of the piece. */
    long pieceBlocks() {
        return pieceBlocks;
    }

    long digest() {
        return digest;
    }

    long turns() {
        return turns;
    }

    /** Returns how many records were taken or passed in total. */
    long takenRecords() {
        return takenRecords;
    }

    /** Returns the blocks in all records that were taken or passed. */
    long takenBlocks() {
        return takenBlocks;
    }

    /** Joins the next record of {@code rows}, which are {@link #rows}, to the piece. */
    void take(Rows rows) {
        long recordTurns = rows.turns(offset);
        digest = Digest.join(digest, rows.digest(offset), recordTurns);
        turns += recordTurns;
        pieceRecords++;
        pass(rows, RecordLayout.SIZE_BYTES, step + rows.steps(offset));
    }

    /** Leaves records behind that the other side has too; the piece must be empty. */
    void skip(Rows rows, int bytes, long endStep) {
        if (bytes > 0) {
            pass(rows, bytes, endStep);
            settle();
        }
    }

    /** Starts a new piece: both sides agree so far. */
    void settle() {
        pieceStep = step;
        piecePc = pc;
        pieceRecords = 0;
        pieceBlocks = 0;
        digest = 0;
        turns = 0;
    }

    /** Forgets what waits, and starts anew somewhere else. */
    void restart(long newStep, long newPc) {
        waiting.clear();
        offset = 0;
        takenRecords = 0;
        step = newStep;
        pc = newPc;
        settle();
    }

    /**
     * The same in the midst of the other side's piece, of which so much is taken for this side's.
     *
     * @param other the other side
     */
    void restartWithin(Lane other, long newStep, long newPc, long newDigest) {
        restart(other.pieceStep, other.piecePc);
        step = newStep;
        pc = newPc;
        boolean isWhole = newStep == other.step;
        digest = isWhole ? other.digest : newDigest;
        turns = isWhole ? other.turns : 0; // There are none but at the end of a block.
    }

    /** Leaves the barrier behind. */
    void passBarrier() {
        waiting.remove();
    }

    private void pass(Rows rows, int bytes, long endStep) {
        long blocks = counting.blocks(rows, offset, bytes);
        takenBlocks += blocks;
        pieceBlocks += blocks;
        offset += bytes;
        lastRows = rows;
        lastOffset = offset - RecordLayout.SIZE_BYTES;
        pc = rows.nextPc(lastOffset);
        step = endStep;
        takenRecords += bytes / RecordLayout.SIZE_BYTES;
        if (offset == rows.bytes().length) {
            offset = 0;
            waiting.remove();
        }
    }
}
