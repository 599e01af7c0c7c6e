package dev.lockstep.recomp;

/** Which execution of which instruction a fault hits. */
sealed interface FaultPlace {
    /** The instruction that is the {@code step}-th, from 0. */
    record AtStep(long step) implements FaultPlace {
        @Override
        public String toString() {
            return "step=" + step;
        }
    }

    /** The {@code occurrence}-th completed execution, from 1, of the instruction at {@code pc}. */
    record AtPc(long pc, long occurrence) implements FaultPlace {
        @Override
        public String toString() {
            return "pc=0x" + Long.toHexString(pc) + ",n=" + occurrence;
        }
    }
}
