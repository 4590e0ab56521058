/* Data between instructions that the program stores to: what tells them from code? */
#include "suite.h"
BEGIN
    la a0, word
    lw a1, 0(a0)
    expect 1, a1, 0x13
    li a1, -3
    sw a1, 0(a0)
    sh a1, 6(a0)
    j 1f
    .balign 4
word:
    .word 0x13, 0x13
1:  lw a1, 0(a0)
    expect 2, a1, -3
    lhu a1, 6(a0)
    expect 3, a1, 0xfffd
    SUCCEED
