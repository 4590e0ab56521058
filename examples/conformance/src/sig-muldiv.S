/* M: every operation, for pairs of corner cases; the results are a signature. */
#define HAS_SIGNATURE
#include "suite.h"
BEGIN
    la s11, begin_signature
    pairs mul
    pairs mulh
    pairs mulhu
    pairs mulhsu
    pairs div
    pairs divu
    pairs rem
    pairs remu
#if XLEN == 64
    pairs mulw
    pairs divw
    pairs divuw
    pairs remw
    pairs remuw
#endif
    SUCCEED
    .data
    .balign 16
operands:
    WORD 0, 1, -1, MIN, MAX, 0x5a5a1234
operands_end:
    SIGNATURE
    .zero 13 * 36 * SIZE
    SIGNATURE_END
