/* I: arithmetic, comparisons, shifts, jumps, branches, narrow loads and stores. */
#include "suite.h"
BEGIN
    li a0, MAX
    addi a1, a0, 1
    expect 1, a1, MIN
    li a0, MIN
    addi a1, a0, -1
    expect 2, a1, MAX
    sub a1, zero, a0
    expect 3, a1, MIN
    slti a1, a0, 0
    expect 4, a1, 1
    sltiu a1, a0, -1
    expect 5, a1, 1
    srai a1, a0, XLEN - 1
    expect 6, a1, -1
    srli a1, a0, XLEN - 1
    expect 7, a1, 1
    li a2, 2 * XLEN + 3
    sra a1, a0, a2
    expect 8, a1, -1 << (XLEN - 4)
    li a1, 1
    sll a1, a1, a2
    expect 9, a1, 8
    xori a1, a0, -1
    expect 10, a1, MAX
    addi zero, zero, 5
    expect 11, zero, 0

    /* Constants and addresses. */
    lui a1, 0x80000
    expect 12, a1, -0x80000000
here:
    auipc a1, 0
    la a2, here
    sub a1, a1, a2
    expect 13, a1, 0

    /* A call, a return to an odd address, and jumps back. */
    li a1, 0
    jal a2, 1f
2:  addi a1, a1, 1
    j 3f
1:  addi a1, a1, 2
    jalr a3, 1(a2)
3:  expect 14, a1, 3

    /* Each branch both ways, between -1 and 1. */
    li a1, -1
    li a2, 1
    li a3, 0
    beq a1, a2, 4f
    ori a3, a3, 1
4:  bne a1, a2, 4f
    ori a3, a3, 2
4:  blt a1, a2, 4f
    ori a3, a3, 4
4:  bge a1, a2, 4f
    ori a3, a3, 8
4:  bltu a1, a2, 4f
    ori a3, a3, 16
4:  bgeu a1, a2, 4f
    ori a3, a3, 32
4:  beq a1, a1, 4f
    ori a3, a3, 64
4:  bltu a2, a2, 4f
    ori a3, a3, 128
4:  expect 15, a3, 1 | 8 | 16 | 128

    /* Bytes and halves. */
    la a0, bytes
    lb a1, 1(a0)
    expect 16, a1, -2
    lbu a1, 1(a0)
    expect 17, a1, 0xfe
    lh a1, 2(a0)
    expect 18, a1, -0x7f03
    lhu a1, 2(a0)
    expect 19, a1, 0x80fd
    sb a1, 5(a0)
    sh a1, 6(a0)
    lw a1, 4(a0)
    expect 20, a1, -0x7f0202fc
#if XLEN == 64
    lwu a1, 4(a0)
    expect 21, a1, 0x80fdfd04
    sw a1, 8(a0)
    ld a1, 8(a0)
    expect 22, a1, 0x1111111180fdfd04
    li a0, 0x7fffffff
    addiw a1, a0, 1
    expect 23, a1, -0x80000000
    addw a1, a0, a0
    expect 24, a1, -2
    slliw a1, a0, 1
    expect 25, a1, -2
    li a0, 0x1ffffffff
    srliw a1, a0, 4
    expect 26, a1, 0x0fffffff
    sraiw a1, a0, 4
    expect 27, a1, -1
    subw a1, zero, a0
    expect 28, a1, 1
#endif
    SUCCEED
    .data
    .balign 8
bytes:
    .byte 0xff, 0xfe, 0xfd, 0x80, 4, 5, 6, 7
    .dword 0x1111111122222222
