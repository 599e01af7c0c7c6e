# F and D. Operands and results travel as raw bits, so that NaN boxing shows; a1 returns the
# flags the instruction raised. Rounding is to nearest; conversions to integers truncate as well.
#include "case.inc"

    .macro load_operands
    fmv.d.x fa0, a0
    fmv.d.x fa1, a1
    fmv.d.x fa2, a2
    fsflags x0
    .endm

    .macro return_float
    frflags a1
    fmv.x.d a0, fa0
    ret
    .endm

    .macro return_integer
    frflags a1
    ret
    .endm

    .macro unary operands, op:vararg
    .irp name, \op
    case \name, \operands
    load_operands
    \name   fa0, fa0
    return_float
    .endr
    .endm

    unary SINGLES_1, fsqrt.s, fmv.s, fneg.s, fabs.s, fcvt.d.s
    unary DOUBLES_1, fsqrt.d, fmv.d, fneg.d, fabs.d, fcvt.s.d

    .macro binary operands, op:vararg
    .irp name, \op
    case \name, \operands
    load_operands
    \name   fa0, fa0, fa1
    return_float
    .endr
    .endm

    binary SINGLES_2, fadd.s, fsub.s, fmul.s, fdiv.s, fmin.s, fmax.s, fsgnj.s, fsgnjn.s, fsgnjx.s
    binary DOUBLES_2, fadd.d, fsub.d, fmul.d, fdiv.d, fmin.d, fmax.d, fsgnj.d, fsgnjn.d, fsgnjx.d

    .macro fused operands, op:vararg
    .irp name, \op
    case \name, \operands
    load_operands
    \name   fa0, fa0, fa1, fa2
    return_float
    .endr
    .endm

    fused SINGLES_3, fmadd.s, fmsub.s, fnmadd.s, fnmsub.s
    fused DOUBLES_3, fmadd.d, fmsub.d, fnmadd.d, fnmsub.d

    .macro compare operands, op:vararg
    .irp name, \op
    case \name, \operands
    load_operands
    \name   a0, fa0, fa1
    return_integer
    .endr
    .endm

    compare SINGLES_2, feq.s, flt.s, fle.s
    compare DOUBLES_2, feq.d, flt.d, fle.d

    .macro inspect operands, op:vararg
    .irp name, \op
    case \name, \operands
    load_operands
    \name   a0, fa0
    return_integer
    .endr
    .endm

    inspect SINGLES_1, fclass.s, fmv.x.w
    inspect DOUBLES_1, fclass.d, fmv.x.d

    .macro to_integer op, operands
    .irp mode, rtz, rne
    case \op\().\mode, \operands
    load_operands
    \op     a0, fa0, \mode
    return_integer
    .endr
    .endm

    .irp type, w, wu, l, lu
    to_integer fcvt.\type\().s, SINGLES_1
    to_integer fcvt.\type\().d, DOUBLES_1
    .endr

    .macro from_integer op:vararg
    .irp name, \op
    case \name, INTEGERS_1
    fsflags x0
    \name   fa0, a0
    return_float
    .endr
    .endm

    from_integer fcvt.s.w, fcvt.s.wu, fcvt.s.l, fcvt.s.lu, fmv.w.x
    from_integer fcvt.d.w, fcvt.d.wu, fcvt.d.l, fcvt.d.lu, fmv.d.x
