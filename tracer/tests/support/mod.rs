//! What tests share: checked-in guests.

#![allow(dead_code, clippy::unwrap_used)]

use tracer::Program;
#[allow(unused_imports)]
pub use tracer::testing::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE, asm};

pub mod guests;
pub mod oracles;

/// A checked-in ELF file.
pub fn elf(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    std::fs::read(format!("{folder}/{name}.elf")).unwrap()
}

/// A checked-in program.
pub fn program(name: &str) -> Program {
    Program::from_elf(&elf(name)).unwrap()
}

/// A program of these words.
pub fn assemble(words: &[u32]) -> Program {
    ElfWriter::new(64).code(words).program().unwrap()
}
