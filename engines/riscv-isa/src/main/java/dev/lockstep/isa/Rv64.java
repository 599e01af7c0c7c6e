package dev.lockstep.isa;

/**
 * The instruction table of RV64GC with Zba, Zbb, Zbc, Zbs, Zcb, Zicond and Zihintpause: one row per
 * instruction, in the notation of the RISC-V unprivileged manual ("RV32/64G Instruction Set
 * Listings" and "RVC Instruction Set Listings").
 *
 * <p>Decoder, disassembler and assembler have no other source. A row has three columns:
 *
 * <ol>
 *   <li>the mnemonic and its operands as GNU tools write them. {@code fd} and {@code fs1} are
 *       floating-point registers in the fields rd and rs1; {@code upper} is an immediate without
 *       its twelve low zeros; {@code exact} is a rounding mode that has no effect;
 *   <li>the encoding, most significant bit first: literal bits, register fields, and immediates
 *       with the bits they carry. {@code rd'} is one of x8 to x15; {@code -} is a bit that hardware
 *       ignores. {@code imm} is sign-extended, {@code uimm} and {@code shamt} are not. {@code nz…}
 *       and {@code !=0} never match zero; {@code rm} never matches the reserved modes 5 and 6;
 *   <li>the kind of a base instruction, with the bytes of memory it accesses; or, after {@code =>},
 *       the base instruction that the row stands for.
 * </ol>
 *
 * <p>The first row that matches wins, and the last two match everything. HINTs are legal.
 */
final class Rv64 {

