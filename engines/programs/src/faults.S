# Instructions of every kind, each with a name, for faults on purpose: a test says which of them is to
# go wrong, and in which of the ROUNDS. Most have operands of their own and leave their result in memory,
# so that one wrong result changes no other. faults prints nothing.
#
# What a class of faults can be told by is chosen with care: 2 + 3 is 5, the shift by 64 shifts by 0.

    .equ ROUNDS, 400

    .macro keep register, offset
    sd      \register, \offset(s1)
    .endm

    # Names the next instruction. The assembler must not make another one of it.
    .macro place name
    .globl \name
\name:
    .endm

    .section .text.main, "ax", @progbits
    .option norelax
    .globl main
    .type main, @function
main:
    addi    sp, sp, -48
    sd      ra, 40(sp)
    sd      s0, 32(sp)
    sd      s1, 24(sp)
    sd      s2, 16(sp)
    sd      s3, 8(sp)
    lla     s1, results
    li      s2, ROUNDS
round:
place m_count
    addi    s0, s0, 1
place m_integers
    jal     integers
    jal     words
    jal     loads
    jal     stores
    jal     branches
    jal     floats
    jal     atomics
    jal     csrs
    jal     compressed
    jal     targets
    jal     patch
    jal     asks
place m_sums
    jal     sums
    add     s3, s3, a0
    sd      s3, 512(s1)
    li      a0, 21
place m_double
    jal     double
place m_doubled
    sd      a0, 520(s1)
    li      a0, 5
place m_again
    jal     double
place m_add
    addi    a0, a0, 3
    sd      a0, 576(s1)
place m_left
    addi    s2, s2, -1
    .globl  last_branch
last_branch:
    bnez    s2, round
    ld      ra, 40(sp)
    ld      s0, 32(sp)
    ld      s1, 24(sp)
    ld      s2, 16(sp)
    ld      s3, 8(sp)
    addi    sp, sp, 48
    li      a0, 0
    ret
    .size main, . - main

    .option push
    .option norvc
integers:
    li      a1, 2
    li      a2, 3
place i_add
    add     a0, a1, a2          # 5
    keep    a0, 0
    li      a1, 10
place i_sub
    sub     a0, a1, a2          # 7, swapped -7
    keep    a0, 8
place i_sltu
    sltu    a0, a1, a2          # 0, swapped 1
    keep    a0, 16
place i_mul
    mul     a0, a1, a2          # 30
    keep    a0, 24
    li      a1, 100
place i_div
    div     a0, a1, a2          # 33, swapped 0
    keep    a0, 32
place i_rem
    remu    a0, a1, a2          # 1
    keep    a0, 40
    li      a1, 5
    li      a2, 64
place i_sll
    sll     a0, a1, a2          # 5, unmasked 0
    keep    a0, 48
    li      a0, 2
    li      a2, 100
place i_accumulate
    add     a0, a0, a2          # 102, skipped 2
    keep    a0, 56
    li      a1, 1
    slli    a1, a1, 32
    li      a2, 7
place i_wide
    add     a0, a1, a2          # 0x100000007, truncated 7
    keep    a0, 64
place i_slli
    slli    a0, a2, 40          # 0x70000000000, by 5 bits of 40 0x700
    keep    a0, 72
place i_lui
    lui     a0, 0x12345
    keep    a0, 80
place i_zero
    add     zero, a1, a2
place i_xori
    xori    a0, a2, -1          # -8
    keep    a0, 88
    ret

words:
    li      a1, 7
    slli    a1, a1, 32
    li      a2, 7
place w_addw
    addw    a0, a1, a2          # 7, kept whole 0x700000007
    keep    a0, 96
    li      a1, -1
place w_sign
    addw    a0, a1, a1          # -2, without its sign 0xfffffffe
    keep    a0, 104
    li      a1, 0x70
    li      a2, 36
place w_srlw
    srlw    a0, a1, a2          # 7, unmasked 0
    keep    a0, 112
    ret

loads:
    lla     a1, constants
place l_lw
    lw      a0, 0(a1)           # -2
    keep    a0, 120
place l_lwu
    lwu     a0, 0(a1)           # 0xfffffffe
    keep    a0, 128
place l_lb
    lb      a0, 4(a1)           # -128
    keep    a0, 136
place l_lhu
    lhu     a0, 6(a1)           # 0x8000
    keep    a0, 144
place l_lbu
    lbu     a0, 8(a1)           # 0x41
    keep    a0, 152
place l_ld
    ld      a0, 0(a1)
    keep    a0, 160
place l_fld
    fld     fa0, 16(a1)         # 1.5
    fsd     fa0, 168(s1)
    ret

# What is stored changes with every round, and what was there before is known.
stores:
    sd      zero, 256(s1)
place s_sd
    sd      s0, 256(s1)
    sd      zero, 264(s1)
place s_sw
    sw      s0, 264(s1)
    sd      zero, 272(s1)
    li      a0, -1
place s_sb
    sb      a0, 272(s1)         # wide 0xffff
    sd      zero, 280(s1)
place s_sh
    sh      a0, 280(s1)
    sd      zero, 288(s1)
place s_wide
    sw      a0, 288(s1)
    fcvt.d.l fa0, s0
    sd      zero, 296(s1)
place s_fsd
    fsd     fa0, 296(s1)
    # Read again, or what a store left out would be overwritten without a trace.
    ld      a0, 256(s1)
    ld      a1, 264(s1)
    xor     a0, a0, a1
    ld      a1, 272(s1)
    xor     a0, a0, a1
    ld      a1, 280(s1)
    xor     a0, a0, a1
    ld      a1, 288(s1)
    xor     a0, a0, a1
    ld      a1, 296(s1)
    xor     a0, a0, a1
    ret

