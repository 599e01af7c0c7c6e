package dev.lockstep.interp;

/** A way out of a trace that records the block it ends. */
final class RecordingExit extends Exit {
    private final End end;

    RecordingExit(Entry target, End end, int steps, int blocks) {
        super(target, Known.NOTHING, steps, blocks);
        this.end = end;
    }

    @Override
    Entry leave(Core core, long digest) {
        core.record(end, digest);
        return super.leave(core, 0);
    }
}
