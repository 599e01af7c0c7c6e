package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;

/** Where both sides have stopped, and how their states compare there. */
record Stop(long step, Outcome outcome) {
    enum Outcome {
        EQUAL,
        DIFFERENT,
        /** They do not stop at the same step. */
        UNKNOWN
    }

    /**
     * Compares two sides.
     *
     * @param effectsOnly whether their states differ anyway, so that only effects count
     */
    static Stop of(Examination left, Examination right, boolean effectsOnly) {
        if (left.getStep() != right.getStep()) {
            // A guest that has ended goes no further; an input that is open says nothing.
            boolean ended = hasEnded(left) || hasEnded(right);
            long earlier = Math.min(left.getStep(), right.getStep());
            return new Stop(earlier, ended ? Outcome.DIFFERENT : Outcome.UNKNOWN);
        }
        boolean effects = left.getDigest() == right.getDigest() && left.getPc() == right.getPc();
        boolean states = effectsOnly || haveEqualStates(left, right);
        return new Stop(left.getStep(), effects && states ? Outcome.EQUAL : Outcome.DIFFERENT);
    }

    static boolean haveEqualStates(Examination left, Examination right) {
        return left.getRegisterDigest() == right.getRegisterDigest()
                && left.getMemoryDigest() == right.getMemoryDigest();
    }

    static boolean hasEnded(Examination examination) {
        return examination.getEnd() == ExaminationEnd.EXAMINATION_END_GUEST_ENDED;
    }
}
