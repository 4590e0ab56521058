//! What is fuzzed, one module for each kind of file: see the library.
#![allow(clippy::unwrap_used)]

mod elf;
mod instructions;
mod powers;
mod programs;
mod proof;
mod reads;
mod setup;
mod tables;

/// A checked-in program.
fn guest(name: &str) -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/../guests/elf/{name}.elf")).unwrap()
}
