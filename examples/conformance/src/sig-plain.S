/* A signature and no report: what counts is that it stops, and what it leaves. */
#include "suite.h"
BEGIN
    la s11, begin_signature
    li a0, 0x11
    li a1, -3
    sign a0
    sign a1
    mul a2, a0, a1
    sign a2
    j .
    SIGNATURE
    .zero 4 * SIZE
    SIGNATURE_END
