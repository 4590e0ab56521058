/* Machine mode: ecall and ebreak to a handler, mret back, the registers that hold what is written. */
#include "suite.h"
BEGIN
    csrr a0, mhartid
    expect 1, a0, 0
    li a0, 0x123
    csrw mscratch, a0
    csrrs a1, mscratch, zero
    expect 2, a1, 0x123
    csrrsi a1, mscratch, 0x1c
    csrrci a1, mscratch, 3
    expect 3, a1, 0x13f
    csrrwi a1, mscratch, 9
    expect 4, a1, 0x13c
    csrr a1, mscratch
    expect 5, a1, 9

    la a0, handler
    csrw mtvec, a0
    li a5, 0
    li a7, 40
first:
    ecall
    expect 6, a5, 40 + 11
    la a1, first
    sub a1, a1, a4
    expect 7, a1, 0
    li a5, 0
    .option push
    .option norvc
    ebreak
    .option pop
    expect 8, a5, 40 + 3
    csrr a1, mtval
    fence
    fence.i
    /* mret as a jump; where there are other modes, it must stay in this one. */
    li a0, 3 << 11
    csrs mstatus, a0
    la a0, 1f
    csrw mepc, a0
    mret
    j fail
1:  SUCCEED
    .text
    .balign 4
handler:
    csrr a3, mcause
    csrr a4, mepc
    add a5, a7, a3
    addi a3, a4, 4
    csrw mepc, a3
    mret
