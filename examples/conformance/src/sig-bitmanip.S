/* Zba, Zbb, Zbs: every operation, for corner cases; the results are a signature. */
#define HAS_SIGNATURE
#include "suite.h"
BEGIN
    la s11, begin_signature
    pairs sh1add
    pairs sh2add
    pairs sh3add
    pairs andn
    pairs orn
    pairs xnor
    pairs min
    pairs minu
    pairs max
    pairs maxu
    pairs rol
    pairs ror
    pairs bclr
    pairs bext
    pairs binv
    pairs bset
    each clz a2, a0
    each ctz a2, a0
    each cpop a2, a0
    each sext.b a2, a0
    each sext.h a2, a0
    each zext.h a2, a0
    each orc.b a2, a0
    each rev8 a2, a0
    each rori a2, a0, 5
    each bclri a2, a0, 31
    each bexti a2, a0, 17
    each binvi a2, a0, 0
    each bseti a2, a0, 30
#if XLEN == 64
    pairs add.uw
    pairs sh1add.uw
    pairs sh2add.uw
    pairs sh3add.uw
    pairs rolw
    pairs rorw
    each slli.uw a2, a0, 7
    each clzw a2, a0
    each ctzw a2, a0
    each cpopw a2, a0
    each roriw a2, a0, 9
    each bseti a2, a0, 63
#endif
    SUCCEED
    .data
    .balign 16
operands:
    WORD 0, -1, MIN, 0x5a5a1234
operands_end:
    SIGNATURE
    .zero (22 * 16 + 20 * 4) * SIZE
    SIGNATURE_END
