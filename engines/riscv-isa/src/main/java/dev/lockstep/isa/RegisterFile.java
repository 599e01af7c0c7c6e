package dev.lockstep.isa;

/** The register file that a register field of an instruction selects from. */
public enum RegisterFile {
    /** The instruction has no such register. */
    NONE,
    /** x0 to x31. */
    X,
    /** f0 to f31. */
    F
}
