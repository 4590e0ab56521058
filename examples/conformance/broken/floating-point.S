/* Uses an extension that the machine does not have: fadd.h fa0, fa0, fa1. */
#include "suite.h"
BEGIN
    .word 0x04b57553
    SUCCEED
