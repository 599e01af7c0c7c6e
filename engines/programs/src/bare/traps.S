/* A bare machine: takes every kind of trap, in machine mode and in user mode, and checks what the
   handler finds. Ends with 0, or with the number of the first check that failed. Leaves what the
   handler saw, four words for each trap, between begin_signature and end_signature. */
    .section .text.start, "ax"
    .globl _start

/* Has the next trap come with this cause, this value and this mode, to the label 9 that follows it:
   a trap that does not come arrives at `missed`. gp is the number of the check. */
    .macro expect number, cause, mode
    li gp, \number
    li s2, \cause
    li s4, \mode
    la s5, 9f
    .endm

    .macro check number, register, value
    li gp, \number
    li t6, \value
    bne \register, t6, failed
    .endm

_start:
    la t0, handler
    csrw mtvec, t0
    csrr t1, mtvec
    li gp, 1
    bne t0, t1, failed
    la s8, begin_signature

    csrr t0, mhartid
    check 2, t0, 0
    csrr t0, medeleg
    check 3, t0, 0
    csrr t0, misa
    srli t0, t0, 62
    check 4, t0, 2
    li t0, -2
    csrw mepc, t0
    csrr t0, mepc
    check 5, t0, -2
    csrw mscratch, gp
    csrrci t0, mscratch, 4
    check 6, t0, 5
    csrr t0, mscratch
    check 7, t0, 1
    li t0, -1                /* all memory is user mode's too, if that is asked */
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0

    /* In machine mode. */
    expect 10, 11, 3
    li s3, 0
    ecall
    j missed
9:  expect 11, 3, 3
    ebreak
    j missed
9:  expect 12, 2, 3
    li s3, 0
    .4byte 0xffffffff
    j missed
9:  expect 13, 2, 3
    .2byte 0
    j missed
9:  expect 14, 5, 3
    li s3, 0x40000000
    ld t0, 0(s3)
    j missed
9:  expect 15, 7, 3
    sd t0, 0(s3)
    j missed
9:  expect 16, 1, 3
    jr s3
    j missed
9:  expect 17, 2, 3
    csrr t0, 0x5c0
    j missed
9:  expect 18, 2, 3
    csrw mhartid, t0
    j missed
9:

    /* Without and with the floating-point unit, by turns: the same code must trap and not trap. */
    li s6, 4
    li s7, 3 << 13
    mv s9, s8
floats:
    mv s8, s9
    csrc mstatus, s7
    csrr t0, mstatus
    and t0, t0, s7
    check 40, t0, 0
    expect 41, 2, 3
    fadd.d fa0, fa0, fa0
    j missed
9:  expect 42, 2, 3
    frcsr t0
    j missed
9:  expect 43, 2, 3
    c.fsdsp fa0, 0(sp)
    j missed
9:  csrs mstatus, s7
    li gp, 44
    fcvt.d.l fa0, s6
    fadd.d fa0, fa0, fa0
    fcvt.l.d t0, fa0
    sub t0, t0, s6
    bne t0, s6, failed
    addi s6, s6, -1
    bnez s6, floats

    /* In user mode. */
    li gp, 20
    li t0, 3 << 11
    csrc mstatus, t0
    li t0, 1 << 7
    csrs mstatus, t0
    la t0, user
    csrw mepc, t0
    mret
    j failed
user:
    expect 21, 8, 0
    li s3, 0
    ecall
    j missed
9:  expect 22, 2, 0
    csrr t0, mstatus
    j missed
9:  expect 23, 2, 0
    mret
    j missed
9:  expect 24, 3, 0
    c.ebreak
    j missed
9:  expect 25, 5, 0
    li s3, -8
    ld t0, 0(s3)
    j missed
9:  la a0, done
    call print
    li a0, 0
    j finish

missed:
    ori gp, gp, 64
failed:
    mv a0, gp
    j finish

/* Compares mcause with s2, mtval with s3 unless the specification leaves it open, mode with s4;
   returns to s5 in the mode it came from. */
    .balign 4
handler:
    csrr t0, mcause
    sd t0, 0(s8)
    bne t0, s2, failed
    csrr t1, mtval
    li t2, 2                 /* an illegal instruction: its bits or 0 */
    beq t0, t2, 1f
    li t2, 3                 /* a breakpoint: its address or 0 */
    beq t0, t2, 1f
    bne t1, s3, failed
1:  csrr t2, mepc
    la t3, _start
    sub t2, t2, t3
    sd t2, 8(s8)
    csrr t2, mstatus
    srli t3, t2, 11
    andi t3, t3, 3
    sd t3, 16(s8)
    bne t3, s4, failed
    andi t3, t2, 1 << 3
    sd t3, 24(s8)
    bnez t3, failed
    addi s8, s8, 32
    csrw mepc, s5
    mret

    .section .rodata
done:
    .string "all traps taken\n"

    .data
    .balign 16
    .globl begin_signature, end_signature
begin_signature:
    .fill 128, 8, 0
end_signature:

#include "console.h"
