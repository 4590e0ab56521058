//! Loading takes memory and time in proportion to the file, whatever the file declares. Memory is counted by the
//! allocator, for the whole process: so this is a binary of one test.
#![allow(clippy::unwrap_used)]

use instruction_tables::Row;
use peak_alloc::PeakAlloc;
use std::mem::size_of;
use std::time::Instant;
use tracer::testing::ElfWriter;
use tracer::{ElfError, Program};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CODE: u64 = 0x8000_0000;
/// Flags of segments.
const EXECUTE: u32 = 1;
const WRITE: u32 = 2;
const READ: u32 = 4;
/// A jump to itself.
const HALT: u32 = 0x6f;
/// What a row takes in all tables that have an entry for each.
const ROW: usize = size_of::<Row>() + size_of::<u64>() + size_of::<u32>();
/// Most rows of what starts at one place: the longest instruction and the call of its routine.
const MOST_ROWS: usize = 16;

/// Loads a file: most bytes held at once, and the program.
fn loading(file: &[u8]) -> (usize, Result<Program, ElfError>) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let program = Program::from_elf(file);
    (MEMORY.peak_usage() - before, program)
}

/// `halves` half words of code in which an instruction of several rows starts at each: `amoxor.w`, whose upper half
/// is its lower half.
fn atomics(halves: usize) -> Vec<u8> {
    const AMOXOR: u16 = 0x202f;
    AMOXOR.to_le_bytes().repeat(halves)
}

fn words(word: u32, count: usize) -> Vec<u8> {
    word.to_le_bytes().repeat(count)
}

/// A file of one segment that starts with a jump to itself.
fn one(bits: usize, compressed: bool, code: &[u8]) -> Vec<u8> {
    let code = [&HALT.to_le_bytes(), code].concat();
    let size = code.len() as u64;
    let writer = ElfWriter::new(bits).compressed(compressed);
    writer.segment(CODE, &code, size, READ | EXECUTE).finish()
}

/// The same file with headers of sections that are code, of four bytes each.
fn with_sections(mut file: Vec<u8>, addresses: impl Iterator<Item = u64>) -> Vec<u8> {
    let start = file.len() as u64;
    let mut count = 0u16;
    for address in addresses {
        // Name, type PROGBITS, flags ALLOC and EXECINSTR, address, offset, size, link and info, alignment, entries.
        for half in [0u32, 1] {
            file.extend(half.to_le_bytes());
        }
        for value in [6, address, 0, 4, 0, 1, 0] {
            file.extend(value.to_le_bytes());
        }
        count += 1;
    }
    file[0x28..0x30].copy_from_slice(&start.to_le_bytes());
    file[0x3a..0x3c].copy_from_slice(&64u16.to_le_bytes());
    file[0x3c..0x3e].copy_from_slice(&count.to_le_bytes());
    file
}

#[test]
fn loading_takes_memory_in_proportion_to_the_file() {
    // Code that expands as much as code can, and as code does.
    for (bits, compressed) in [(64, true), (64, false), (32, true), (32, false)] {
        let load_word = words(0x0005_2503, 1 << 15);
        for code in [atomics(1 << 16), load_word] {
            let file = one(bits, compressed, &code);
            let (peak, program) = loading(&file);
            let program = program.unwrap();
            let rows = program.rows().len();
            let places = code.len() / if compressed { 2 } else { 4 };
            assert!(
                rows > places / 2 && rows <= MOST_ROWS * places,
                "{rows} rows"
            );
            // Rows are held once, and the image in cells.
            let bound = ROW * rows + 8 * file.len() + (64 << 10);
            assert!(
                peak <= bound,
                "{peak} bytes for {rows} rows, {bound} are allowed"
            );
            println!(
                "{bits} {compressed}: {} bytes, {rows} rows, {peak} bytes held",
                file.len()
            );
            // The machine of a proof holds the same rows, and not a copy.
            let shared = program.shared_rows();
            assert_eq!(shared.as_ptr(), program.rows().as_ptr());
        }
    }

    // Segments that share the file's bytes would make a short file a long program: 100 times the same code.
    let code = one(64, true, &atomics(1 << 12));
    let body = &code[64 + 56..];
    let size = body.len() as u64;
    let mut writer = ElfWriter::new(64).compressed(true);
    for number in 0..100 {
        writer = writer.segment(CODE + number * size, body, size, READ | EXECUTE);
    }
    let mut file = writer.finish();
    let first = 64 + 56 * 100;
    file.truncate(first + body.len());
    for number in 0..100 {
        let offset = 64 + 56 * number + 8;
        file[offset..offset + 8].copy_from_slice(&(first as u64).to_le_bytes());
    }
    let (peak, refused) = loading(&file);
    assert!(
        matches!(refused, Err(ElfError::SharedContents { .. })),
        "{refused:?}"
    );
    assert!(peak < 64 << 10, "{peak} bytes");

    // As many segments as a file can have, all writable code, and as many sections that say where.
    let many = 60_000u64;
    let mut writer = ElfWriter::new(64);
    for number in 0..many {
        let (address, code) = (CODE + 16 * number, HALT.to_le_bytes());
        writer = writer.segment(address, &code, 4, READ | WRITE | EXECUTE);
    }
    let file = with_sections(writer.finish(), (0..many).map(|number| CODE + 16 * number));
    drop(writer);
    let start = Instant::now();
    let (peak, program) = loading(&file);
    let program = program.unwrap();
    assert_eq!(program.rows().len() as u64, 1 + many);
    assert!((0..many).all(|number| program.is_code(CODE + 16 * number)));
    assert!(!program.is_code(CODE + 4) && !program.is_code(CODE + 16 * many));
    assert!(program.head(CODE + 16 * (many - 1)).is_some());
    assert!(peak <= 8 * file.len(), "{peak} bytes for {}", file.len());
    // Every section with every segment took seconds.
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{many} segments and sections: {} bytes, {peak} held, {seconds} s",
        file.len()
    );
    assert!(seconds < 2.0, "{seconds} s");
}
