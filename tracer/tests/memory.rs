//! Loading takes memory in proportion to the file, and time too: whatever the file declares. Memory is counted by the
//! allocator, for the whole process: so this is a binary of one test.
#![allow(clippy::unwrap_used)]

use peak_alloc::PeakAlloc;
use std::mem::size_of;
use std::time::Instant;
use tracer::testing::ElfWriter;
use tracer::{ElfError, Program};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CODE: u64 = 0x8000_0000;
/// Flags of segments.
const READ: u32 = 4;
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;
/// A jump to itself.
const HALT: u32 = 0x6f;

/// Most bytes held at once while a file is loaded, and what is held in the end.
fn loading(file: &[u8]) -> (usize, usize, Result<Program, ElfError>) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let program = Program::from_elf(file);
    let peak = MEMORY.peak_usage() - before;
    (peak, MEMORY.current_usage() - before, program)
}

/// Code in which an atomic instruction starts at every second byte: each of its halves is both ends of one.
fn atomics(halves: usize) -> Vec<u8> {
    // amoxor.w with rd, rs1, rs2 and the upper bits as the next half has them.
    let half: u16 = 0b0_010_00100_0101111 | 0b0010_0 << 11;
    half.to_le_bytes().repeat(halves)
}

#[test]
fn print() {
    println!("row {}", size_of::<instruction_tables::Row>());
    for (bits, compressed) in [(64, true), (64, false), (32, true), (32, false)] {
        let mut code = HALT.to_le_bytes().to_vec();
        code.extend(atomics(1 << 17));
        let size = code.len() as u64;
        let file = ElfWriter::new(bits)
            .compressed(compressed)
            .segment(CODE, &code, size, READ | EXECUTE)
            .finish();
        let start = Instant::now();
        let (peak, kept, program) = loading(&file);
        let program = program.unwrap();
        println!(
            "{bits} {compressed}: {} bytes, {} rows, peak {} kept {} = {} a byte, {:?}",
            file.len(),
            program.rows().len(),
            peak,
            kept,
            peak / file.len(),
            start.elapsed()
        );
    }
    let _ = WRITE;
}
