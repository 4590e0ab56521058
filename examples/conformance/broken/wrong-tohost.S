/* Reports failure 5. */
#include "suite.h"
BEGIN
    li a0, 2
    expect 4, a0, 2
    expect 5, a0, 3
    SUCCEED
