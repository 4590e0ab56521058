//! Files of Linux programs: which are recognised, and which are refused.

use super::linux::{echo, finished};
use crate::support::asm;
use crate::support::{EXECUTE, ElfWriter, READ, WRITE};
use tracer::testing::linux::{self, USER, kernel, load};
use tracer::{ElfError, LinuxError, Process, StandardInput, is_linux};

#[test]
fn linux_programs_are_recognised() {
    let linux = linux::writer(&echo()).finish();
    let other = ElfWriter::new(64).code(&[asm::HALT]).finish();
    assert!(is_linux(&linux) && !is_linux(&other));
    assert!(!is_linux(b"") && !is_linux(b"\x7fELF") && !is_linux(&linux[..100]));
    let x86 = [&linux[..18], &[62], &linux[19..]].concat();
    assert!(!is_linux(&x86));
}

fn refused(elf: &[u8]) -> LinuxError {
    match load(elf) {
        Err(error) => error,
        Ok(_) => panic!("it is loaded"),
    }
}

fn patched(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = linux::writer(&echo())
        .segment(0x2_0000, &[1; 8], 8, READ | WRITE)
        .finish();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// Offsets in the header, and in program headers, of which the first is at 64.
const TYPE: usize = 16;
const ENTRY: usize = 24;
const SEGMENT: usize = 64;
const ADDRESS: usize = 16;
const FILE_SIZE: usize = 32;
const MEMORY_SIZE: usize = 40;

#[test]
fn files_that_cannot_be_started_are_refused() {
    type E = ElfError;
    assert!(load(&patched(0, b"\x7fELF")).is_ok());
    // An object file; a program that needs an interpreter.
    assert!(matches!(
        refused(&patched(TYPE, &[1])),
        LinuxError::Elf(E::Type { found: 1 })
    ));
    assert!(matches!(
        refused(&patched(SEGMENT + 56, &[3])),
        LinuxError::Dynamic { .. }
    ));
    // A shared library.
    let library = [&[3, 0, 243, 0, 1, 0, 0, 0], &[0; 8][..]].concat();
    assert!(matches!(
        refused(&patched(TYPE, &library)),
        LinuxError::Dynamic { .. }
    ));
    // For 32 bits, and for another machine.
    let narrow = ElfWriter::new(32)
        .entry(USER)
        .segment(USER, &[0; 8], 8, READ | EXECUTE);
    assert!(is_linux(&narrow.finish()));
    assert!(matches!(refused(&narrow.finish()), LinuxError::Class));
    assert!(matches!(
        refused(&patched(18, &[62])),
        LinuxError::Elf(E::Machine { found: 62 })
    ));
    // The I/O block, where the kernel maps memory, the kernel itself, and beyond all memory.
    for address in [
        0u64,
        0x8000,
        0xfff8,
        0x1fff_fffc,
        0x2000_0000,
        0xf000_0000,
        1 << 33,
        1 << 63,
    ] {
        let file = patched(SEGMENT + 56 + ADDRESS, &address.to_le_bytes());
        assert!(
            matches!(refused(&file), LinuxError::OutOfPlace { .. }),
            "{address:#x}"
        );
    }
    for size in [1u64 << 30, 1 << 60, u64::MAX] {
        let file = patched(SEGMENT + 56 + MEMORY_SIZE, &size.to_le_bytes());
        assert!(
            matches!(refused(&file), LinuxError::OutOfPlace { .. }),
            "{size:#x}"
        );
    }
    // More in the file than in memory, and more than in the file.
    let file = patched(SEGMENT + 56 + MEMORY_SIZE, &[4]);
    assert!(matches!(
        refused(&file),
        LinuxError::Elf(E::SegmentSize { .. })
    ));
    let sizes = [100u64.to_le_bytes(), 100u64.to_le_bytes()].concat();
    let file = patched(SEGMENT + 56 + FILE_SIZE, &sizes);
    assert!(matches!(
        refused(&file),
        LinuxError::Elf(E::Truncated { .. })
    ));
    // Two at one address; entries that are no code.
    let file = patched(SEGMENT + 56 + ADDRESS, &(USER + 4).to_le_bytes());
    assert!(matches!(
        refused(&file),
        LinuxError::Elf(E::SegmentOverlap { .. })
    ));
    for entry in [0x2_0000u64, 0x5_0000, u64::MAX] {
        let file = patched(ENTRY, &entry.to_le_bytes());
        assert!(
            matches!(refused(&file), LinuxError::Elf(E::EntryOutsideCode { .. })),
            "{entry:#x}"
        );
    }
    let file = patched(ENTRY, &(USER + 1).to_le_bytes());
    assert!(matches!(
        refused(&file),
        LinuxError::Elf(E::EntryUndecodable { .. })
    ));
    // Nothing to execute.
    let file = patched(SEGMENT + 4, &[6]);
    assert!(matches!(
        refused(&file),
        LinuxError::Elf(E::NoExecutableSegment)
    ));
}

/// Headers that say nothing about what is loaded: thread-local storage anywhere, segments of no bytes.
#[test]
fn odd_headers_are_no_business_of_a_loader() {
    for kind in [7u32, 0x6474_e551, 0x6474_e552, 4] {
        let mut file = patched(SEGMENT + 56, &kind.to_le_bytes());
        let header = SEGMENT + 56;
        file[header + ADDRESS..header + 56].fill(0xff);
        assert!(load(&file).is_ok(), "{kind:#x}");
    }
    let mut file = patched(SEGMENT + 56 + ADDRESS, &[0; 8]);
    let header = SEGMENT + 56;
    file[header + FILE_SIZE..header + 48].fill(0);
    assert!(load(&file).is_ok());
}

/// A segment of code may be long where the file is not: nothing is as large as it says.
#[test]
fn code_that_a_file_does_not_hold_costs_nothing() {
    let code: Vec<u8> = echo().iter().flat_map(|word| word.to_le_bytes()).collect();
    let long = ElfWriter::new(64)
        .entry(USER)
        .segment(USER, &code, 0x1f00_0000, READ | EXECUTE)
        .finish();
    let start = std::time::Instant::now();
    let program = load(&long).unwrap();
    assert!(program.rows().len() < 1000 && start.elapsed().as_secs() < 2);
    assert_eq!(finished(&program, b"ab").output, b"ab");
}

/// No prefix of a file, and no byte that is another one, makes loading panic or take long.
#[test]
fn damaged_files_are_refused_or_mean_something() {
    let file = patched(0, b"\x7fELF");
    for length in 0..file.len() {
        assert!(load(&file[..length]).is_err());
    }
    for at in 0..64 + 2 * 56 {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let _ = load(&patched(at, &[byte]));
            let _ = is_linux(&patched(at, &[byte]));
        }
    }
}

