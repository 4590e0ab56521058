/* A signature, no reference for it, and no report: nothing can be said. */
#include "suite.h"
BEGIN
    la s11, begin_signature
    li a0, 0x11
    sign a0
    j .
    SIGNATURE
    .zero 16
    SIGNATURE_END
