/* Loads from where no memory is. */
#include "suite.h"
BEGIN
    li a0, 64
    lw a0, 0(a0)
    SUCCEED