#[test]
fn kernels_and_strings_are_checked() {
    let elf = linux::writer(&echo()).finish();
    let with = |kernel: &[u8], arguments: Vec<Vec<u8>>, environment: Vec<Vec<u8>>| {
        Process {
            elf: &elf,
            kernel,
            arguments,
            environment,
            standard_input: StandardInput::Public,
        }
        .program()
        .map(|_| ())
    };
    let name = || vec![b"x".to_vec()];
    assert!(with(&kernel(), name(), vec![]).is_ok());
    assert!(matches!(
        with(b"", name(), vec![]),
        Err(LinuxError::Kernel(_))
    ));
    // Another program is no kernel; nor is one whose first page is code, or missing.
    assert!(matches!(
        with(&elf, name(), vec![]),
        Err(LinuxError::Kernel(_))
    ));
    for start in [0xf000_0000, 0xf000_2000] {
        let code = asm::HALT.to_le_bytes();
        let kernel = ElfWriter::new(64)
            .entry(start)
            .segment(start, &code, 4096, READ | EXECUTE)
            .finish();
        assert!(matches!(
            with(&kernel, name(), vec![]),
            Err(LinuxError::NoBootPage)
        ));
    }
    assert!(matches!(
        with(&kernel(), vec![], vec![]),
        Err(LinuxError::NoName)
    ));
    let zero = vec![b"a\0b".to_vec()];
    assert!(matches!(
        with(&kernel(), zero.clone(), vec![]),
        Err(LinuxError::ZeroByte { .. })
    ));
    let error = with(&kernel(), name(), zero).unwrap_err().to_string();
    assert!(error.contains("entry 0 of the environment"), "{error}");
    let long = vec![vec![b'x'; 1 << 20]; 3];
    assert!(matches!(
        with(&kernel(), long, vec![]),
        Err(LinuxError::TooLong { .. })
    ));
}
