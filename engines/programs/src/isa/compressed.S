# Every compressed instruction, at the ends of the range of its immediate.
#include "case.inc"

    .option rvc

    .macro immediates op, values:vararg
    case \op, INTEGERS_1
    begin
    .irp value, \values
    mv      a2, a0
    \op     a2, \value
    fold    a2
    .endr
    finish
    .endm

    immediates c.addi, -32, -1, 1, 31
    immediates c.addiw, -32, -1, 0, 31
    immediates c.li, -32, -1, 0, 31
    immediates c.lui, 1, 31, 0xfffe0, 0xfffff
    immediates c.andi, -32, -1, 0, 31
    immediates c.slli, 1, 31, 32, 63
    immediates c.srli, 1, 31, 32, 63
    immediates c.srai, 1, 31, 32, 63

    .macro registers op:vararg
    .irp name, \op
    case \name, INTEGERS_2
    begin
    mv      a2, a0
    \name   a2, a1
    fold    a2
    \name   a2, a2
    finish
    .endr
    .endm

    registers c.mv, c.add, c.sub, c.xor, c.or, c.and, c.subw, c.addw

    case c.addi4spn, INTEGERS_1
    begin
    .irp value, 4, 8, 64, 516, 1020
    c.addi4spn a2, sp, \value
    sub     a2, a2, sp
    fold    a2
    .endr
    finish

    case c.addi16sp, INTEGERS_1
    begin
    mv      t0, sp
    .irp value, -512, -16, 16, 496
    c.addi16sp sp, \value
    sub     t1, sp, t0
    mv      sp, t0
    fold    t1
    .endr
    finish

    .macro compressed_memory load, store, last, step
    case \load, INTEGERS_2
    begin
    .irp offset, 0, \step, 32, \last
    sd      a0, 0(a3)
    sd      a1, \last(a3)
    \store  a1, \offset(a3)
    \load   a2, \offset(a3)
    fold    a2
    ld      a2, 0(a3)
    fold    a2
    .endr
    finish
    .endm

    compressed_memory c.lw, c.sw, 124, 4
    compressed_memory c.ld, c.sd, 248, 8

    .macro compressed_stack load, store, last, step
    case \load, INTEGERS_2
    begin
    addi    sp, sp, -528
    .irp offset, 0, \step, 64, \last
    sd      a0, \offset(sp)
    \store  a1, \offset(sp)
    \load   a2, \offset(sp)
    fold    a2
    ld      a2, \offset(sp)
    fold    a2
    .endr
    addi    sp, sp, 528
    finish
    .endm

    compressed_stack c.lwsp, c.swsp, 252, 4
    compressed_stack c.ldsp, c.sdsp, 504, 8

    case c.fld, INTEGERS_2
    begin
    fmv.d.x fa0, a0
    .irp offset, 0, 8, 248
    c.fsd   fa0, \offset(a3)
    c.fld   fa1, \offset(a3)
    fmv.x.d t0, fa1
    fold    t0
    .endr
    finish

    case c.fldsp, INTEGERS_2
    begin
    addi    sp, sp, -528
    fmv.d.x fa0, a1
    .irp offset, 0, 8, 504
    c.fsdsp fa0, \offset(sp)
    c.fldsp fa1, \offset(sp)
    fmv.x.d t0, fa1
    fold    t0
    .endr
    addi    sp, sp, 528
    finish

    case c.branches, INTEGERS_1
    begin
    li      a2, 3
    c.beqz  a0, 1f
    c.addi  t6, 1
1:  c.bnez  a0, 2f
    c.addi  t6, 2
2:  c.addi  t6, 4
    c.addi  a2, -1
    c.bnez  a2, 1b
    c.beqz  a2, 3f
    c.addi  t6, 8
3:  c.nop
    finish

    case c.jumps, INTEGERS_1
    begin
    mv      t4, ra
    c.j     3f
1:  lla     t1, 2f
    c.jalr  t1
2:  lla     t0, 2b
    sub     t0, ra, t0
    fold    t0
    lla     t1, 4f
    c.jr    t1
3:  c.addi  t6, 3
    c.j     1b
4:  mv      ra, t4
    finish
