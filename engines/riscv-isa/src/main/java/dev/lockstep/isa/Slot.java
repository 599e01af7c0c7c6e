package dev.lockstep.isa;

/** The values an encoding carries; each is one component of {@link Instruction}. */
enum Slot {
    RD,
    RS1,
    RS2,
    RS3,
    IMM,
    RM
}
