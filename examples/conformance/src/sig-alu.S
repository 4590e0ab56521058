/* I: every operation on two registers, for pairs of corner cases; the results are a signature. */
#define HAS_SIGNATURE
#include "suite.h"
BEGIN
    la s11, begin_signature
    pairs add
    pairs sub
    pairs sll
    pairs srl
    pairs sra
    pairs slt
    pairs sltu
    pairs xor
#if XLEN == 64
    pairs addw
    pairs subw
    pairs sllw
    pairs srlw
    pairs sraw
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
