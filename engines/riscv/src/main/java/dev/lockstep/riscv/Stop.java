package dev.lockstep.riscv;

/** Why an engine handed control back. */
public enum Stop {
    /** At a block end: the step limit is reached or passed. */
    LIMIT,
    /** At a block end: the record batch has no room. */
    RECORDS_FULL,
    /**
     * At an ecall, which is not counted yet; the steps of its block before it are the open record.
     */
    ECALL,
    /**
     * At an instruction that traps, which is not counted yet; the steps before it are the open
     * record.
     */
    TRAP,
    /**
     * At an instruction that reads the CSR time, which is an input; {@link Hart#trapValue} is the
     * number of the register it writes. It is not counted yet; the steps of its block before it are
     * the open record.
     */
    TIME
}
