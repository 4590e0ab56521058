/* M: where division and the high halves of products are special. */
#include "suite.h"
BEGIN
    li a0, MIN
    li a1, -1
    li a2, 7
    div a3, a0, a1
    expect 1, a3, MIN
    rem a3, a0, a1
    expect 2, a3, 0
    div a3, a0, zero
    expect 3, a3, -1
    rem a3, a0, zero
    expect 4, a3, MIN
    divu a3, a2, zero
    expect 5, a3, -1
    remu a3, a2, zero
    expect 6, a3, 7
    li a3, -50
    div a4, a3, a2
    expect 7, a4, -7
    rem a4, a3, a2
    expect 8, a4, -1
    mulh a3, a0, a0
    expect 9, a3, 1 << (XLEN - 2)
    mulhu a3, a1, a1
    expect 10, a3, -2
    mulhsu a3, a1, a1
    expect 11, a3, -1
    mul a3, a0, a1
    expect 12, a3, MIN
    div a0, a0, a0
    expect 13, a0, 1
#if XLEN == 64
    li a0, -0x80000000
    divw a3, a0, a1
    expect 14, a3, -0x80000000
    remw a3, a0, a1
    expect 15, a3, 0
    divuw a3, a0, zero
    expect 16, a3, -1
    remuw a3, a0, zero
    expect 17, a3, -0x80000000
    mulw a3, a0, a2
    expect 18, a3, -0x80000000
    divuw a3, a1, a2
    expect 19, a3, 0x24924924
#endif
    SUCCEED
