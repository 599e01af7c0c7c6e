package dev.lockstep.isa;

import java.util.Locale;

/**
 * The base instructions. All that is known of one is in its row of {@link Rv64}; a compressed
 * instruction has no constant, it is decoded to what it expands to.
 */
public enum Op {
    // RV64I
    LUI,
    AUIPC,
    JAL,
    JALR,
    BEQ,
    BNE,
    BLT,
    BGE,
    BLTU,
    BGEU,
    LB,
    LH,
    LW,
    LD,
    LBU,
    LHU,
    LWU,
    SB,
    SH,
    SW,
    SD,
    ADDI,
    SLTI,
    SLTIU,
    XORI,
    ORI,
    ANDI,
    SLLI,
    SRLI,
    SRAI,
    ADD,
    SUB,
    SLL,
    SLT,
    SLTU,
    XOR,
    SRL,
    SRA,
    OR,
    AND,
    ADDIW,
    SLLIW,
    SRLIW,
    SRAIW,
    ADDW,
    SUBW,
    SLLW,
    SRLW,
    SRAW,
    FENCE,
    ECALL,
    EBREAK,
    MRET,
    WFI,

    // Zifencei, Zicsr
    FENCE_I,
    CSRRW,
    CSRRS,
    CSRRC,
    CSRRWI,
    CSRRSI,
    CSRRCI,

    // RV64M
    MUL,
    MULH,
    MULHSU,
    MULHU,
    DIV,
    DIVU,
    REM,
    REMU,
    MULW,
    DIVW,
    DIVUW,
    REMW,
    REMUW,

    // RV64A
    LR_W,
    SC_W,
    AMOSWAP_W,
    AMOADD_W,
    AMOXOR_W,
    AMOAND_W,
    AMOOR_W,
    AMOMIN_W,
    AMOMAX_W,
    AMOMINU_W,
    AMOMAXU_W,
    LR_D,
    SC_D,
    AMOSWAP_D,
    AMOADD_D,
    AMOXOR_D,
    AMOAND_D,
    AMOOR_D,
    AMOMIN_D,
    AMOMAX_D,
    AMOMINU_D,
    AMOMAXU_D,

    // RV64F
    FLW,
    FSW,
    FMADD_S,
    FMSUB_S,
    FNMSUB_S,
    FNMADD_S,
    FADD_S,
    FSUB_S,
    FMUL_S,
    FDIV_S,
    FSQRT_S,
    FSGNJ_S,
    FSGNJN_S,
    FSGNJX_S,
    FMIN_S,
    FMAX_S,
    FCVT_W_S,
    FCVT_WU_S,
    FMV_X_W,
    FEQ_S,
    FLT_S,
    FLE_S,
    FCLASS_S,
    FCVT_S_W,
    FCVT_S_WU,
    FMV_W_X,
    FCVT_L_S,
    FCVT_LU_S,
    FCVT_S_L,
    FCVT_S_LU,

    // RV64D
    FLD,
    FSD,
    FMADD_D,
    FMSUB_D,
    FNMSUB_D,
    FNMADD_D,
    FADD_D,
    FSUB_D,
    FMUL_D,
    FDIV_D,
    FSQRT_D,
    FSGNJ_D,
    FSGNJN_D,
    FSGNJX_D,
    FMIN_D,
    FMAX_D,
    FCVT_S_D,
    FCVT_D_S,
    FEQ_D,
    FLT_D,
    FLE_D,
    FCLASS_D,
    FCVT_W_D,
    FCVT_WU_D,
    FCVT_D_W,
    FCVT_D_WU,
    FCVT_L_D,
    FCVT_LU_D,
    FMV_X_D,
    FCVT_D_L,
    FCVT_D_LU,
    FMV_D_X,

    // Zba
    ADD_UW,
    SH1ADD,
    SH2ADD,
    SH3ADD,
    SH1ADD_UW,
    SH2ADD_UW,
    SH3ADD_UW,
    SLLI_UW,

    // Zbb
    ANDN,
    ORN,
    XNOR,
    CLZ,
    CLZW,
    CTZ,
    CTZW,
    CPOP,
    CPOPW,
    MAX,
    MAXU,
    MIN,
    MINU,
    SEXT_B,
    SEXT_H,
    ZEXT_H,
    ROL,
    ROLW,
    ROR,
    RORW,
    RORI,
    RORIW,
    ORC_B,
    REV8,

    // Zbc
    CLMUL,
    CLMULH,
    CLMULR,

    // Zbs
    BCLR,
    BCLRI,
    BEXT,
    BEXTI,
    BINV,
    BINVI,
    BSET,
    BSETI,

    // Zicond
    CZERO_EQZ,
    CZERO_NEZ,

    /** Reserved, of an extension that is not here, or the all-zero parcel. */
    ILLEGAL;

    private final String mnemonic = name().toLowerCase(Locale.ROOT).replace('_', '.');
    private final Kind kind;
    private final int width;
    private final RegisterFile rd;
    private final RegisterFile rs1;
    private final RegisterFile rs2;
    private final RegisterFile rs3;

    Op() {
        Row row = InstructionTable.base(mnemonic);
        kind = row.kind();
        width = row.width();
        rd = row.registerFile(Slot.RD);
        rs1 = row.registerFile(Slot.RS1);
        rs2 = row.registerFile(Slot.RS2);
        rs3 = row.registerFile(Slot.RS3);
    }

    /** Returns the name in assembly, such as {@code fcvt.w.d}. */
    public String mnemonic() {
        return mnemonic;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns how many bytes of memory the instruction accesses, 0 if none. */
    public int width() {
        return width;
    }

    /** Returns the file that the destination register is in. */
    public RegisterFile rd() {
        return rd;
    }

    /** Returns the file that the first source register is in. */
    public RegisterFile rs1() {
        return rs1;
    }

    /** Returns the file that the second source register is in. */
    public RegisterFile rs2() {
        return rs2;
    }

    /** Returns the file that the third source register is in: F for the fused multiply-adds. */
    public RegisterFile rs3() {
        return rs3;
    }

    public boolean writesX() {
        return rd == RegisterFile.X;
    }

    public boolean writesF() {
        return rd == RegisterFile.F;
    }

    /**
     * Returns whether a block ends after this instruction whatever its address: after branches and
     * jumps, explicit CSR accesses, ecall, ebreak, mret, fence.i, and what traps.
     */
    public boolean endsBlock() {
        return switch (kind) {
            case BRANCH, JUMP, JUMP_REGISTER, CSR, ILLEGAL -> true;
            case SYSTEM -> this != WFI;
            case FENCE -> this == FENCE_I;
            case ALU, LOAD, STORE, LR, SC, AMO, FLOAT -> false;
        };
    }
}
