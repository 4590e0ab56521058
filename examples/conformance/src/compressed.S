/* C: one of each kind, full instructions at odd halves, jumps of both lengths. */
#include "suite.h"
BEGIN
    .option push
    .option rvc
    c.li a0, -16
    expect 1, a0, -16
    c.addi a0, 17
    expect 2, a0, 1
    c.slli a0, XLEN - 1
    expect 3, a0, MIN
    c.srai a0, 2
    expect 4, a0, -1 << (XLEN - 3)
    c.srli a0, XLEN - 3
    expect 5, a0, 7
    c.andi a0, -3
    expect 6, a0, 5
    c.lui a1, 0xfffe1
    expect 7, a1, -0x1f000
    c.mv a1, a0
    c.add a1, a0
    expect 8, a1, 10
    c.sub a1, a0
    expect 9, a1, 5
    c.xor a1, a0
    expect 10, a1, 0
    c.or a1, a0
    c.and a1, a0
    expect 11, a1, 5
    la sp, area
    c.addi4spn a0, sp, 64
    c.addi16sp sp, 64
    sub a1, sp, a0
    expect 12, a1, 0
    li a1, -7
    c.sw a1, 12(a0)
    c.lw a2, 12(a0)
    expect 13, a2, -7
    c.swsp a1, 4(sp)
    c.lwsp a2, 4(sp)
    expect 14, a2, -7
    /* A full instruction after an odd number of halves. */
    .balign 4
    c.nop
    addi a2, a2, 0x111
    c.nop
    expect 15, a2, 0x10a
    /* Jumps over, back, by register. */
    li a3, 0
    c.j 2f
1:  c.addi a3, 2
    c.jr a4
2:  c.addi a3, 1
    la a5, 1b
    la a4, 3f
    c.jr a5
3:  expect 16, a3, 3
    la a5, 4f
    c.jalr a5
    c.j 5f
4:  c.addi a3, 4
    c.jr ra
5:  expect 17, a3, 7
    li a1, 3
    li a3, 0
6:  c.addi a3, 5
    c.addi a1, -1
    c.bnez a1, 6b
    c.beqz a1, 7f
    c.li a3, 0
7:  expect 18, a3, 15
#if XLEN == 64
    li a1, 0x7fffffff
    c.addiw a1, 1
    expect 19, a1, -0x80000000
    c.sd a1, 24(a0)
    c.ld a2, 24(a0)
    expect 20, a2, -0x80000000
    c.sdsp a1, 8(sp)
    c.ldsp a2, 8(sp)
    expect 21, a2, -0x80000000
    c.addw a1, a2
    expect 22, a1, 0
    c.subw a1, a2
    expect 23, a1, -0x80000000
#else
    c.jal 8f
    c.j 9f
8:  c.addi a3, 1
    c.jr ra
9:  expect 24, a3, 16
#endif
    .option pop
    SUCCEED
    .data
    .balign 16
area:
    .zero 256
