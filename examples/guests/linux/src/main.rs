//! The guest kernel of unmodified static riscv64 Linux programs: `guest_kernel` on the machine.
//!
//! Here is all of the kernel that touches the machine: the boot page and a trap's entry ([`entry`], [`float_entry`]), memory
//! and the world outside ([`machine`]), and the one place where the kernel's state lies. The machine has one hart and no
//! interrupts, and a trap inside of the kernel ends the program: nothing here is ever entered twice.

#![no_std]
#![no_main]

mod entry;
mod machine;

use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use float_entry as _;
use guest_kernel::context::Context;
use guest_kernel::kernel::{Kernel, Resume};
use guest_kernel::machine::{Machine as _, say_address, say_number};
use guest_kernel::map::{Boot, PANICKED};
use machine::Proven;

/// The kernel's state.
struct State(UnsafeCell<Kernel>);

// SAFETY: the machine has one hart and no interrupts.
unsafe impl Sync for State {}

static STATE: State = State(UnsafeCell::new(Kernel::new()));

/// Causes of traps.
mod cause {
    pub const FETCH: u64 = 1;
    pub const ILLEGAL: u64 = 2;
    pub const BREAKPOINT: u64 = 3;
    pub const LOAD: u64 = 5;
    pub const STORE: u64 = 7;
    pub const CALL: u64 = 11;
}

/// Takes what the loader told and makes the first thread; its registers, all of which are to be loaded.
#[unsafe(no_mangle)]
extern "C" fn kernel_start() -> *mut Context {
    // SAFETY: once, before any trap.
    let kernel = unsafe { kernel() };
    let Some(boot) = Boot::of(&entry::boot_words()) else {
        panic!("the boot page is not one of this version");
    };
    kernel.boot(boot);
    kernel.context()
}

/// Handles a trap whose thread's registers are stored. Null if the same thread goes on with the registers that a call
/// leaves alone; else the registers that are to be loaded.
#[unsafe(no_mangle)]
extern "C" fn kernel_trap(cause: u64, value: u64) -> *mut Context {
    // Functions of their own, so that none stores registers for the others.
    match cause {
        cause::CALL => call(),
        cause::ILLEGAL => illegal(value as u32),
        _ => fault(cause, value),
    }
}

/// The kernel.
///
/// # Safety
/// Once in a trap.
#[inline]
unsafe fn kernel() -> &'static mut Kernel {
    // SAFETY: the machine has one hart and no interrupts, and a trap is over before the next one.
    unsafe { &mut *STATE.0.get() }
}

#[inline(never)]
fn call() -> *mut Context {
    // SAFETY: once in this trap.
    let kernel = unsafe { kernel() };
    go_on(kernel.system_call(&mut Proven))
}

#[inline(never)]
fn illegal(bits: u32) -> *mut Context {
    // SAFETY: once in this trap.
    let kernel = unsafe { kernel() };
    go_on(kernel.illegal(&mut Proven, bits))
}

#[cold]
#[inline(never)]
fn fault(cause: u64, value: u64) -> *mut Context {
    // SAFETY: once in this trap.
    let kernel = unsafe { kernel() };
    go_on(match cause {
        cause::BREAKPOINT => kernel.breakpoint(&mut Proven),
        cause::FETCH | cause::LOAD | cause::STORE => kernel.access(&mut Proven, value),
        _ => unexpected(kernel, cause, value),
    })
}

#[inline]
fn go_on(resume: Resume) -> *mut Context {
    match resume {
        Resume::Same => core::ptr::null_mut(),
        resume => change(resume),
    }
}

#[inline(never)]
fn change(resume: Resume) -> *mut Context {
    if let Resume::Halt(status) = resume {
        machine::halt(status);
    }
    machine::end_reservation();
    // SAFETY: whoever had it before has come to an end.
    unsafe { kernel().context() }
}

/// A trap that the kernel cannot be blamed on a program.
#[cold]
fn unexpected(kernel: &mut Kernel, cause: u64, value: u64) -> ! {
    let machine = &mut Proven;
    machine.say("linux-kernel: trap ");
    say_number(machine, cause);
    machine.say(" at pc ");
    say_address(machine, kernel.context().pc());
    machine.say(", value ");
    say_address(machine, value);
    machine.say("\n");
    machine::halt(PANICKED)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let machine = &mut Proven;
    machine.say("linux-kernel: panic");
    if let Some(location) = info.location() {
        machine.say(" at ");
        machine.say(location.file());
        machine.say(":");
        say_number(machine, location.line().into());
    }
    machine.say("\n");
    machine::halt(PANICKED)
}
