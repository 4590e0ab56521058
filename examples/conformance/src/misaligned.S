/* Zicclsm: loads and stores of each width at each offset, also across words. */
#include "suite.h"
.macro at number, offset
    /* What a byte-wise copy of the same bytes has. */
    addi a1, a0, \offset
    lbu t0, 0(a1)
    lb t1, 1(a1)
    slli t1, t1, 8
    or t1, t1, t0
    lh t2, 0(a1)
    li gp, \number
    bne t1, t2, fail
    lw t2, 0(a1)
    lhu t3, 2(a1)
    lhu t4, 0(a1)
    slli t3, t3, 16
    or t3, t3, t4
#if XLEN == 64
    sext.w t3, t3
#endif
    bne t2, t3, fail
    /* A store changes its own bytes and no others. */
    la a2, image
    addi a3, a2, \offset
    li t0, 0x01020304
    sw t0, 0(a3)
    lbu t1, -1(a3)
    expect \number, t1, 0
    lbu t1, 4(a3)
    expect \number, t1, 0
    lbu t1, 3(a3)
    expect \number, t1, 1
    lbu t1, 0(a3)
    expect \number, t1, 4
    sw zero, 0(a3)
    li t0, -2
    sh t0, 0(a3)
    lw t1, -1(a3)
    expect \number, t1, 0x00fffe00
    sh zero, 0(a3)
#if XLEN == 64
    li t0, 0x0102030405060708
    sd t0, 0(a3)
    ld t1, 0(a3)
    expect \number, t1, 0x0102030405060708
    lwu t1, 2(a3)
    expect \number, t1, 0x03040506
    ld t1, 3(a3)
    expect \number, t1, 0x0102030405
    sd zero, 0(a3)
#endif
.endm
BEGIN
    la a0, pattern
    at 1, 1
    at 2, 2
    at 3, 3
    at 4, 4
    at 5, 5
    at 6, 6
    at 7, 7
    at 8, 8
    SUCCEED
    .data
    .balign 16
pattern:
    .byte 0x10, 0x92, 0x34, 0xb6, 0x58, 0xda, 0x7c, 0xfe, 0x01, 0x83, 0x25, 0xa7, 0x49, 0xcb, 0x6d, 0xef
    .balign 16
image:
    .zero 32