    static final String TABLE =
            """
            # RV64I
            lui        rd,upper          | imm[31:12]                           rd          0110111 | alu
            auipc      rd,upper          | imm[31:12]                           rd          0010111 | alu
            jal        rd,target         | imm[20|10:1|11|19:12]                rd          1101111 | jump
            jalr       rd,imm(rs1)       | imm[11:0]           rs1       000    rd          1100111 | jump_register
            beq        rs1,rs2,target    | imm[12|10:5]  rs2   rs1       000    imm[4:1|11] 1100011 | branch
            bne        rs1,rs2,target    | imm[12|10:5]  rs2   rs1       001    imm[4:1|11] 1100011 | branch
            blt        rs1,rs2,target    | imm[12|10:5]  rs2   rs1       100    imm[4:1|11] 1100011 | branch
            bge        rs1,rs2,target    | imm[12|10:5]  rs2   rs1       101    imm[4:1|11] 1100011 | branch
            bltu       rs1,rs2,target    | imm[12|10:5]  rs2   rs1       110    imm[4:1|11] 1100011 | branch
            bgeu       rs1,rs2,target    | imm[12|10:5]  rs2   rs1       111    imm[4:1|11] 1100011 | branch
            lb         rd,imm(rs1)       | imm[11:0]           rs1       000    rd          0000011 | load 1
            lh         rd,imm(rs1)       | imm[11:0]           rs1       001    rd          0000011 | load 2
            lw         rd,imm(rs1)       | imm[11:0]           rs1       010    rd          0000011 | load 4
            ld         rd,imm(rs1)       | imm[11:0]           rs1       011    rd          0000011 | load 8
            lbu        rd,imm(rs1)       | imm[11:0]           rs1       100    rd          0000011 | load 1
            lhu        rd,imm(rs1)       | imm[11:0]           rs1       101    rd          0000011 | load 2
            lwu        rd,imm(rs1)       | imm[11:0]           rs1       110    rd          0000011 | load 4
            sb         rs2,imm(rs1)      | imm[11:5]     rs2   rs1       000    imm[4:0]    0100011 | store 1
            sh         rs2,imm(rs1)      | imm[11:5]     rs2   rs1       001    imm[4:0]    0100011 | store 2
            sw         rs2,imm(rs1)      | imm[11:5]     rs2   rs1       010    imm[4:0]    0100011 | store 4
            sd         rs2,imm(rs1)      | imm[11:5]     rs2   rs1       011    imm[4:0]    0100011 | store 8
            addi       rd,rs1,imm        | imm[11:0]           rs1       000    rd          0010011 | alu
            slti       rd,rs1,imm        | imm[11:0]           rs1       010    rd          0010011 | alu
            sltiu      rd,rs1,imm        | imm[11:0]           rs1       011    rd          0010011 | alu
            xori       rd,rs1,imm        | imm[11:0]           rs1       100    rd          0010011 | alu
            ori        rd,rs1,imm        | imm[11:0]           rs1       110    rd          0010011 | alu
            andi       rd,rs1,imm        | imm[11:0]           rs1       111    rd          0010011 | alu
            slli       rd,rs1,shamt      | 000000 shamt[5:0]   rs1       001    rd          0010011 | alu
            srli       rd,rs1,shamt      | 000000 shamt[5:0]   rs1       101    rd          0010011 | alu
            srai       rd,rs1,shamt      | 010000 shamt[5:0]   rs1       101    rd          0010011 | alu
            add        rd,rs1,rs2        | 0000000       rs2   rs1       000    rd          0110011 | alu
            sub        rd,rs1,rs2        | 0100000       rs2   rs1       000    rd          0110011 | alu
            sll        rd,rs1,rs2        | 0000000       rs2   rs1       001    rd          0110011 | alu
            slt        rd,rs1,rs2        | 0000000       rs2   rs1       010    rd          0110011 | alu
            sltu       rd,rs1,rs2        | 0000000       rs2   rs1       011    rd          0110011 | alu
            xor        rd,rs1,rs2        | 0000000       rs2   rs1       100    rd          0110011 | alu
            srl        rd,rs1,rs2        | 0000000       rs2   rs1       101    rd          0110011 | alu
            sra        rd,rs1,rs2        | 0100000       rs2   rs1       101    rd          0110011 | alu
            or         rd,rs1,rs2        | 0000000       rs2   rs1       110    rd          0110011 | alu
            and        rd,rs1,rs2        | 0000000       rs2   rs1       111    rd          0110011 | alu
            addiw      rd,rs1,imm        | imm[11:0]           rs1       000    rd          0011011 | alu
            slliw      rd,rs1,shamt      | 0000000 shamt[4:0]  rs1       001    rd          0011011 | alu
            srliw      rd,rs1,shamt      | 0000000 shamt[4:0]  rs1       101    rd          0011011 | alu
            sraiw      rd,rs1,shamt      | 0100000 shamt[4:0]  rs1       101    rd          0011011 | alu
            addw       rd,rs1,rs2        | 0000000       rs2   rs1       000    rd          0111011 | alu
            subw       rd,rs1,rs2        | 0100000       rs2   rs1       000    rd          0111011 | alu
            sllw       rd,rs1,rs2        | 0000000       rs2   rs1       001    rd          0111011 | alu
            srlw       rd,rs1,rs2        | 0000000       rs2   rs1       101    rd          0111011 | alu
            sraw       rd,rs1,rs2        | 0100000       rs2   rs1       101    rd          0111011 | alu
            fence.tso                    | 1000 0011 0011      -----     000    -----       0001111 | => fence 0x833
            pause                        | 0000 0001 0000      00000     000    00000       0001111 | => fence 0x010
            fence      pred,succ         | fm   pred succ      -----     000    -----       0001111 | fence
            ecall                        | 000000000000        00000     000    00000       1110011 | system
            ebreak                       | 000000000001        00000     000    00000       1110011 | system
            mret                         | 0011000       00010 00000     000    00000       1110011 | system
            wfi                          | 0001000       00101 00000     000    00000       1110011 | system

            # Zifencei, Zicsr
            fence.i                      | ------------        -----     001    -----       0001111 | fence
            unimp                        | 110000000000        00000     001    00000       1110011 | => csrrw x0,0xc00,x0
            csrrw      rd,csr,rs1        | csr                 rs1       001    rd          1110011 | csr
            csrrs      rd,csr,rs1        | csr                 rs1       010    rd          1110011 | csr
            csrrc      rd,csr,rs1        | csr                 rs1       011    rd          1110011 | csr
            csrrwi     rd,csr,zimm       | csr                 zimm      101    rd          1110011 | csr
            csrrsi     rd,csr,zimm       | csr                 zimm      110    rd          1110011 | csr
            csrrci     rd,csr,zimm       | csr                 zimm      111    rd          1110011 | csr

            # RV64M
            mul        rd,rs1,rs2        | 0000001       rs2   rs1       000    rd          0110011 | alu
            mulh       rd,rs1,rs2        | 0000001       rs2   rs1       001    rd          0110011 | alu
            mulhsu     rd,rs1,rs2        | 0000001       rs2   rs1       010    rd          0110011 | alu
            mulhu      rd,rs1,rs2        | 0000001       rs2   rs1       011    rd          0110011 | alu
            div        rd,rs1,rs2        | 0000001       rs2   rs1       100    rd          0110011 | alu
            divu       rd,rs1,rs2        | 0000001       rs2   rs1       101    rd          0110011 | alu
            rem        rd,rs1,rs2        | 0000001       rs2   rs1       110    rd          0110011 | alu
            remu       rd,rs1,rs2        | 0000001       rs2   rs1       111    rd          0110011 | alu
            mulw       rd,rs1,rs2        | 0000001       rs2   rs1       000    rd          0111011 | alu
            divw       rd,rs1,rs2        | 0000001       rs2   rs1       100    rd          0111011 | alu
            divuw      rd,rs1,rs2        | 0000001       rs2   rs1       101    rd          0111011 | alu
            remw       rd,rs1,rs2        | 0000001       rs2   rs1       110    rd          0111011 | alu
            remuw      rd,rs1,rs2        | 0000001       rs2   rs1       111    rd          0111011 | alu

            # RV64A
            lr.w       rd,(rs1)          | 00010 aq rl   00000 rs1       010    rd          0101111 | lr 4
            sc.w       rd,rs2,(rs1)      | 00011 aq rl   rs2   rs1       010    rd          0101111 | sc 4
            amoswap.w  rd,rs2,(rs1)      | 00001 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amoadd.w   rd,rs2,(rs1)      | 00000 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amoxor.w   rd,rs2,(rs1)      | 00100 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amoand.w   rd,rs2,(rs1)      | 01100 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amoor.w    rd,rs2,(rs1)      | 01000 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amomin.w   rd,rs2,(rs1)      | 10000 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amomax.w   rd,rs2,(rs1)      | 10100 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amominu.w  rd,rs2,(rs1)      | 11000 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            amomaxu.w  rd,rs2,(rs1)      | 11100 aq rl   rs2   rs1       010    rd          0101111 | amo 4
            lr.d       rd,(rs1)          | 00010 aq rl   00000 rs1       011    rd          0101111 | lr 8
            sc.d       rd,rs2,(rs1)      | 00011 aq rl   rs2   rs1       011    rd          0101111 | sc 8
            amoswap.d  rd,rs2,(rs1)      | 00001 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amoadd.d   rd,rs2,(rs1)      | 00000 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amoxor.d   rd,rs2,(rs1)      | 00100 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amoand.d   rd,rs2,(rs1)      | 01100 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amoor.d    rd,rs2,(rs1)      | 01000 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amomin.d   rd,rs2,(rs1)      | 10000 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amomax.d   rd,rs2,(rs1)      | 10100 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amominu.d  rd,rs2,(rs1)      | 11000 aq rl   rs2   rs1       011    rd          0101111 | amo 8
            amomaxu.d  rd,rs2,(rs1)      | 11100 aq rl   rs2   rs1       011    rd          0101111 | amo 8

            # RV64F
            flw        fd,imm(rs1)       | imm[11:0]           rs1       010    rd          0000111 | load 4
            fsw        fs2,imm(rs1)      | imm[11:5]     rs2   rs1       010    imm[4:0]    0100111 | store 4
            fmadd.s    fd,fs1,fs2,fs3,rm | rs3 00        rs2   rs1       rm     rd          1000011 | float
            fmsub.s    fd,fs1,fs2,fs3,rm | rs3 00        rs2   rs1       rm     rd          1000111 | float
            fnmsub.s   fd,fs1,fs2,fs3,rm | rs3 00        rs2   rs1       rm     rd          1001011 | float
            fnmadd.s   fd,fs1,fs2,fs3,rm | rs3 00        rs2   rs1       rm     rd          1001111 | float
            fadd.s     fd,fs1,fs2,rm     | 0000000       rs2   rs1       rm     rd          1010011 | float
            fsub.s     fd,fs1,fs2,rm     | 0000100       rs2   rs1       rm     rd          1010011 | float
            fmul.s     fd,fs1,fs2,rm     | 0001000       rs2   rs1       rm     rd          1010011 | float
            fdiv.s     fd,fs1,fs2,rm     | 0001100       rs2   rs1       rm     rd          1010011 | float
            fsqrt.s    fd,fs1,rm         | 0101100       00000 rs1       rm     rd          1010011 | float
            fsgnj.s    fd,fs1,fs2        | 0010000       rs2   rs1       000    rd          1010011 | float
            fsgnjn.s   fd,fs1,fs2        | 0010000       rs2   rs1       001    rd          1010011 | float
            fsgnjx.s   fd,fs1,fs2        | 0010000       rs2   rs1       010    rd          1010011 | float
            fmin.s     fd,fs1,fs2        | 0010100       rs2   rs1       000    rd          1010011 | float
            fmax.s     fd,fs1,fs2        | 0010100       rs2   rs1       001    rd          1010011 | float
            fcvt.w.s   rd,fs1,rm         | 1100000       00000 rs1       rm     rd          1010011 | float
            fcvt.wu.s  rd,fs1,rm         | 1100000       00001 rs1       rm     rd          1010011 | float
            fmv.x.w    rd,fs1            | 1110000       00000 rs1       000    rd          1010011 | float
            feq.s      rd,fs1,fs2        | 1010000       rs2   rs1       010    rd          1010011 | float
            flt.s      rd,fs1,fs2        | 1010000       rs2   rs1       001    rd          1010011 | float
            fle.s      rd,fs1,fs2        | 1010000       rs2   rs1       000    rd          1010011 | float
            fclass.s   rd,fs1            | 1110000       00000 rs1       001    rd          1010011 | float
            fcvt.s.w   fd,rs1,rm         | 1101000       00000 rs1       rm     rd          1010011 | float
            fcvt.s.wu  fd,rs1,rm         | 1101000       00001 rs1       rm     rd          1010011 | float
            fmv.w.x    fd,rs1            | 1111000       00000 rs1       000    rd          1010011 | float
            fcvt.l.s   rd,fs1,rm         | 1100000       00010 rs1       rm     rd          1010011 | float
            fcvt.lu.s  rd,fs1,rm         | 1100000       00011 rs1       rm     rd          1010011 | float
            fcvt.s.l   fd,rs1,rm         | 1101000       00010 rs1       rm     rd          1010011 | float
            fcvt.s.lu  fd,rs1,rm         | 1101000       00011 rs1       rm     rd          1010011 | float

            # RV64D
            fld        fd,imm(rs1)       | imm[11:0]           rs1       011    rd          0000111 | load 8
            fsd        fs2,imm(rs1)      | imm[11:5]     rs2   rs1       011    imm[4:0]    0100111 | store 8
            fmadd.d    fd,fs1,fs2,fs3,rm | rs3 01        rs2   rs1       rm     rd          1000011 | float
            fmsub.d    fd,fs1,fs2,fs3,rm | rs3 01        rs2   rs1       rm     rd          1000111 | float
            fnmsub.d   fd,fs1,fs2,fs3,rm | rs3 01        rs2   rs1       rm     rd          1001011 | float
            fnmadd.d   fd,fs1,fs2,fs3,rm | rs3 01        rs2   rs1       rm     rd          1001111 | float
            fadd.d     fd,fs1,fs2,rm     | 0000001       rs2   rs1       rm     rd          1010011 | float
            fsub.d     fd,fs1,fs2,rm     | 0000101       rs2   rs1       rm     rd          1010011 | float
            fmul.d     fd,fs1,fs2,rm     | 0001001       rs2   rs1       rm     rd          1010011 | float
            fdiv.d     fd,fs1,fs2,rm     | 0001101       rs2   rs1       rm     rd          1010011 | float
            fsqrt.d    fd,fs1,rm         | 0101101       00000 rs1       rm     rd          1010011 | float
            fsgnj.d    fd,fs1,fs2        | 0010001       rs2   rs1       000    rd          1010011 | float
            fsgnjn.d   fd,fs1,fs2        | 0010001       rs2   rs1       001    rd          1010011 | float
            fsgnjx.d   fd,fs1,fs2        | 0010001       rs2   rs1       010    rd          1010011 | float
            fmin.d     fd,fs1,fs2        | 0010101       rs2   rs1       000    rd          1010011 | float
            fmax.d     fd,fs1,fs2        | 0010101       rs2   rs1       001    rd          1010011 | float
            fcvt.s.d   fd,fs1,rm         | 0100000       00001 rs1       rm     rd          1010011 | float
            fcvt.d.s   fd,fs1,exact      | 0100001       00000 rs1       rm     rd          1010011 | float
            feq.d      rd,fs1,fs2        | 1010001       rs2   rs1       010    rd          1010011 | float
            flt.d      rd,fs1,fs2        | 1010001       rs2   rs1       001    rd          1010011 | float
            fle.d      rd,fs1,fs2        | 1010001       rs2   rs1       000    rd          1010011 | float
            fclass.d   rd,fs1            | 1110001       00000 rs1       001    rd          1010011 | float
            fcvt.w.d   rd,fs1,rm         | 1100001       00000 rs1       rm     rd          1010011 | float
            fcvt.wu.d  rd,fs1,rm         | 1100001       00001 rs1       rm     rd          1010011 | float
            fcvt.d.w   fd,rs1,exact      | 1101001       00000 rs1       rm     rd          1010011 | float
            fcvt.d.wu  fd,rs1,exact      | 1101001       00001 rs1       rm     rd          1010011 | float
            fcvt.l.d   rd,fs1,rm         | 1100001       00010 rs1       rm     rd          1010011 | float
            fcvt.lu.d  rd,fs1,rm         | 1100001       00011 rs1       rm     rd          1010011 | float
            fmv.x.d    rd,fs1            | 1110001       00000 rs1       000    rd          1010011 | float
            fcvt.d.l   fd,rs1,rm         | 1101001       00010 rs1       rm     rd          1010011 | float
            fcvt.d.lu  fd,rs1,rm         | 1101001       00011 rs1       rm     rd          1010011 | float
            fmv.d.x    fd,rs1            | 1111001       00000 rs1       000    rd          1010011 | float

            # Zba
            add.uw     rd,rs1,rs2        | 0000100       rs2   rs1       000    rd          0111011 | alu
            sh1add     rd,rs1,rs2        | 0010000       rs2   rs1       010    rd          0110011 | alu
            sh2add     rd,rs1,rs2        | 0010000       rs2   rs1       100    rd          0110011 | alu
            sh3add     rd,rs1,rs2        | 0010000       rs2   rs1       110    rd          0110011 | alu
            sh1add.uw  rd,rs1,rs2        | 0010000       rs2   rs1       010    rd          0111011 | alu
            sh2add.uw  rd,rs1,rs2        | 0010000       rs2   rs1       100    rd          0111011 | alu
            sh3add.uw  rd,rs1,rs2        | 0010000       rs2   rs1       110    rd          0111011 | alu
            slli.uw    rd,rs1,shamt      | 000010 shamt[5:0]   rs1       001    rd          0011011 | alu

            # Zbb
            andn       rd,rs1,rs2        | 0100000       rs2   rs1       111    rd          0110011 | alu
            orn        rd,rs1,rs2        | 0100000       rs2   rs1       110    rd          0110011 | alu
            xnor       rd,rs1,rs2        | 0100000       rs2   rs1       100    rd          0110011 | alu
            clz        rd,rs1            | 011000000000        rs1       001    rd          0010011 | alu
            clzw       rd,rs1            | 011000000000        rs1       001    rd          0011011 | alu
            ctz        rd,rs1            | 011000000001        rs1       001    rd          0010011 | alu
            ctzw       rd,rs1            | 011000000001        rs1       001    rd          0011011 | alu
            cpop       rd,rs1            | 011000000010        rs1       001    rd          0010011 | alu
            cpopw      rd,rs1            | 011000000010        rs1       001    rd          0011011 | alu
            max        rd,rs1,rs2        | 0000101       rs2   rs1       110    rd          0110011 | alu
            maxu       rd,rs1,rs2        | 0000101       rs2   rs1       111    rd          0110011 | alu
            min        rd,rs1,rs2        | 0000101       rs2   rs1       100    rd          0110011 | alu
            minu       rd,rs1,rs2        | 0000101       rs2   rs1       101    rd          0110011 | alu
            sext.b     rd,rs1            | 011000000100        rs1       001    rd          0010011 | alu
            sext.h     rd,rs1            | 011000000101        rs1       001    rd          0010011 | alu
            zext.h     rd,rs1            | 000010000000        rs1       100    rd          0111011 | alu
            rol        rd,rs1,rs2        | 0110000       rs2   rs1       001    rd          0110011 | alu
            rolw       rd,rs1,rs2        | 0110000       rs2   rs1       001    rd          0111011 | alu
            ror        rd,rs1,rs2        | 0110000       rs2   rs1       101    rd          0110011 | alu
            rorw       rd,rs1,rs2        | 0110000       rs2   rs1       101    rd          0111011 | alu
            rori       rd,rs1,shamt      | 011000 shamt[5:0]   rs1       101    rd          0010011 | alu
            roriw      rd,rs1,shamt      | 0110000 shamt[4:0]  rs1       101    rd          0011011 | alu
            orc.b      rd,rs1            | 001010000111        rs1       101    rd          0010011 | alu
            rev8       rd,rs1            | 011010111000        rs1       101    rd          0010011 | alu

            # Zbc
            clmul      rd,rs1,rs2        | 0000101       rs2   rs1       001    rd          0110011 | alu
            clmulh     rd,rs1,rs2        | 0000101       rs2   rs1       011    rd          0110011 | alu
            clmulr     rd,rs1,rs2        | 0000101       rs2   rs1       010    rd          0110011 | alu

            # Zbs
            bclr       rd,rs1,rs2        | 0100100       rs2   rs1       001    rd          0110011 | alu
            bclri      rd,rs1,shamt      | 010010 shamt[5:0]   rs1       001    rd          0010011 | alu
            bext       rd,rs1,rs2        | 0100100       rs2   rs1       101    rd          0110011 | alu
            bexti      rd,rs1,shamt      | 010010 shamt[5:0]   rs1       101    rd          0010011 | alu
            binv       rd,rs1,rs2        | 0110100       rs2   rs1       001    rd          0110011 | alu
            binvi      rd,rs1,shamt      | 011010 shamt[5:0]   rs1       001    rd          0010011 | alu
            bset       rd,rs1,rs2        | 0010100       rs2   rs1       001    rd          0110011 | alu
            bseti      rd,rs1,shamt      | 001010 shamt[5:0]   rs1       001    rd          0010011 | alu

            # Zicond
            czero.eqz  rd,rs1,rs2        | 0000111       rs2   rs1       101    rd          0110011 | alu
            czero.nez  rd,rs1,rs2        | 0000111       rs2   rs1       111    rd          0110011 | alu

            # RV64C, quadrant 0
            c.unimp                      | 000  000             000   00               000   00 | => illegal 0
            c.addi4spn rd,sp,imm         | 000  nzuimm[5:4|9:6|2|3]                    rd'   00 | => addi rd,x2,imm
            c.fld      fd,imm(rs1)       | 001  uimm[5:3]       rs1'  uimm[7:6]        rd'   00 | => fld rd,imm(rs1)
            c.lw       rd,imm(rs1)       | 010  uimm[5:3]       rs1'  uimm[2|6]        rd'   00 | => lw rd,imm(rs1)
            c.ld       rd,imm(rs1)       | 011  uimm[5:3]       rs1'  uimm[7:6]        rd'   00 | => ld rd,imm(rs1)
            c.fsd      fs2,imm(rs1)      | 101  uimm[5:3]       rs1'  uimm[7:6]        rs2'  00 | => fsd rs2,imm(rs1)
            c.sw       rs2,imm(rs1)      | 110  uimm[5:3]       rs1'  uimm[2|6]        rs2'  00 | => sw rs2,imm(rs1)
            c.sd       rs2,imm(rs1)      | 111  uimm[5:3]       rs1'  uimm[7:6]        rs2'  00 | => sd rs2,imm(rs1)

            # RV64C, quadrant 1
            c.nop                        | 000  0         00000       00000                  01 | => addi x0,x0,0
            c.nop      imm               | 000  imm[5]    00000       imm[4:0]               01 | => addi x0,x0,imm
            c.addi     rd,imm            | 000  imm[5]    rd!=0       imm[4:0]               01 | => addi rd,rd,imm
            c.addiw    rd,imm            | 001  imm[5]    rd!=0       imm[4:0]               01 | => addiw rd,rd,imm
            c.li       rd,imm            | 010  imm[5]    rd          imm[4:0]               01 | => addi rd,x0,imm
            c.addi16sp sp,imm            | 011  nzimm[9]  00010       nzimm[4|6|8:7|5]       01 | => addi x2,x2,imm
            c.lui      rd,upper          | 011  nzimm[17] rd          nzimm[16:12]           01 | => lui rd,imm
            c.srli64   rd                | 100  0         00    rd'   00000                  01 | => srli rd,rd,0
            c.srai64   rd                | 100  0         01    rd'   00000                  01 | => srai rd,rd,0
            c.srli     rd,shamt          | 100  shamt[5]  00    rd'   shamt[4:0]             01 | => srli rd,rd,shamt
            c.srai     rd,shamt          | 100  shamt[5]  01    rd'   shamt[4:0]             01 | => srai rd,rd,shamt
            c.andi     rd,imm            | 100  imm[5]    10    rd'   imm[4:0]               01 | => andi rd,rd,imm
            c.sub      rd,rs2            | 100  0         11    rd'   00               rs2'  01 | => sub rd,rd,rs2
            c.xor      rd,rs2            | 100  0         11    rd'   01               rs2'  01 | => xor rd,rd,rs2
            c.or       rd,rs2            | 100  0         11    rd'   10               rs2'  01 | => or rd,rd,rs2
            c.and      rd,rs2            | 100  0         11    rd'   11               rs2'  01 | => and rd,rd,rs2
            c.subw     rd,rs2            | 100  1         11    rd'   00               rs2'  01 | => subw rd,rd,rs2
            c.addw     rd,rs2            | 100  1         11    rd'   01               rs2'  01 | => addw rd,rd,rs2
            c.j        target            | 101  imm[11|4|9:8|10|6|7|3:1|5]                   01 | => jal x0,imm
            c.beqz     rs1,target        | 110  imm[8|4:3]      rs1'  imm[7:6|2:1|5]         01 | => beq rs1,x0,imm
            c.bnez     rs1,target        | 111  imm[8|4:3]      rs1'  imm[7:6|2:1|5]         01 | => bne rs1,x0,imm

            # RV64C, quadrant 2
            c.slli64   rd                | 000  0         rd          00000                  10 | => slli rd,rd,0
            c.slli     rd,shamt          | 000  shamt[5]  rd          shamt[4:0]             10 | => slli rd,rd,shamt
            c.fldsp    fd,imm(sp)        | 001  uimm[5]   rd          uimm[4:3|8:6]          10 | => fld rd,imm(x2)
            c.lwsp     rd,imm(sp)        | 010  uimm[5]   rd!=0       uimm[4:2|7:6]          10 | => lw rd,imm(x2)
            c.ldsp     rd,imm(sp)        | 011  uimm[5]   rd!=0       uimm[4:3|8:6]          10 | => ld rd,imm(x2)
            c.jr       rs1               | 100  0         rs1!=0      00000                  10 | => jalr x0,0(rs1)
            c.mv       rd,rs2            | 100  0         rd          rs2!=0                 10 | => add rd,x0,rs2
            c.ebreak                     | 100  1         00000       00000                  10 | => ebreak
            c.jalr     rs1               | 100  1         rs1!=0      00000                  10 | => jalr x1,0(rs1)
            c.add      rd,rs2            | 100  1         rd          rs2!=0                 10 | => add rd,rd,rs2
            c.fsdsp    fs2,imm(sp)       | 101  uimm[5:3|8:6]         rs2                    10 | => fsd rs2,imm(x2)
            c.swsp     rs2,imm(sp)       | 110  uimm[5:2|7:6]         rs2                    10 | => sw rs2,imm(x2)
            c.sdsp     rs2,imm(sp)       | 111  uimm[5:3|8:6]         rs2                    10 | => sd rs2,imm(x2)

            # Zcb
            c.lbu      rd,imm(rs1)       | 100  000             rs1'  uimm[0|1]        rd'   00 | => lbu rd,imm(rs1)
            c.lhu      rd,imm(rs1)       | 100  001             rs1'  0 uimm[1]        rd'   00 | => lhu rd,imm(rs1)
            c.lh       rd,imm(rs1)       | 100  001             rs1'  1 uimm[1]        rd'   00 | => lh rd,imm(rs1)
            c.sb       rs2,imm(rs1)      | 100  010             rs1'  uimm[0|1]        rs2'  00 | => sb rs2,imm(rs1)
            c.sh       rs2,imm(rs1)      | 100  011             rs1'  0 uimm[1]        rs2'  00 | => sh rs2,imm(rs1)
            c.zext.b   rd                | 100  1         11    rd'   11               000   01 | => andi rd,rd,255
            c.sext.b   rd                | 100  1         11    rd'   11               001   01 | => sext.b rd,rd
            c.zext.h   rd                | 100  1         11    rd'   11               010   01 | => zext.h rd,rd
            c.sext.h   rd                | 100  1         11    rd'   11               011   01 | => sext.h rd,rd
            c.zext.w   rd                | 100  1         11    rd'   11               100   01 | => add.uw rd,rd,x0
            c.not      rd                | 100  1         11    rd'   11               101   01 | => xori rd,rd,-1
            c.mul      rd,rs2            | 100  1         11    rd'   10               rs2'  01 | => mul rd,rd,rs2

            # All the rest
            c.illegal  code              | uimm[15:0]                                           | => illegal imm
            illegal    code              | uimm[31:0]                                           | illegal
            """;

    private Rv64() {}
}
