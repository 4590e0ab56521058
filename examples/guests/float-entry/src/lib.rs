//! Instructions of F and D in assembly: what is done before all registers are stored, because it is done often.
//!
//! A kernel's trap goes to `kernel_float` with `sp` at the registers' place, t0 to t2 stored there, the program's stack pointer
//! in `mscratch`, the instruction's bits in `mtval` and its address in `mepc`. What is not known here, operands that are not
//! usual among it, goes on at `kernel_trap_rest`, with nothing else changed.
//!
//! | file | instructions |
//! |---|---|
//! | `moves.S` | loads and stores |
//! | `arithmetic.S` | sums, products, comparisons, conversions, moves |

#![no_std]

// How a kernel gets the program's stack pointer back in the end: for the kernel of Linux programs, `mscratch` has the
// registers' place until the next trap; the float kernel knows its place.
#[cfg(not(feature = "threads"))]
core::arch::global_asm!(
    ".macro program_stack",
    "csrr sp, mscratch",
    ".endm",
    include_str!("moves.S"),
    include_str!("arithmetic.S"),
    options(raw)
);

#[cfg(feature = "threads")]
core::arch::global_asm!(
    ".macro program_stack",
    "csrrw sp, mscratch, sp",
    ".endm",
    include_str!("moves.S"),
    include_str!("arithmetic.S"),
    options(raw)
);
