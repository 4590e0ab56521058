//! What the kernel needs of the machine that it runs on: memory, the tape of private input, printing.
//!
//! The kernel is written against this trait. On the machine that is proven it is a few instructions (`src/main.rs`);
//! in tests it is a map of bytes, so that everything here has tests on a host.

use crate::map;

/// What instructions of F and D access: memory. Addresses are those of programs; accesses need not be aligned.
pub trait Memory {
    /// Four bytes at an address.
    fn load32(&self, address: u64) -> u32;
    /// Eight bytes at an address.
    fn load64(&self, address: u64) -> u64;
    /// Stores four bytes.
    fn store32(&mut self, address: u64, value: u32);
    /// Stores eight bytes.
    fn store64(&mut self, address: u64, value: u64);

    /// Whether a program may access so many bytes at an address.
    #[inline]
    fn allows(&self, address: u64, length: u64) -> bool {
        is_user(address, length)
    }
}

/// Memory and the world outside. An address that [`is_user`] does not allow must not come from a program.
pub trait Machine: Memory {
    /// The byte at an address.
    fn load8(&self, address: u64) -> u8;
    /// Stores a byte.
    fn store8(&mut self, address: u64, value: u8);
    /// Copies bytes; the ranges are apart.
    fn copy(&mut self, to: u64, from: u64, length: u64);
    /// Makes bytes zero.
    fn clear(&mut self, address: u64, length: u64);
    /// Copies bytes of the kernel's to an address.
    fn put(&mut self, address: u64, bytes: &[u8]);
    /// Copies bytes at an address to the kernel.
    fn get(&self, address: u64, bytes: &mut [u8]);
    /// The next word of the private input's tape.
    fn private_word(&mut self) -> u64;
    /// Shows bytes to whoever runs the machine.
    fn print(&mut self, address: u64, length: u64);
    /// Shows a text of the kernel's.
    fn say(&mut self, text: &str);
    /// The address of the two instructions that return from a signal's handler.
    fn signal_return(&self) -> u64;
}

/// Shows a number, in decimal.
pub fn say_number(machine: &mut impl Machine, number: u64) {
    say_digits(machine, number, 10);
}

/// Shows an address, in hexadecimal.
pub fn say_address(machine: &mut impl Machine, address: u64) {
    machine.say("0x");
    say_digits(machine, address, 16);
}

fn say_digits(machine: &mut impl Machine, number: u64, base: u64) {
    if number >= base {
        say_digits(machine, number / base, base);
    }
    let at = (number % base) as usize;
    machine.say(&"0123456789abcdef"[at..=at]);
}

/// Whether a program may be given or asked for these bytes.
#[inline]
pub fn is_user(address: u64, length: u64) -> bool {
    (map::USER_START..map::USER_END).contains(&address) && length <= map::USER_END - address
}
