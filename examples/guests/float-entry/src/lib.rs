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
//!
//! And what both kernels' entries and exits have in common: registers, stored and loaded.

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

/// Assembly: a program's registers to their place at `sp`, but for t0 to t2, which are there, and its stack pointer.
#[macro_export]
macro_rules! store_registers {
    () => {
        concat!(
            "sd x1, 8(sp)\n",
            "sd x3, 24(sp)\n",
            "sd x4, 32(sp)\n",
            "sd x8, 64(sp)\n",
            "sd x9, 72(sp)\n",
            "sd x10, 80(sp)\n",
            "sd x11, 88(sp)\n",
            "sd x12, 96(sp)\n",
            "sd x13, 104(sp)\n",
            "sd x14, 112(sp)\n",
            "sd x15, 120(sp)\n",
            "sd x16, 128(sp)\n",
            "sd x17, 136(sp)\n",
            "sd x18, 144(sp)\n",
            "sd x19, 152(sp)\n",
            "sd x20, 160(sp)\n",
            "sd x21, 168(sp)\n",
            "sd x22, 176(sp)\n",
            "sd x23, 184(sp)\n",
            "sd x24, 192(sp)\n",
            "sd x25, 200(sp)\n",
            "sd x26, 208(sp)\n",
            "sd x27, 216(sp)\n",
            "sd x28, 224(sp)\n",
            "sd x29, 232(sp)\n",
            "sd x30, 240(sp)\n",
            "sd x31, 248(sp)\n",
        )
    };
}

/// Assembly: the registers that compiled code leaves alone, from their place at `sp`.
#[macro_export]
macro_rules! load_preserved {
    () => {
        concat!(
            "ld x3, 24(sp)\n",
            "ld x4, 32(sp)\n",
            "ld x8, 64(sp)\n",
            "ld x9, 72(sp)\n",
            "ld x18, 144(sp)\n",
            "ld x19, 152(sp)\n",
            "ld x20, 160(sp)\n",
            "ld x21, 168(sp)\n",
            "ld x22, 176(sp)\n",
            "ld x23, 184(sp)\n",
            "ld x24, 192(sp)\n",
            "ld x25, 200(sp)\n",
            "ld x26, 208(sp)\n",
            "ld x27, 216(sp)\n",
        )
    };
}

/// Assembly: all other registers, from their place at `sp`; that one last.
#[macro_export]
macro_rules! load_others {
    () => {
        concat!(
            "ld x1, 8(sp)\n",
            "ld x5, 40(sp)\n",
            "ld x6, 48(sp)\n",
            "ld x7, 56(sp)\n",
            "ld x10, 80(sp)\n",
            "ld x11, 88(sp)\n",
            "ld x12, 96(sp)\n",
            "ld x13, 104(sp)\n",
            "ld x14, 112(sp)\n",
            "ld x15, 120(sp)\n",
            "ld x16, 128(sp)\n",
            "ld x17, 136(sp)\n",
            "ld x28, 224(sp)\n",
            "ld x29, 232(sp)\n",
            "ld x30, 240(sp)\n",
            "ld x31, 248(sp)\n",
            "ld x2, 16(sp)\n",
        )
    };
}
