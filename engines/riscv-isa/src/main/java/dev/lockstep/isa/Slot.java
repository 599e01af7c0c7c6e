package dev.lockstep.isa;

/** The values an encoding carries; each is one component of {@link Instruction}. */
enum Slot {
    RD,
    RS1,
    RS2,
    RS3,
    IMM,
    RM;

    long valueIn(Instruction instruction) {
        return switch (this) {
            case RD -> instruction.rd();
            case RS1 -> instruction.rs1();
            case RS2 -> instruction.rs2();
            case RS3 -> instruction.rs3();
            case IMM -> instruction.imm();
            case RM -> instruction.rm();
        };
    }
}
