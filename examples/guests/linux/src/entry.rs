//! The boot page, the start, a trap's entry and its end.
//!
//! `mscratch` holds the address of the running thread's registers. A trap stores all of them there, and calls the
//! kernel on its own stack. What it returns to is mostly the same thread: then the registers that compiled code leaves
//! alone (s0 to s11, gp, tp) are still what they were, and are not loaded.
//!
//! Instructions that the machine lacks go to [`float_entry`] first, which knows the common ones and stores few registers.

use core::arch::global_asm;
use core::ptr::addr_of;
use float_entry::{load_others, load_preserved, store_registers};
use guest_kernel::map::{MAGIC, VERSION};

/// The boot page, as it is in the file.
#[repr(C, align(4096))]
struct BootPage {
    words: [u64; 512],
}

#[unsafe(link_section = ".boot")]
#[used]
static BOOT: BootPage = BootPage {
    words: {
        let mut words = [0; 512];
        (words[0], words[1]) = (MAGIC, VERSION);
        words
    },
};

/// The words that the loader filled in.
pub fn boot_words() -> [u64; 9] {
    let words = addr_of!(BOOT.words).cast::<[u64; 9]>();
    // SAFETY: they are the first words of the page; the compiler does not know what the loader made of them.
    unsafe { words.read_volatile() }
}

/// The address of the code that a signal's handler returns to.
pub fn signal_return() -> u64 {
    unsafe extern "C" {
        safe static kernel_signal_return: u8;
    }
    (&raw const kernel_signal_return).expose_provenance() as u64
}

global_asm!(
    ".section .text.start, \"ax\", @progbits",
    ".globl _start",
    ".type _start, @function",
    "_start:",
    "    la sp, kernel_stack_end",
    "    la t0, kernel_trap_entry",
    "    csrw mtvec, t0",
    "    call kernel_start",
    "    j 1f",
    ".size _start, . - _start",
    "",
    ".balign 4",
    ".globl kernel_trap_entry",
    ".type kernel_trap_entry, @function",
    "kernel_trap_entry:",
    "    csrrw sp, mscratch, sp",
    "    sd x5, 40(sp)",
    "    sd x6, 48(sp)",
    "    sd x7, 56(sp)",
    "    csrr t0, mcause",
    "    addi t0, t0, -2",
    "    beqz t0, kernel_float",
    // Here, t0 to t2 are stored and free, sp is the address of the registers, and mscratch the thread's sp.
    ".globl kernel_trap_rest",
    "kernel_trap_rest:",
    store_registers!(),
    "    csrr t0, mscratch",
    "    sd t0, 16(sp)",
    "    csrw mscratch, sp",
    "    csrr t0, mepc",
    "    sd t0, 0(sp)",
    "    csrr a0, mcause",
    "    csrr a1, mtval",
    "    la sp, kernel_stack_end",
    "    call kernel_trap",
    "    bnez a0, 1f",
    // The same thread goes on.
    "    csrr sp, mscratch",
    "    j 2f",
    // The thread whose registers are at a0 goes on.
    "1:  csrw mscratch, a0",
    "    mv sp, a0",
    load_preserved!(),
    "2:  ld t0, 0(sp)",
    "    csrw mepc, t0",
    load_others!(),
    "    mret",
    ".size kernel_trap_entry, . - kernel_trap_entry",
    "",
    // rt_sigreturn; it runs as the program, with the program's registers.
    ".globl kernel_signal_return",
    "kernel_signal_return:",
    "    li a7, 139",
    "    ecall",
    "",
    ".section .bss.stack, \"aw\", @nobits",
    ".balign 16",
    "    .space 32768",
    "kernel_stack_end:",
);
