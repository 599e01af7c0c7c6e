package dev.lockstep.recomp;

import dev.lockstep.isa.RegisterFile;

/**
 * Something done wrong on purpose, once (docs/testing-faults.md).
 *
 * @param operand what the kind has to be told, else 0: bits, or a register as a set of {@link
 *     RegisterUse}
 * @param silent whether the digest is told what a right execution would have done
 */
record Fault(FaultKind kind, long operand, FaultPlace place, boolean silent) {
    private String operandText() {
        return switch (kind.operand()) {
            case NONE -> "";
            case MASK -> ":0x" + Long.toHexString(operand);
            case REGISTER -> ":" + registerName(Long.numberOfTrailingZeros(operand));
        };
    }

    private static String registerName(int register) {
        return (register < RegisterUse.F ? RegisterFile.X : RegisterFile.F)
                .abiName(register % RegisterUse.F);
    }

    @Override
    public String toString() {
        String family = !kind.isOfInstructions() ? "" : silent ? ",silent" : ",announced";
        return kind.text() + operandText() + "@" + place + family;
    }
}
