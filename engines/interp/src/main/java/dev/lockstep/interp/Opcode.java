package dev.lockstep.interp;

import dev.lockstep.isa.Op;

/**
 * The instructions that the hot method tells apart, as numbers: the ordinals of the {@link Op}s of
 * the same names (a test compares them). A switch on the enum itself would load twice more for
 * every instruction, which costs a tenth of the speed.
 */
final class Opcode {
    static final int LUI = 0;
    static final int AUIPC = 1;
    static final int JAL = 2;
    static final int JALR = 3;
    static final int BEQ = 4;
    static final int BNE = 5;
    static final int BLT = 6;
    static final int BGE = 7;
    static final int BLTU = 8;
    static final int BGEU = 9;
    static final int LB = 10;
    static final int LH = 11;
    static final int LW = 12;
    static final int LD = 13;
    static final int LBU = 14;
    static final int LHU = 15;
    static final int LWU = 16;
    static final int SB = 17;
    static final int SH = 18;
    static final int SW = 19;
    static final int SD = 20;
    static final int ADDI = 21;
    static final int SLTI = 22;
    static final int SLTIU = 23;
    static final int XORI = 24;
    static final int ORI = 25;
    static final int ANDI = 26;
    static final int SLLI = 27;
    static final int SRLI = 28;
    static final int SRAI = 29;
    static final int ADD = 30;
    static final int SUB = 31;
    static final int SLL = 32;
    static final int SLT = 33;
    static final int SLTU = 34;
    static final int XOR = 35;
    static final int SRL = 36;
    static final int SRA = 37;
    static final int OR = 38;
    static final int AND = 39;
    static final int ADDIW = 40;
    static final int SLLIW = 41;
    static final int SRLIW = 42;
    static final int SRAIW = 43;
    static final int ADDW = 44;
    static final int SUBW = 45;
    static final int SLLW = 46;
    static final int SRLW = 47;
    static final int SRAW = 48;
    static final int FENCE = 49;
    static final int ECALL = 50;
    static final int EBREAK = 51;
    static final int MRET = 52;
    static final int WFI = 53;
    static final int FENCE_I = 54;
    static final int MUL = 61;
    static final int MULH = 62;
    static final int MULHSU = 63;
    static final int MULHU = 64;
    static final int DIV = 65;
    static final int DIVU = 66;
    static final int REM = 67;
    static final int REMU = 68;
    static final int MULW = 69;
    static final int DIVW = 70;
    static final int DIVUW = 71;
    static final int REMW = 72;
    static final int REMUW = 73;
    static final int FLW = 96;
    static final int FSW = 97;
    static final int FLD = 126;
    static final int FSD = 127;
    static final int ILLEGAL = 158;

    private Opcode() {}

    /** Returns the number of an instruction, whether or not the hot method knows it. */
    @SuppressWarnings("EnumOrdinal") // the point of this class
    static int of(Op op) {
        return op.ordinal();
    }
}
