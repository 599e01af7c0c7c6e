# Branches and jumps, forwards and backwards, and code whose layout is unusual.
#include "case.inc"

    .macro branches op:vararg
    .irp name, \op
    case \name, INTEGERS_2
    begin
    li      t1, 3
    \name   a0, a1, 1f
    ori     t6, t6, 1
1:  addi    t6, t6, 16
    addi    t1, t1, -1
    beqz    t1, 2f
    \name   a0, a1, 1b          # backwards, as often as the counter lets it
    ori     t6, t6, 2
2:  \name   a0, a0, 3f
    ori     t6, t6, 4
3:  finish
    .endr
    .endm

    branches beq, bne, blt, bge, bltu, bgeu

    case jal, INTEGERS_1
    begin
    jal     t0, 2f
1:  addi    t6, t6, 1
    jal     x0, 3f
    .rept 40
    addi    t6, t6, 100         # never reached
    .endr
2:  lla     t1, 1b
    sub     t0, t0, t1
    fold    t0
    jal     t2, 1b
3:  sub     t2, t2, t1
    fold    t2
    finish

    case jalr, INTEGERS_1
    begin
    lla     t1, 2f
    jalr    t0, 0(t1)
1:  addi    t6, t6, 1000
2:  lla     t1, 1b
    sub     t0, t0, t1
    fold    t0
    lla     t1, 3f + 2047
    jalr    t1, -2047(t1)       # the destination is the base
3:  lla     t0, 3b
    sub     t1, t1, t0
    fold    t1
    lla     t1, 4f + 1
    jalr    x0, 0(t1)           # the lowest bit is cleared
    addi    t6, t6, 1000
4:  finish

# Longer than any block may be.
    case straight_line, INTEGERS_2
    .rept 150
    add     a0, a0, a1
    xor     a1, a1, a0
    .endr
    ret

# Entered at the start, the first word is lui a0, 0x5050; two bytes further on it is c.addi a0, 1.
    case overlapping, INTEGERS_1
    begin
    mv      t4, ra
    mv      t0, a0
    jal     ra, 1f
    fold    a0
    mv      a0, t0
    lla     t1, 1f + 2
    jalr    ra, 0(t1)
    fold    a0
    mv      ra, t4
    finish
1:  .word   0x05050537
    .half   0x0509              # c.addi a0, 2
    .half   0x8082              # c.jr ra

# Calls and returns through a chain, each with a frame of its own.
    case nested_calls, INTEGERS_2
    andi    t0, a0, 31
1:  addi    sp, sp, -16
    sd      ra, 8(sp)
    beqz    t0, 2f
    addi    t0, t0, -1
    jal     ra, 1b
2:  add     a0, a0, a1
    slli    t1, a0, 3
    xor     a0, a0, t1
    ld      ra, 8(sp)
    addi    sp, sp, 16
    ret

# A jump through a table of offsets, as a switch compiles to.
    case jump_table, INTEGERS_1
    andi    t0, a0, 3
    slli    t0, t0, 2
    lla     t1, 1f
    add     t0, t0, t1
    lw      t0, 0(t0)
    add     t0, t0, t1
    jr      t0
2:  addi    a0, a0, 7
    ret
3:  xori    a0, a0, 77
    ret
4:  slli    a0, a0, 7
    ret
5:  neg     a0, a0
    ret
    .section .rodata.cases
    .balign 4
1:  .word   2b - 1b, 3b - 1b, 4b - 1b, 5b - 1b
    .text