branches:
    li      a0, 0
place b_taken
    beq     a0, zero, 1f
    addi    a0, a0, 1
1:
    keep    a0, 304
    li      a0, 0
place b_straight
    bne     a0, zero, 1f
    addi    a0, a0, 1
1:
    keep    a0, 312
    li      a0, 0
    mv      a4, ra
place b_jal
    jal     1f
    addi    a0, a0, 1
1:
    keep    a0, 320
    lla     a1, 1f
    li      a0, 0
place b_jalr
    jalr    ra, 0(a1)
    addi    a0, a0, 1
1:
    keep    a0, 328
    mv      ra, a4
    ret

floats:
    lla     a1, constants
    fld     fa1, 16(a1)         # 1.5
    fld     fa2, 24(a1)         # 2.25
place f_add
    fadd.d  fa0, fa1, fa2
    fsd     fa0, 336(s1)
place f_mul
    fmul.d  fa0, fa1, fa2
    fsd     fa0, 344(s1)
    fmv.d.x fa3, zero
place f_nan
    fdiv.d  fa0, fa3, fa3       # no number
    fsd     fa0, 352(s1)
    fcvt.s.d fa4, fa1
    fcvt.s.d fa5, fa2
place f_single
    fadd.s  fa0, fa4, fa5
    fsd     fa0, 360(s1)
place f_convert
    fcvt.l.d a0, fa2, rne       # 2
    keep    a0, 368
place f_compare
    flt.d   a0, fa1, fa2        # 1
    keep    a0, 376
place f_move
    fmv.x.d a0, fa1
    keep    a0, 384
    li      a3, 13
    fcvt.d.l fa3, a3
place f_inexact
    fdiv.d  fa0, fa1, fa3, rne  # to nearest is up
    fsd     fa0, 392(s1)
place f_madd
    fmadd.d fa0, fa1, fa2, fa3
    fsd     fa0, 400(s1)
    ret

atomics:
    addi    a1, s1, 408
    sd      s0, 0(a1)
    li      a2, 100
    li      a0, 77
place a_add
    amoadd.d a0, a2, (a1)
    keep    a0, 416
    li      a0, 77
place a_swap
    amoswap.d a0, a2, (a1)
    keep    a0, 424
    li      a0, 77
place a_lr
    lr.d    a0, (a1)
    addi    a3, s0, 5
    li      a4, 77
place a_sc
    sc.d    a4, a3, (a1)
    # Read again, as what stores() stores.
    ld      a5, 0(a1)
    keep    a0, 432
    keep    a4, 440
    ret

csrs:
    li      a1, 0x15
    li      a0, 77
place c_write
    csrrw   a0, fflags, a1
    keep    a0, 528
    li      a0, 77
place c_read
    csrrs   a0, fflags, zero    # 0x15
    keep    a0, 448
    csrrwi  zero, fflags, 0
    ret

# Calls and jumps to where another address leads in every round; on both ways there are as many steps.
targets:
    mv      a4, ra
    andi    a2, s2, 1
    slli    a2, a2, 3
    lla     a1, 1f
    add     a1, a1, a2
    li      a0, 0
place t_call
    jalr    ra, 0(a1)
    keep    a0, 536
    lla     a1, 2f
    add     a1, a1, a2
place t_jump
    jalr    zero, 0(a1)
1:
    addi    a0, a0, 16
    ret
    addi    a0, a0, 32
    ret
2:
    li      a0, 64
    j       3f
    li      a0, 128
    j       3f
3:
    keep    a0, 544
    mv      ra, a4
    ret

# Writes p_answer anew in every round. What reads a CSR is no part of a region and ends its block, so p_store
# is where the block or region begins that stores.
patch:
    lla     a1, p_answer
    li      a2, 0x513           # addi a0, zero, 0
    slli    a3, s2, 24
    or      a2, a2, a3          # addi a0, zero, 16 * s2
    frflags a3
place p_store
    sw      a2, 0(a1)
    fence.i
    mv      a4, ra
    jal     p_answer
    keep    a0, 552
    mv      ra, a4
    ret

asks:
    addi    a0, s1, 560
    li      a1, 8
    li      a2, 0
place q_number
    li      a7, 278             # getrandom
place q_asks
    ecall
    keep    a0, 568             # 8
    ret
    .option pop

compressed:
    li      a0, 0
place z_addi
    c.addi  a0, 5
    keep    a0, 456
    li      a1, 9
    li      a0, 77
place z_mv
    c.mv    a0, a1
    keep    a0, 464
    addi    a2, s1, 480
    sd      zero, 0(a2)
    mv      a3, s0
place z_sd
    c.sd    a3, 0(a2)
place z_lw
    c.lw    a4, 0(a2)
    keep    a4, 472
    li      a5, 0
place z_beqz
    c.beqz  a5, 1f
    addi    a5, a5, 1
1:
    keep    a5, 488
    ret

# A loop of its own, which is hot long before the rounds are over: what it carries is in registers.
sums:
    li      a0, 0
    li      a1, 1
    li      a2, 20
1:
place h_sum
    add     a0, a0, a1
place h_step
    addi    a1, a1, 3
    sd      a0, 496(s1)
place h_count
    addi    a2, a2, -1
place h_branch
    bnez    a2, 1b
    keep    a0, 504
    ret

double:
place d_double
    add     a0, a0, a0
    ret

    .section .patched, "awx", @progbits
    .balign 4096
    .option push
    .option norvc
place p_answer
    li      a0, 0
    ret
    .option pop

    .section .rodata
    .balign 16
constants:
    .word   -2
    .byte   -128, 0
    .half   0x8000
    .dword  0x41
    .double 1.5, 2.25

    .bss
    .balign 16
results:
    .zero   584
