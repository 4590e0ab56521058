//! Names of addresses: of guests, and of files with symbol tables made to be expensive.

use crate::support::{CODE, asm, program};
use std::time::Instant;
use tracer::{ElfError, Inputs, Options, Program, TraceError, run};

/// A symbol: offset of its name, value, size, type, section.
type Symbol = (u32, u64, u64, u8, u16);

const FUNCTION: u8 = 2;
const LABEL: u8 = 0;
const ABSOLUTE: u16 = 0xfff1;

/// A program of 16 jumps to themselves, with these symbols and this string table.
fn file(symbols: &[Symbol], strings: &[u8]) -> Vec<u8> {
    let mut file = crate::support::ElfWriter::new(64)
        .code(&[asm::HALT; 16])
        .finish();
    let symbol_table = file.len() as u64;
    file.extend([0; 24]);
    for &(name, value, size, kind, section) in symbols {
        file.extend(name.to_le_bytes());
        file.extend([1 << 4 | kind, 0]);
        file.extend(section.to_le_bytes());
        file.extend(value.to_le_bytes());
        file.extend(size.to_le_bytes());
    }
    let string_table = file.len() as u64;
    file.extend(strings);
    let headers = file.len() as u64;
    let mut header = |kind: u32, offset: u64, size: u64, link: u32, entry: u64| {
        file.extend(0u32.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend([0; 16]);
        file.extend(offset.to_le_bytes());
        file.extend(size.to_le_bytes());
        file.extend(link.to_le_bytes());
        file.extend([0; 12]);
        file.extend(entry.to_le_bytes());
    };
    header(0, 0, 0, 0, 0);
    header(2, symbol_table, string_table - symbol_table, 2, 24);
    header(3, string_table, strings.len() as u64, 0, 0);
    file[40..48].copy_from_slice(&headers.to_le_bytes());
    for (at, value) in [(58, 64u16), (60, 3), (62, 0)] {
        file[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    file
}

fn names(program: &Program) -> Vec<String> {
    program
        .functions()
        .iter()
        .map(|f| f.name().into_owned())
        .collect()
}

#[test]
fn guests_have_functions() {
    let fibonacci = program("fibonacci");
    assert_eq!(
        names(&fibonacci),
        [
            "_start",
            "__guest_main",
            "core::panicking::panic_fmt",
            "__guest_start"
        ]
    );
    let main = fibonacci.functions().get(1).unwrap();
    let (name, offset) = fibonacci.symbol(main.range.start + 12).unwrap();
    assert_eq!((name.as_ref(), offset), ("__guest_main", 12));
    assert_eq!(fibonacci.symbol(CODE - 4), None);
    assert_eq!(fibonacci.symbol(0), None);
    // The label inside hand-written code, and none of the linker's absolute ones.
    assert_eq!(names(&program("htif")), ["_start", "report"]);
    for name in ["c-mix", "sort-rv32", "keccak-chain"] {
        assert!(program(name).functions().len() > 3, "{name}");
    }
}

#[test]
fn runs_end_somewhere() {
    for name in ["fibonacci", "c-mix", "htif", "sort-rv32"] {
        let program = program(name);
        let outcome = run(&program, &Inputs::default(), &Options::default()).unwrap();
        let last = program.instruction(outcome.pc).unwrap();
        assert_eq!((last.record.mnemonic, last.imm), ("jal", 0), "{name}");
        assert!(program.symbol(outcome.pc).is_some(), "{name}");
    }
    let error = run(
        &crate::support::assemble(&[asm::addi(1, 1, 1), asm::jal(0, 64)]),
        &Inputs::default(),
        &Options::default(),
    );
    assert_eq!(error.unwrap_err().pc(), Some(CODE + 4));
    let long = TraceError::InputTooLong {
        length: 2,
        capacity: 1,
    };
    assert_eq!(long.pc(), None);
}

#[test]
fn only_functions_and_labels_of_code_are_functions() {
    let strings = b"\0main\0label\0data\0$x\0.Lhere\0";
    let file = file(
        &[
            (1, CODE + 8, 8, FUNCTION, 1),
            (6, CODE + 12, 0, LABEL, 1),
            (6, CODE + 16, 0, LABEL, 1),
            (12, CODE + 20, 4, 1, 1),
            (12, CODE + 24, 0, LABEL, ABSOLUTE),
            (17, CODE + 28, 0, LABEL, 1),
            (20, CODE + 32, 0, LABEL, 1),
            (6, CODE + 64, 0, LABEL, 1),
            (6, u64::MAX, u64::MAX, FUNCTION, 1),
        ],
        strings,
    );
    let program = Program::from_elf(&file).unwrap();
    let ranges: Vec<_> = program
        .functions()
        .iter()
        .map(|f| f.range.clone())
        .collect();
    assert_eq!(ranges, [CODE + 8..CODE + 16, CODE + 16..CODE + 64]);
    assert_eq!(program.symbols().len(), 3);
}

#[test]
fn many_names_in_one_string_take_no_more_than_the_file() {
    const LENGTH: usize = 1 << 20;
    let mut strings = vec![b'a'; LENGTH];
    strings.extend(b"\0tohost\0");
    // Every symbol's name is a tail of the same string; all together would take gigabytes.
    for length in [3000, LENGTH as u32] {
        let mut symbols: Vec<Symbol> = (0..40_000u32)
            .map(|k| {
                let name = LENGTH as u32 - 1 - k % length;
                (name, CODE + u64::from(k % 64), u64::MAX, FUNCTION, 1)
            })
            .collect();
        symbols.push((LENGTH as u32 + 1, CODE - 0x8000, 0, LABEL, 1));
        let file = file(&symbols, &strings);
        let start = Instant::now();
        // However many names come before it, `tohost` is seen: here where it cannot be.
        assert!(matches!(
            Program::from_elf(&file),
            Err(ElfError::Tohost { .. })
        ));
        let mut without = file.clone();
        let last = without.windows(6).rposition(|w| w == b"tohost").unwrap();
        without[last] = b'T';
        let program = Program::from_elf(&without).unwrap();
        let bytes: usize = program.symbols().keys().map(String::len).sum();
        let more: usize = program.functions().iter().map(|f| f.symbol().len()).sum();
        assert!(bytes <= without.len() && more <= without.len());
        assert!(program.functions().len() <= 64);
        assert!(start.elapsed().as_secs() < 10);
    }
}

#[test]
fn names_outside_the_string_table_are_errors() {
    let symbol = |name| [(name, CODE, 0, FUNCTION, 1)];
    for (name, strings) in [(5, &b"\0main"[..]), (1, b"\0main"), (u32::MAX, b"\0main\0")] {
        let error = Program::from_elf(&file(&symbol(name), strings)).unwrap_err();
        assert!(matches!(error, ElfError::Malformed(_)), "{error}");
    }
    assert!(Program::from_elf(&file(&symbol(1), b"\0main\0")).is_ok());
    // Nothing that a terminal would act on.
    let escape = Program::from_elf(&file(&symbol(1), b"\0\x1b[2Jmain\0")).unwrap();
    assert_eq!(names(&escape), ["\u{fffd}[2Jmain"]);
    // A name of a fixed greatest length, and one that is longer and left out.
    for (length, kept) in [(4096, 1), (4097, 0)] {
        let strings = [&[0][..], &vec![b'n'; length], &[0]].concat();
        let program = Program::from_elf(&file(&symbol(1), &strings)).unwrap();
        assert_eq!(program.functions().len(), kept, "{length}");
    }
}
