package dev.lockstep.server.run;

import java.time.Duration;

/** What a run never exceeds (docs/protocol.md, "Bounds"). */
final class Bounds {
    /** Records of one engine on their way or waiting for their partner. At it, the engine waits. */
    static final long RECORD_WINDOW = 1 << 16;

    /** The same in strict grain, where every record waits for its verdict. */
    static final long STRICT_RECORD_WINDOW = 1;

    /** The same in window grain, where a record is a window. */
    static final long WINDOW_RECORD_WINDOW = 8;

    /**
     * Bytes of registers that one engine has told of and that wait for their partner. At it, the
     * engine waits: it has credit for fewer records than elsewhere.
     */
    static final long REGISTER_WINDOW_BYTES = 16 << 20;

    /** Records in one batch; small enough that a quarter of the window holds several. */
    static final long BATCH_RECORDS = 1 << 12;

    /** Cost of inputs that not every subject has consumed. At it, the reference waits. */
    static final long INPUT_WINDOW_BYTES = 16 << 20;

    /** Arguments of one input. More are no input. */
    static final int INPUT_ARGUMENTS = 6;

    /** How long a halted engine may take to say Goodbye before its account is given up. */
    static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(5);

    /** Notes of one run on its engines. Further ones are counted. */
    static final int ENGINE_NOTES = 2 * RunSpec.MAX_ENGINES;

    /** Notes of one run on connections that were refused. Further ones are counted. */
    static final int STRANGER_NOTES = 16;

    /** Items of one agreement. An engine with more is refused. */
    static final int AGREEMENT_ITEMS = 64;

    /** Times that each engine is sent back for one divergence. At it, what is known is told. */
    static final int EXAMINATIONS = 40;

    /**
     * How long an engine that looks at its past may take for a part of its answer. At it, what is
     * known is told.
     */
    static final Duration EXAMINATION_TIMEOUT = Duration.ofSeconds(10);

    /** How long looking closer at one divergence may take. At it, what is known is told. */
    static final Duration ZOOM_TIMEOUT = Duration.ofMinutes(2);

    /** Divergences of one subject that are looked at closer while it is tracked. */
    static final int TRACKED_ZOOMS = 16;

    /** Steps that an engine tells one by one. A longer stretch is not traced from its start. */
    static final long TRACE_STEPS = 1 << 14;

    /** Steps that one answer may tell, with those of a block beyond the end. More end the zoom. */
    static final long ANSWERED_STEPS = TRACE_STEPS + (1 << 12);

    /** Pages whose content one answer may tell. More end the zoom. */
    static final int ANSWERED_PAGES = 64;

    /** Pages that one answer may say have changed. More end the zoom. */
    static final int ANSWERED_CHANGED_PAGES = 1 << 12;

    /** Registers read and effects of one step that is told. More end the zoom. */
    static final int TOLD_EFFECTS = 16;

    /** Steps behind the one asked for at which an engine may stop. More end the zoom. */
    static final long OVERSHOT_STEPS = 1 << 20;

    /** Bytes of one answer, in all its parts. More end the zoom. */
    static final long ANSWERED_BYTES = 16 << 20;

    /** Steps before the instruction, and with it, that evidence shows of each side. */
    static final int SHOWN_STEPS = 64;

    /** Blocks up to the instruction that evidence shows of each side. */
    static final int SHOWN_BLOCKS = 16;

    /** Runs of bytes that evidence shows. Further ones are counted. */
    static final int SHOWN_MEMORY = 64;

    /** Bytes of one such run that are shown. */
    static final int SHOWN_BYTES = 64;

    /** Pages whose content is compared byte by byte for one divergence. */
    static final int COMPARED_PAGES = 16;

    /** Pages that the state has from which a subject is to go on. With more it is given up. */
    static final int RESYNC_PAGES = 2048;

    /** Divergences of one subject whose evidence has traces. Further ones have none. */
    static final int TRACED_DIVERGENCES = 256;

    /** Differences that the rules of a profile make ignored in one run. One more ends it. */
    static final long IGNORED_DIFFERENCES = 4096;

    /** Inputs of the reference of which is known where they were asked. */
    static final int REMEMBERED_INPUTS = 64;

    /** Inputs of one run that are remembered. Further ones are left out, and a note says so. */
    static final long RECORDED_INPUT_BYTES = 32 << 20;

    /** What remembering one of them, or a part of one, costs beside its bytes. */
    static final long RECORDED_INPUT_OVERHEAD_BYTES = 512;

    /** Threads of one guest that tell events. An engine that tells of more breaks the protocol. */
    static final int EVENT_THREADS = 1 << 16;

    /** Orders of snapshots of one run at a time. Further ones are refused. */
    static final int CAPTURES = 4;

    /**
     * How long a run that has ended waits for the next part of a state, or for the disk that keeps
     * it. At it, the snapshot is given up.
     */
    static final Duration CAPTURE_TIMEOUT = Duration.ofSeconds(60);

    /**
     * Steps of a block that an engine began and never told the end of: what QEMU translates as one
     * at most. An engine that is gone while the other side goes on for more has vanished.
     */
    static final long UNSEEN_STEPS = 512;

    /** Steps of a block at most: 128 bytes of instructions of two bytes. */
    static final long BLOCK_STEPS = 64;

    private Bounds() {}

    /**
     * Returns how many records of one engine may be on their way or wait for their partner.
     *
     * @param registerBytes bytes of registers with each record
     */
    static long recordWindow(Grain grain, int registerBytes) {
        return switch (grain) {
            case STRICT -> STRICT_RECORD_WINDOW;
            case BLOCK -> within(RECORD_WINDOW, REGISTER_WINDOW_BYTES, registerBytes);
            case WINDOW -> WINDOW_RECORD_WINDOW;
        };
    }

    /**
     * Returns how many records a batch may have.
     *
     * @param registerBytes bytes of registers with each record
     */
    static long batchRecords(Grain grain, int registerBytes) {
        long share = RECORD_WINDOW / BATCH_RECORDS;
        return grain == Grain.BLOCK
                ? within(BATCH_RECORDS, REGISTER_WINDOW_BYTES / share, registerBytes)
                : 1;
    }

    private static long within(long records, long bytes, int bytesOfOne) {
        return bytesOfOne == 0 ? records : Math.min(records, bytes / bytesOfOne);
    }
}
