# Loads and stores of every width at every alignment, over a page boundary too; and their atomics.
#include "case.inc"

    .macro loads op:vararg
    .irp name, \op
    case \name, ADDRESSES
    begin
    .irp offset, -8, 0, 3, 8
    \name   t0, \offset(a1)
    fold    t0
    .endr
    addi    a1, a1, 2047
    \name   a1, -2047(a1)       # the destination is the base
    finish
    .endr
    .endm

    loads lb, lh, lw, ld, lbu, lhu, lwu

    .macro stores op:vararg
    .irp name, \op
    case \name, ADDRESSES
    \name   a0, 0(a1)
    \name   x0, 9(a1)
    \name   a1, -8(a1)          # the address itself is not printed:
    \name   a0, -8(a1)          # it is overwritten again
    mv      a1, a0
    ret
    .endr
    .endm

    stores sb, sh, sw, sd

    .macro float_memory load, store
    case \load, ADDRESSES
    begin
    .irp offset, -8, 0, 3, 8
    \load   ft0, \offset(a1)
    fmv.x.d t0, ft0
    fold    t0
    .endr
    mv      a1, t6
    finish
    case \store, ADDRESSES
    fmv.d.x ft0, a0
    \store  ft0, 0(a1)
    \store  ft0, 9(a1)
    mv      a1, a0
    ret
    .endm

    float_memory flw, fsw
    float_memory fld, fsd

# Both halves of the doubleword are read back: a word operation must leave the other one alone.
    .macro amo_once op, width
    sd      a0, 0(a3)
    not     t0, a0
    sd      t0, 8(a3)
    \op     t0, a1, (a3)
    fold    t0
    addi    t1, a3, \width
    \op     t1, a1, (t1)        # the destination is the address
    fold    t1
    ld      t0, 0(a3)
    fold    t0
    ld      t0, 8(a3)
    fold    t0
    .endm

    .macro amo op, width
    case \op, INTEGERS_2
    begin
    amo_once \op, \width
    amo_once \op\().aq, \width
    amo_once \op\().rl, \width
    amo_once \op\().aqrl, \width
    \op     a1, a1, (a3)        # the destination is the operand
    fold    a1
    \op     x0, a1, (a3)
    finish
    .endm

    .irp name, swap, add, xor, and, or, min, max, minu, maxu
    amo amo\name\().w, 4
    amo amo\name\().d, 8
    .endr

# A counter incremented in the canonical loop; then the ways in which sc fails. Where the
# specification leaves the outcome open the cases follow qemu's user mode: sc succeeds exactly if
# the address is the reserved one and the memory there still holds what lr loaded.
    .macro reservations suffix, store
    case lr_sc\suffix, INTEGERS_2
    begin
    sd      a0, 0(a3)
    sd      a1, 8(a3)
    li      t1, 3
1:  lr\suffix   t0, (a3)
    add     t0, t0, a1
    sc\suffix   t2, t0, (a3)
    bnez    t2, 1b
    fold    t0
    addi    t1, t1, -1
    bnez    t1, 1b
    sc\suffix   t0, a0, (a3)        # the reservation is used up
    snez    t0, t0
    fold    t0
    lr\suffix\().aq t0, (a3)
    fold    t0
    addi    t1, a3, 8
    sc\suffix   t0, a0, (t1)        # another address
    snez    t0, t0
    fold    t0
    sc\suffix   t0, a0, (a3)        # a failed sc gives the reservation up, too
    snez    t0, t0
    fold    t0
    lr\suffix\().aqrl t0, (a3)
    not     t1, t0
    \store  t1, 0(a3)
    sc\suffix\().rl t0, a0, (a3)       # the memory has changed since
    snez    t0, t0
    fold    t0
    ld      t0, 0(a3)
    fold    t0
    ld      t0, 8(a3)
    fold    t0
    finish
    .endm

    reservations .w, sw
    reservations .d, sd
