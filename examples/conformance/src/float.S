/* F and D: arithmetic, flags, conversions, and a trap handler that computes between the instructions of another
   computation. Other machines have to be told that floating point is on. */
#include "suite.h"
BEGIN
    li a0, 0x6000
    csrs mstatus, a0
    csrw fcsr, zero

    la a1, numbers
    fld fa0, 0(a1)
    fld fa1, 8(a1)
    fadd.d fa2, fa0, fa1
    fmul.d fa3, fa2, fa2
    fcvt.l.d a0, fa3, rtz
    expect 1, a0, 14
    frflags a0
    expect 2, a0, 1
    fdiv.d fa4, fa0, fa1
    fsd fa4, 16(a1)
    ld a0, 16(a1)
    expect 3, a0, 0x3ff8000000000000

    /* Results that are too small, and what is invalid. */
    csrw fflags, zero
    fld fa5, 24(a1)
    fmul.d fa5, fa5, fa5
    fmv.x.d a0, fa5
    expect 4, a0, 0
    frflags a0
    expect 5, a0, 3
    fsqrt.d fa5, fa5
    fneg.d fa1, fa1
    fsqrt.d fa1, fa1
    fclass.d a0, fa1
    expect 6, a0, 0x200
    frflags a0
    expect 7, a0, 0x13

    /* Rounding up, from the field and from the register. */
    fcvt.s.d ft0, fa0
    fcvt.w.s a0, ft0, rup
    expect 8, a0, 3
    fsrmi 2
    fcvt.w.s a0, ft0
    expect 9, a0, 2
    fsrmi 0
    flw ft1, 4(a1)
    flt.s a0, ft1, ft0
    expect 10, a0, 1

    la a0, handler
    csrw mtvec, a0
    fcvt.d.w ft2, zero
    ecall
    fadd.d ft2, ft2, ft3
    fcvt.w.d a0, ft2, rtz
    expect 11, a0, 42
    SUCCEED

    .section .text
handler:
    li a0, 21
    fcvt.d.w ft3, a0
    fadd.d ft3, ft3, ft3
    csrr a0, mepc
    addi a0, a0, 4
    csrw mepc, a0
    mret

    .data
    .balign 8
numbers:
    .dword 0x4002000000000000       /* 2.25 */
    .dword 0x3ff8000000000000       /* 1.5 */
    .dword 0
    .dword 0x1000000000000001       /* about 2^-767 */
