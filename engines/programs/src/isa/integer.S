# RV64I and M: register and immediate arithmetic, lui and auipc, writes to x0, hints.
#include "case.inc"

    .macro register_forms op:vararg
    .irp name, \op
    case \name, INTEGERS_2
    begin
    \name   t0, a0, a1
    fold    t0
    \name   t0, a0, a0
    fold    t0
    \name   a1, a0, a1          # the destination is a source
    finish
    .endr
    .endm

    register_forms add, sub, sll, slt, sltu, xor, srl, sra, or, and
    register_forms addw, subw, sllw, srlw, sraw
    register_forms mul, mulh, mulhsu, mulhu, div, divu, rem, remu
    register_forms mulw, divw, divuw, remw, remuw

    .macro immediate_forms op:vararg
    .irp name, \op
    case \name, INTEGERS_1
    begin
    .irp value, -2048, -2047, -256, -1, 0, 1, 0x555, 2047
    \name   t0, a0, \value
    fold    t0
    .endr
    finish
    .endr
    .endm

    immediate_forms addi, slti, sltiu, xori, ori, andi, addiw

    .macro shift_forms op, amounts:vararg
    case \op, INTEGERS_1
    begin
    .irp amount, \amounts
    \op     t0, a0, \amount
    fold    t0
    .endr
    finish
    .endm

    shift_forms slli, 0, 1, 12, 31, 32, 63
    shift_forms srli, 0, 1, 12, 31, 32, 63
    shift_forms srai, 0, 1, 12, 31, 32, 63
    shift_forms slliw, 0, 1, 15, 31
    shift_forms srliw, 0, 1, 15, 31
    shift_forms sraiw, 0, 1, 15, 31

    case lui, INTEGERS_1
    begin
    .irp value, 0, 1, 0x7ffff, 0x80000, 0xfffff
    lui     t0, \value
    fold    t0
    .endr
    finish

# Relative to another auipc, so that the checksum does not depend on where the code lies.
    case auipc, INTEGERS_1
    begin
    .irp value, 0, 1, 0x7ffff, 0x80000, 0xfffff
    auipc   t0, 0
    auipc   t1, \value
    sub     t0, t1, t0
    fold    t0
    .endr
    finish

    case x0, INTEGERS_2
    begin
    add     x0, a0, a1
    fold    x0
    addi    x0, a0, 1
    mul     x0, a0, a1
    lui     x0, 1
    ld      x0, 0(a3)
    jal     x0, 1f
1:  fold    x0
    finish

# Encodings that are set aside for hints have to do nothing.
    case hints, INTEGERS_2
    begin
    slti    x0, a0, 1
    slli    x0, a0, 1
    sltu    x0, a0, a1
    sraw    x0, a0, a1
    auipc   x0, 1
    fence
    fence   r, rw
    .word   0x0100000f          # pause
    .word   0x8330000f          # fence.tso
    .word   0xffff8f8f          # fence with every reserved field set
    .half   0x0015              # c.addi x0, 5
    .half   0x0501              # c.addi a0, 0
    .half   0x4005              # c.li x0, 1
    .half   0x6005              # c.lui x0, 1
    .half   0x0006              # c.slli x0, 1
    .half   0x802a              # c.mv x0, a0
    .half   0x902a              # c.add x0, a0
    .half   0x0001              # and one to align
    fence.i
    fold    a0
    fold    x0
    finish
