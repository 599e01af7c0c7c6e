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
    static final int ADD_UW = 158;
    static final int SH1ADD = 159;
    static final int SH2ADD = 160;
    static final int SH3ADD = 161;
    static final int SH1ADD_UW = 162;
    static final int SH2ADD_UW = 163;
    static final int SH3ADD_UW = 164;
    static final int SLLI_UW = 165;
    static final int ANDN = 166;
    static final int ORN = 167;
    static final int XNOR = 168;
    static final int CLZ = 169;
    static final int CLZW = 170;
    static final int CTZ = 171;
    static final int CTZW = 172;
    static final int CPOP = 173;
    static final int CPOPW = 174;
    static final int MAX = 175;
    static final int MAXU = 176;
    static final int MIN = 177;
    static final int MINU = 178;
    static final int SEXT_B = 179;
    static final int SEXT_H = 180;
    static final int ZEXT_H = 181;
    static final int ROL = 182;
    static final int ROLW = 183;
    static final int ROR = 184;
    static final int RORW = 185;
    static final int RORI = 186;
    static final int RORIW = 187;
    static final int ORC_B = 188;
    static final int REV8 = 189;
    static final int CLMUL = 190;
    static final int CLMULH = 191;
    static final int CLMULR = 192;
    static final int BCLR = 193;
    static final int BCLRI = 194;
    static final int BEXT = 195;
    static final int BEXTI = 196;
    static final int BINV = 197;
    static final int BINVI = 198;
    static final int BSET = 199;
    static final int BSETI = 200;
    static final int CZERO_EQZ = 201;
    static final int CZERO_NEZ = 202;
    static final int ILLEGAL = 203;

    private Opcode() {}

    /** Returns the number of an instruction, whether or not the hot method knows it. */
    @SuppressWarnings("EnumOrdinal") // the point of this class
    static int of(Op op) {
        return op.ordinal();
    }
}
