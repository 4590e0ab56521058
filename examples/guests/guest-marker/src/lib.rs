//! Marks parts of a program, whose cycles `jolt-lab run` and `jolt-lab profile` then count:
//!
//! ```
//! # fn parse() {}
//! let marker = guest_marker::marker("parse");
//! parse();
//! drop(marker); // Or where its scope ends.
//! ```
//!
//! A marker is three instructions that have no effect, of those that the instruction set leaves for hints (`slti` to the
//! register that is always 0): two where it begins, which name a register each, and one where it ends.
//!
//! | instruction | says |
//! |---|---|
//! | `slti x0, rs1, 0x6d1` | the next name has `rs1` bytes |
//! | `slti x0, rs1, 0x6d2` | a marker begins, whose name is at the address `rs1` |
//! | `slti x0, x0, 0x6d3` | the marker that began last ends |
//!
//! So it costs a program these three cycles and what it takes to have the name in registers, and it is nothing to other
//! machines: a program with markers runs on any RISC-V processor. On other processors functions of this crate do nothing.
//!
//! Accesses to memory stay within the markers that they are written in. Arithmetic alone a compiler may move:
//! [`core::hint::black_box`] around what goes in and what comes out holds it.

#![no_std]
#![warn(missing_docs)]

use core::marker::PhantomData;

/// A part of a program that has begun, and ends when this is dropped. It is of one thread.
#[derive(Debug)]
#[must_use = "what is marked ends where this is dropped: give it a name, such as `_marker`"]
pub struct Marker(PhantomData<*mut ()>);

/// Begins a part of a program. Parts lie within each other; several of one name, within the same parts, are counted together.
#[inline(always)]
pub fn marker(name: &str) -> Marker {
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    // SAFETY: the instructions have no effect; the name is read by what counts, if anything does.
    unsafe {
        core::arch::asm!(
            "slti x0, {length}, 0x6d1",
            "slti x0, {name}, 0x6d2",
            length = in(reg) name.len(),
            name = in(reg) name.as_ptr(),
            options(nostack, preserves_flags)
        );
    }
    #[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
    let _ = name;
    Marker(PhantomData)
}

impl Drop for Marker {
    #[inline(always)]
    fn drop(&mut self) {
        #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
        // SAFETY: the instruction has no effect.
        unsafe {
            core::arch::asm!("slti x0, x0, 0x6d3", options(nostack, preserves_flags));
        }
    }
}
