# Zicsr, on the floating-point CSRs, the only ones a user program may write. frm stays 0, which is
# rounding to nearest; every case leaves the flags cleared.
#include "case.inc"

    case csr_registers, INTEGERS_2
    begin
    fsflags x0
    csrrw   t0, fflags, a0
    fold    t0
    csrrs   t0, fflags, a1
    fold    t0
    csrrc   t0, fflags, a0
    fold    t0
    csrrs   t0, fflags, x0
    fold    t0
    csrrw   a1, fflags, a1      # the destination is the source
    fold    a1
    fsflags a0, x0
    finish

    case csr_immediates, INTEGERS_1
    begin
    .irp value, 0, 1, 8, 21, 31
    csrrwi  t0, fflags, \value
    fold    t0
    csrrsi  t0, fflags, 10
    fold    t0
    csrrci  t0, fflags, \value
    fold    t0
    .endr
    fsflagsi t0, 0
    fold    t0
    finish

# fcsr is frm and fflags side by side; bits above them read as zero.
    case fcsr, INTEGERS_1
    begin
    li      t0, 0xe0
    not     t0, t0
    and     a0, a0, t0
    fscsr   t0, a0
    fold    t0
    frcsr   t0
    fold    t0
    frflags t0
    fold    t0
    frrm    t0
    fold    t0
    fsrm    t0, x0
    fold    t0
    fsrmi   t0, 0
    fold    t0
    fscsr   t0, x0
    fold    t0
    finish

# Flags add up until they are read and cleared.
    case accrued_flags, DOUBLES_2
    begin
    fmv.d.x fa0, a0
    fmv.d.x fa1, a1
    fsflags x0
    fadd.d  fa2, fa0, fa1
    frflags t0
    fold    t0
    fdiv.d  fa2, fa0, fa1
    frflags t0
    fold    t0
    fsqrt.d fa2, fa2
    fcvt.s.d fa2, fa2
    fcvt.w.s t0, fa2, rtz
    fold    t0
    flt.d   t0, fa0, fa1
    fold    t0
    fsflags t0, x0
    fold    t0
    finish
