/* Replaces an instruction and executes it. */
#include "suite.h"
BEGIN
    .option norvc
    lw a1, replacement
    la a0, 1f
    sw a1, 0(a0)
    fence.i
1:  li a2, 1
    expect 1, a2, 2
    SUCCEED
replacement:
    li a2, 2
