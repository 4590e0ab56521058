/* A: read-modify-write, and reservations that hold, are absent and are lost. */
#include "suite.h"
.macro modify number, operation, before, operand, after
    li a1, \before
    sw a1, 0(a0)
    li a2, \operand
    \operation a3, a2, (a0)
    expect \number, a3, \before
    lw a4, 0(a0)
    expect \number, a4, \after
.endm
BEGIN
    la a0, cell
    modify 1, amoadd.w, 0x7fffffff, 1, -0x80000000
    modify 2, amoswap.w.aqrl, 5, -6, -6
    modify 3, amoxor.w, 0x0ff0, 0x00ff, 0x0f0f
    modify 4, amoand.w, 0x0ff0, 0x00ff, 0x00f0
    modify 5, amoor.w, 0x0ff0, 0x00ff, 0x0fff
    modify 6, amomin.w, -5, 3, -5
    modify 7, amomax.w, -5, 3, 3
    modify 8, amominu.w, -5, 3, 3
    modify 9, amomaxu.w, -5, 3, -5
    /* Without a reservation, with one, and once more. */
    li a2, 77
    sc.w a3, a2, (a0)
    snez a3, a3
    expect 10, a3, 1
    lr.w a3, (a0)
    expect 11, a3, -5
    sc.w a3, a2, (a0)
    expect 12, a3, 0
    lw a3, 0(a0)
    expect 13, a3, 77
    sc.w a3, a2, (a0)
    snez a3, a3
    expect 14, a3, 1
    /* One of two reservations: the last counts. */
    addi a4, a0, 64
    lr.w a3, (a0)
    lr.w a3, (a4)
    sc.w a3, a2, (a0)
    snez a3, a3
    expect 15, a3, 1
#if XLEN == 64
    li a1, MAX
    sd a1, 0(a0)
    li a2, 1
    amoadd.d a3, a2, (a0)
    expect 16, a3, MAX
    ld a3, 0(a0)
    expect 17, a3, MIN
    amomaxu.d a3, a2, (a0)
    ld a3, 0(a0)
    expect 18, a3, MIN
    amomax.d a3, a2, (a0)
    ld a3, 0(a0)
    expect 19, a3, 1
    /* The lower half only. */
    li a1, -1
    sd a1, 0(a0)
    amoadd.w a3, a2, (a0)
    ld a3, 0(a0)
    expect 20, a3, 0xffffffff00000000
    lr.d a3, (a0)
    sc.d a3, a2, (a0)
    expect 21, a3, 0
#endif
    SUCCEED
    .data
    .balign 64
cell:
    .zero 128
