//! The I/O block and the private-input tape.
//!
//! | offset in the block | cell |
//! |---|---|
//! | 0 | reserved, always 0 |
//! | 8 | status: all ones until [`exit`] (0–255) or a panic (`1 << W/2`) |
//! | 16 | public output length in bytes |
//! | 24 | public input length in bytes |
//! | 64 | public input, up to offset 32768 |
//! | 32768 | public output, up to offset 65536 |
//!
//! The private input is a tape of words: its length in bytes, then the bytes, packed little-endian
//! with zeros after the last one.

use alloc::vec::Vec;
use core::ptr::with_exposed_provenance_mut;

const BLOCK: usize = 0x7fff_0000;
const STATUS: usize = BLOCK + 8;
const OUTPUT_LENGTH: usize = BLOCK + 16;
const INPUT_LENGTH: usize = BLOCK + 24;
const INPUT: usize = BLOCK + 64;
const OUTPUT: usize = BLOCK + 32768;
const OUTPUT_CAPACITY: usize = 32768;

/// Status of a panic.
pub(crate) const PANICKED: usize = 1 << (usize::BITS / 2);

const WORD: usize = size_of::<usize>();

fn load(address: usize) -> usize {
    // SAFETY: an aligned word of the I/O block, which no Rust object overlaps.
    unsafe { with_exposed_provenance_mut::<usize>(address).read_volatile() }
}

fn store(address: usize, value: usize) {
    // SAFETY: an aligned word of the I/O block, which no Rust object overlaps.
    unsafe { with_exposed_provenance_mut::<usize>(address).write_volatile(value) }
}

/// Ends the program with a status between 0 (success) and 255.
pub fn exit(code: u8) -> ! {
    set_status(usize::from(code))
}

/// Writes the status cell and halts: a jump to itself is how this machine stops.
pub(crate) fn set_status(status: usize) -> ! {
    store(STATUS, status);
    // SAFETY: no operands; it never returns.
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    unsafe {
        core::arch::asm!("j .", options(noreturn))
    }
    #[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
    loop {}
}

/// The public input.
pub fn read() -> &'static [u8] {
    let length = load(INPUT_LENGTH);
    // SAFETY: the loader wrote that many bytes here, and nothing can write to them.
    unsafe { core::slice::from_raw_parts(with_exposed_provenance_mut::<u8>(INPUT), length) }
}

/// The private input. The tape is read once: a second call reads what follows on it, which a host
/// that packed one input does not provide.
///
/// # Panics
/// If the length on the tape is more than memory can hold.
pub fn read_private() -> Vec<u8> {
    let length = private_word();
    let words = length.div_ceil(WORD);
    // The prover chooses the length: one that memory cannot hold must be a panic, not a wrapped size.
    let mut bytes: Vec<u8> = Vec::new();
    let reserved = words
        .checked_mul(WORD)
        .map(|size| bytes.try_reserve_exact(size));
    let Some(Ok(())) = reserved else {
        panic!("private input of {length} bytes does not fit in memory");
    };
    let tape = bytes.as_mut_ptr().cast::<usize>();
    for i in 0..words {
        // SAFETY: `words` words were reserved, and the allocator aligns every block to a word.
        unsafe { tape.add(i).write(private_word()) };
    }
    // SAFETY: `length <= words · WORD` bytes are reserved and written.
    unsafe { bytes.set_len(length) };
    bytes
}

/// The next word of the private-input tape: `custom-0`, `funct3 = 0`.
fn private_word() -> usize {
    let word: usize;
    // SAFETY: writes only its output register.
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    unsafe {
        core::arch::asm!(".insn r 0x0b, 0, 0, {}, x0, x0", out(reg) word, options(nomem, nostack))
    }
    #[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
    {
        word = 0;
    }
    word
}

/// Appends bytes to the public output.
///
/// # Panics
/// If the output would exceed 32 KiB.
#[inline]
pub fn commit(bytes: &[u8]) {
    let length = load(OUTPUT_LENGTH);
    let Some(total) = length
        .checked_add(bytes.len())
        .filter(|&n| n <= OUTPUT_CAPACITY)
    else {
        panic!("public output of more than {OUTPUT_CAPACITY} bytes");
    };
    // A store of a word costs one cycle, a narrower one two: numbers and digests are stored in words.
    let words = match bytes.len() <= 32 && length.is_multiple_of(WORD) {
        true => bytes.len() / WORD * WORD,
        false => 0,
    };
    let (whole, rest) = bytes.split_at(words);
    for (i, word) in whole.as_chunks::<WORD>().0.iter().enumerate() {
        store(OUTPUT + length + i * WORD, usize::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        let end = with_exposed_provenance_mut::<u8>(OUTPUT + length + words);
        // SAFETY: the bytes up to `total` lie in the output area, which no Rust object overlaps.
        unsafe { core::ptr::copy_nonoverlapping(rest.as_ptr(), end, rest.len()) };
    }
    store(OUTPUT_LENGTH, total);
}

/// Takes little-endian numbers and byte strings off the front of an input. Every method returns
/// `None`, and takes nothing, if not enough bytes are left.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    /// The next four bytes as a number.
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next eight bytes as a number.
    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
