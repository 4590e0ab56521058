//! What tests of several crates share (feature `testing`): instruction words, a writer of ELF files, random
//! programs, and a machine that runs programs by the plain semantics of their instructions.

pub mod asm;
mod elf;
pub mod linux;
pub mod random;
mod reference;

pub use elf::ElfWriter;
pub use reference::{Ended, Reference};

/// Where [`ElfWriter`]s put code.
pub const CODE: u64 = 0x8000_0000;
/// Where tests put data.
pub const DATA: u64 = 0x8010_0000;

/// Flag of a segment: can be read.
pub const READ: u32 = 4;
/// Flag of a segment: can be written.
pub const WRITE: u32 = 2;
/// Flag of a segment: is code.
pub const EXECUTE: u32 = 1;
