/* Leaves a signature whose third word its reference has otherwise. */
#define HAS_SIGNATURE
#include "suite.h"
BEGIN
    la s11, begin_signature
    li a0, 0x11
    sign a0
    li a0, 0x22
    sign a0
    SUCCEED
    SIGNATURE
    .zero 16
    SIGNATURE_END
