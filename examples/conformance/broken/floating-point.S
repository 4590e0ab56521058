/* Uses an extension that the machine does not have. */
#include "suite.h"
BEGIN
    .option arch, +f
    fmv.w.x fa0, zero
    SUCCEED
