package dev.lockstep.recomp;

/**
 * A wrong execution of one instruction, done on purpose (docs/testing-faults.md).
 *
 * @param mask the bits that {@link FaultKind#FLIP} inverts, else 0
 * @param silent whether the digest is told what a right execution would have done
 */
record Fault(FaultKind kind, long mask, FaultPlace place, boolean silent) {
    @Override
    public String toString() {
        return kind.text()
                + (kind == FaultKind.FLIP ? ":0x" + Long.toHexString(mask) : "")
                + "@"
                + place
                + (silent ? ",silent" : ",announced");
    }
}
