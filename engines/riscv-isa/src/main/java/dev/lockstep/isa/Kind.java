package dev.lockstep.isa;

/** What an instruction is for, as far as tools that know no semantics must tell them apart. */
public enum Kind {
    ALU,
    LOAD,
    STORE,
    LR,
    SC,
    AMO,
    FLOAT,
    BRANCH,
    JUMP,
    JUMP_REGISTER,
    CSR,
    FENCE,
    SYSTEM,
    ILLEGAL
}
