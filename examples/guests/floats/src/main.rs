//! The float kernel: instructions of F and D for programs without an operating system.
//!
//! Such a program has the machine to itself, trap handlers included. An instruction of F or D in it goes to
//! `kernel_trap_entry`, with its address in `mepc` and its bits in `mtval`; these and `mscratch` are the kernel's own. What
//! [`float_entry`] does not know goes to the library that Linux programs have, too, with all registers stored.
//!
//! An access outside of memory and a rounding mode that does not exist are faults of the machine: there is no proof.

#![no_std]
#![no_main]

use core::arch::{asm, global_asm};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use float_entry::{load_others, load_preserved, store_registers};
use guest_kernel::context::Context;
use guest_kernel::emulate::emulate;
use guest_kernel::machine::Memory;

/// The registers: the program's while the kernel runs, and those of F and D always.
#[repr(transparent)]
struct Registers(UnsafeCell<Context>);

// SAFETY: the machine has one hart, and nothing interrupts the kernel.
unsafe impl Sync for Registers {}

#[unsafe(no_mangle)]
static kernel_registers: Registers = Registers(UnsafeCell::new(Context::ZERO));

global_asm!(
    ".section .text.start, \"ax\", @progbits",
    ".globl kernel_trap_entry",
    ".type kernel_trap_entry, @function",
    "kernel_trap_entry:",
    "    csrw mscratch, sp",
    ".option push",
    ".option norelax",
    "    la sp, kernel_registers",
    ".option pop",
    "    sd x5, 40(sp)",
    "    sd x6, 48(sp)",
    "    sd x7, 56(sp)",
    "    j kernel_float",
    ".globl kernel_trap_rest",
    "kernel_trap_rest:",
    store_registers!(),
    "    csrr t0, mscratch",
    "    sd t0, 16(sp)",
    "    csrr t0, mepc",
    "    sd t0, 0(sp)",
    "    csrr a0, mtval",
    "    la sp, kernel_stack_end",
    "    call kernel_carry_out",
    "    la sp, kernel_registers",
    "    beqz a0, 2f",
    // A register was written that compiled code leaves alone.
    load_preserved!(),
    "2:  ld t0, 0(sp)",
    "    csrw mepc, t0",
    load_others!(),
    "    mret",
    ".size kernel_trap_entry, . - kernel_trap_entry",
    "",
    ".section .bss.stack, \"aw\", @nobits",
    ".balign 16",
    "    .space 4096",
    "kernel_stack_end:",
);

/// Carries out an instruction on the registers stored. Whether all are to be loaded again, and not only those that
/// compiled code may change.
#[unsafe(no_mangle)]
extern "C" fn kernel_carry_out(bits: u32) -> bool {
    // SAFETY: once in an instruction of the program.
    let context = unsafe { &mut *kernel_registers.0.get() };
    match emulate(&mut Program, context, bits) {
        Ok(written) => matches!(written, 2..=4 | 8 | 9 | 18..=27),
        Err(_) => stop(),
    }
}

/// The program's memory: all that there is.
struct Program;

impl Memory for Program {
    #[inline]
    fn load32(&self, address: u64) -> u32 {
        let value: u64;
        // SAFETY: it reads a program's memory, which no Rust object overlaps.
        unsafe {
            asm!("lwu {}, 0({})", out(reg) value, in(reg) address, options(readonly, nostack))
        }
        value as u32
    }

    #[inline]
    fn load64(&self, address: u64) -> u64 {
        let value;
        // SAFETY: as above.
        unsafe { asm!("ld {}, 0({})", out(reg) value, in(reg) address, options(readonly, nostack)) }
        value
    }

    #[inline]
    fn store32(&mut self, address: u64, value: u32) {
        // SAFETY: it writes a program's memory, which no Rust object overlaps.
        unsafe { asm!("sw {}, 0({})", in(reg) value, in(reg) address, options(nostack)) }
    }

    #[inline]
    fn store64(&mut self, address: u64, value: u64) {
        // SAFETY: as above.
        unsafe { asm!("sd {}, 0({})", in(reg) value, in(reg) address, options(nostack)) }
    }

    #[inline]
    fn allows(&self, _: u64, _: u64) -> bool {
        true
    }
}

/// Ends the run, without a proof: what is not code is no instruction.
fn stop() -> ! {
    // SAFETY: nothing follows.
    unsafe { asm!("unimp", options(noreturn)) }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    stop()
}
