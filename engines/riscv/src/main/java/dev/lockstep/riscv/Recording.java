package dev.lockstep.riscv;

import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/**
 * What an engine reports of its execution. Engines compile it into their code: nothing of it is
 * asked at run time.
 *
 * @param effects what the digest counts
 * @param batch takes a record for each block, whose digest starts from 0; without it the digest
 *     goes on in {@link Hart#openDigest}, from block to block, until somebody takes it from there
 */
public record Recording(Effects effects, @Nullable RecordBatch batch) {
    /** The effects that a digest counts (docs/protocol.md, "Digest"). */
    public enum Effects {
        /** None: there is no digest. */
        NONE,
        /** Transfers, traps. */
        PATH,
        /** Those and stores. */
        COMMIT,
        /** All of them. */
        FULL
    }

    /** Nothing is reported: a free run. */
    public static final Recording FREE = new Recording(Effects.NONE, null);

    /** A record for each block, of all effects. */
    public static Recording blocks(RecordBatch batch) {
        return blocks(Effects.FULL, batch);
    }

    /** A record for each block. */
    public static Recording blocks(Effects effects, RecordBatch batch) {
        return new Recording(effects, batch);
    }

    /** A digest that goes on. */
    public static Recording digest(Effects effects) {
        return new Recording(effects, null);
    }

    /** Returns whether records have room for the blocks still to come. */
    public boolean hasRoom(int records) {
        return batch == null || batch.hasRoom(records);
    }
}
