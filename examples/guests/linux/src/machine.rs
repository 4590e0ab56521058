//! Memory and the world outside, on the machine that is proven: single instructions, since what programs own is no
//! Rust object, and need not be aligned.

use core::arch::asm;
use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};
use guest_kernel::machine::{Machine, Memory};
use guest_kernel::map::STATUS;

/// The machine.
pub struct Proven;

macro_rules! load {
    ($instruction:literal, $address:expr) => {{
        let value: u64;
        // SAFETY: it reads a program's memory, which no Rust object overlaps.
        unsafe {
            asm!(
                concat!($instruction, " {}, 0({})"),
                out(reg) value,
                in(reg) $address,
                options(readonly, nostack, preserves_flags)
            );
        }
        value
    }};
}

macro_rules! store {
    ($instruction:literal, $address:expr, $value:expr) => {
        // SAFETY: it writes a program's memory, which no Rust object overlaps.
        unsafe {
            asm!(
                concat!($instruction, " {}, 0({})"),
                in(reg) $value,
                in(reg) $address,
                options(nostack, preserves_flags)
            );
        }
    };
}

impl Memory for Proven {
    #[inline]
    fn load32(&self, address: u64) -> u32 {
        load!("lwu", address) as u32
    }

    #[inline]
    fn load64(&self, address: u64) -> u64 {
        load!("ld", address)
    }

    #[inline]
    fn store32(&mut self, address: u64, value: u32) {
        store!("sw", address, u64::from(value));
    }

    #[inline]
    fn store64(&mut self, address: u64, value: u64) {
        store!("sd", address, value);
    }
}

impl Machine for Proven {
    #[inline]
    fn load8(&self, address: u64) -> u8 {
        load!("lbu", address) as u8
    }

    #[inline]
    fn store8(&mut self, address: u64, value: u8) {
        store!("sb", address, u64::from(value));
    }

    fn copy(&mut self, to: u64, from: u64, length: u64) {
        let to = with_exposed_provenance_mut::<u8>(to as usize);
        let from = with_exposed_provenance::<u8>(from as usize);
        // SAFETY: memory of programs and the I/O block, which no Rust object overlaps; whoever calls it has checked
        // the ranges.
        unsafe { to.copy_from(from, length as usize) }
    }

    fn clear(&mut self, address: u64, length: u64) {
        let at = with_exposed_provenance_mut::<u8>(address as usize);
        // SAFETY: as above.
        unsafe { at.write_bytes(0, length as usize) }
    }

    fn put(&mut self, address: u64, bytes: &[u8]) {
        let to = with_exposed_provenance_mut::<u8>(address as usize);
        // SAFETY: as above.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) }
    }

    fn get(&self, address: u64, bytes: &mut [u8]) {
        let from = with_exposed_provenance::<u8>(address as usize);
        // SAFETY: as above.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) }
    }

    fn private_word(&mut self) -> u64 {
        let word;
        // SAFETY: it writes its output register, and the host's tape moves on.
        unsafe { asm!(".insn r 0x0b, 0, 0, {}, x0, x0", out(reg) word, options(nostack)) }
        word
    }

    fn print(&mut self, address: u64, length: u64) {
        // SAFETY: the host reads the bytes and changes nothing.
        unsafe {
            asm!(
                ".insn r 0x0b, 1, 0, x0, {}, {}",
                in(reg) address,
                in(reg) length,
                options(readonly, nostack)
            );
        }
    }

    fn say(&mut self, text: &str) {
        self.print(text.as_ptr().expose_provenance() as u64, text.len() as u64);
    }

    fn signal_return(&self) -> u64 {
        crate::entry::signal_return()
    }
}

/// Ends whatever address is reserved for a conditional store: by one, of a word that nobody has reserved.
#[inline]
pub fn end_reservation() {
    let mut word = 0u32;
    // SAFETY: if it stores anything, it is this word.
    unsafe {
        asm!(".insn r 0x2f, 2, 0x0c, x0, {}, x0", in(reg) &raw mut word, options(nostack));
    }
}

/// Sets the status and halts: a jump to itself is how this machine stops.
pub fn halt(status: u64) -> ! {
    store!("sd", STATUS, status);
    // SAFETY: no operands; it never returns.
    unsafe { asm!("j .", options(noreturn)) }
}
