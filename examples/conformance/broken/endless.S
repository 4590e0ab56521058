/* Never comes to an end. */
#include "suite.h"
BEGIN
1:  addi a0, a0, 1
    bnez a0, 1b
    SUCCEED
