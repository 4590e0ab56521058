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
use float_entry as _;
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
    "    sd x1, 8(sp)",
    "    sd x3, 24(sp)",
    "    sd x4, 32(sp)",
    "    sd x8, 64(sp)",
    "    sd x9, 72(sp)",
    "    sd x10, 80(sp)",
    "    sd x11, 88(sp)",
    "    sd x12, 96(sp)",
    "    sd x13, 104(sp)",
    "    sd x14, 112(sp)",
    "    sd x15, 120(sp)",
    "    sd x16, 128(sp)",
    "    sd x17, 136(sp)",
    "    sd x18, 144(sp)",
    "    sd x19, 152(sp)",
    "    sd x20, 160(sp)",
    "    sd x21, 168(sp)",
    "    sd x22, 176(sp)",
    "    sd x23, 184(sp)",
    "    sd x24, 192(sp)",
    "    sd x25, 200(sp)",
    "    sd x26, 208(sp)",
    "    sd x27, 216(sp)",
    "    sd x28, 224(sp)",
    "    sd x29, 232(sp)",
    "    sd x30, 240(sp)",
    "    sd x31, 248(sp)",
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
    "    ld x3, 24(sp)",
    "    ld x4, 32(sp)",
    "    ld x8, 64(sp)",
    "    ld x9, 72(sp)",
    "    ld x18, 144(sp)",
    "    ld x19, 152(sp)",
    "    ld x20, 160(sp)",
    "    ld x21, 168(sp)",
    "    ld x22, 176(sp)",
    "    ld x23, 184(sp)",
    "    ld x24, 192(sp)",
    "    ld x25, 200(sp)",
    "    ld x26, 208(sp)",
    "    ld x27, 216(sp)",
    "2:  ld t0, 0(sp)",
    "    csrw mepc, t0",
    "    ld x1, 8(sp)",
    "    ld x5, 40(sp)",
    "    ld x6, 48(sp)",
    "    ld x7, 56(sp)",
    "    ld x10, 80(sp)",
    "    ld x11, 88(sp)",
    "    ld x12, 96(sp)",
    "    ld x13, 104(sp)",
    "    ld x14, 112(sp)",
    "    ld x15, 120(sp)",
    "    ld x16, 128(sp)",
    "    ld x17, 136(sp)",
    "    ld x28, 224(sp)",
    "    ld x29, 232(sp)",
    "    ld x30, 240(sp)",
    "    ld x31, 248(sp)",
    "    ld x2, 16(sp)",
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
