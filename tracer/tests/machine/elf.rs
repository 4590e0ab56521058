//! Loading: what a program is made of, and every way in which a file is none.

use crate::support::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE, asm, elf, program};
use instruction_tables::WordSize;
use proptest::prelude::*;
use tracer::{DEFAULT_RAM_SIZE, ElfError, Layout, Program, RAM_BASE, StatusCell};

fn load(file: &[u8]) -> Result<Program, ElfError> {
    Program::from_elf(file)
}

/// A guest with some bytes replaced.
fn patched(name: &str, offset: usize, bytes: &[u8]) -> Result<Program, ElfError> {
    let mut file = elf(name);
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
    load(&file)
}

fn halting() -> ElfWriter {
    ElfWriter::new(64).code(&[asm::HALT])
}

#[test]
fn guests_load() {
    for name in [
        "fibonacci",
        "sha256-chain",
        "keccak-chain",
        "sort",
        "bytes",
        "private-sum",
        "panic",
        "c-mix",
    ] {
        let program = program(name);
        assert_eq!(program.entry(), CODE, "{name}");
        assert_eq!(program.word().bits(), 64);
        assert_eq!(program.symbols()["_start"], CODE);
        assert_eq!(program.status_cell(), StatusCell::Guest(1));
        let head = program.head(CODE).unwrap();
        assert_eq!(program.rows()[head as usize].label, u128::from(CODE) + 1);
        assert_eq!(program.address(head), CODE);
        assert!(program.is_code(CODE) && !program.is_code(DATA));
    }
    assert_eq!(program("fibonacci-rv32").word().bits(), 32);
    let htif = program("htif");
    let tohost = htif.symbols()["tohost"];
    assert_eq!(
        htif.status_cell(),
        StatusCell::Htif(htif.layout().cell(tohost).unwrap())
    );
}

#[test]
fn labels_of_heads_are_addresses_and_inner_labels_are_unique() {
    for name in ["bytes", "sort-rv32"] {
        let program = program(name);
        let limit = 1u128 << program.word().bits();
        let mut inner = std::collections::HashSet::new();
        let mut seconds = std::collections::HashSet::new();
        assert_eq!(program.rows()[0].label, 0);
        for (number, row) in program.rows().iter().enumerate().skip(1) {
            row.well_formed(program.word()).unwrap();
            let address = program.address(number as u32);
            if row.label <= limit {
                assert_eq!(row.label, u128::from(address) + 1);
                let head = program.head(address).unwrap();
                if head != number as u32 {
                    // The second head of a load or store.
                    assert_eq!(row.name, program.rows()[head as usize].name);
                    assert!(seconds.insert(address));
                }
            } else {
                assert!(
                    inner.insert(row.label),
                    "label {:#x} occurs twice",
                    row.label
                );
            }
        }
        assert!(!inner.is_empty() && !seconds.is_empty());
    }
}

#[test]
fn image_is_the_segments_and_the_status_sentinel() {
    let file = ElfWriter::new(64)
        .code(&[asm::HALT])
        .segment(DATA + 3, &[1, 2, 3], 3, READ | WRITE)
        .segment(DATA + 6, &[4, 5, 6], 100, READ | WRITE)
        .segment(DATA + 128, &[0; 64], 64, READ)
        .program()
        .unwrap();
    let cell = |address| file.layout().cell(address).unwrap();
    let expected = [
        (1, u64::MAX),
        (cell(CODE), 0x6f),
        (cell(DATA), 0x0504_0302_0100_0000),
        (cell(DATA) + 1, 6),
    ];
    assert_eq!(file.image(), expected);
    assert_eq!(file.word_at(CODE), 0x6f);
}

#[test]
fn data_in_code_has_no_rows() {
    let program = crate::support::assemble(&[asm::HALT, 0, 0xffff_ffff, asm::addi(1, 1, 1)]);
    assert!(program.head(CODE).is_some() && program.head(CODE + 12).is_some());
    assert!(program.head(CODE + 4).is_none() && program.head(CODE + 8).is_none());
    assert!(
        program.head(CODE + 2).is_none()
            && program.head(CODE + 16).is_none()
            && program.head(0).is_none()
    );
}

#[test]
fn every_even_address_of_compressed_code_is_a_possible_head() {
    // c.li a0, 1; addi a0, a0, 0x111, whose upper half is c.slli sp, 4; c.j to itself.
    let code = [0x05, 0x45, 0x13, 0x05, 0x15, 0x11, 0x01, 0xa0];
    let with = |compressed| {
        ElfWriter::new(64)
            .compressed(compressed)
            .segment(CODE, &code, 8, READ | EXECUTE)
            .finish()
    };
    let program = load(&with(true)).unwrap();
    assert_eq!(program.alignment(), 2);
    let names: Vec<_> = (0..5)
        .map(|k| {
            let row = program.head(CODE + 2 * k);
            row.map(|row| program.rows()[row as usize].name)
        })
        .collect();
    assert_eq!(
        names,
        [Some("addi"), Some("addi"), Some("addi"), Some("jal"), None]
    );
    assert_eq!(
        (program.head(CODE + 1), program.head(CODE + 8)),
        (None, None)
    );
    let row = &program.rows()[program.head(CODE).unwrap() as usize];
    assert_eq!(row.succ, u128::from(CODE) + 3);
    assert!(matches!(
        load(&with(false)),
        Err(ElfError::EntryUndecodable { .. })
    ));
}

#[test]
fn header_errors() {
    assert!(matches!(
        patched("sort", 0, b"\x7fELG"),
        Err(ElfError::Magic {
            found: [0x7f, b'E', b'L', b'G']
        })
    ));
    assert!(matches!(
        patched("sort", 4, &[3]),
        Err(ElfError::Class { found: 3 })
    ));
    assert!(matches!(
        patched("sort", 5, &[2]),
        Err(ElfError::Endianness { found: 2 })
    ));
    assert!(matches!(
        patched("sort", 5, &[9]),
        Err(ElfError::Endianness { found: 9 })
    ));
    assert!(matches!(
        patched("sort", 18, &[62, 0]),
        Err(ElfError::Machine { found: 62 })
    ));
    assert!(matches!(
        patched("sort", 16, &[3, 0]),
        Err(ElfError::Type { found: 3 })
    ));
    // Program header 0 becomes PT_INTERP, then PT_DYNAMIC.
    assert!(matches!(
        patched("sort", 64, &[3]),
        Err(ElfError::Dynamic {
            segment: "PT_INTERP"
        })
    ));
    assert!(matches!(
        patched("sort", 64, &[2]),
        Err(ElfError::Dynamic {
            segment: "PT_DYNAMIC"
        })
    ));
    // The size of a program header.
    assert!(matches!(
        patched("sort", 54, &[1]),
        Err(ElfError::Malformed(_))
    ));
}

#[test]
fn truncation_is_named() {
    let file = elf("fibonacci");
    for length in [0, 3, 10, 63, 100, 4096, 4200] {
        let error = load(&file[..length]).unwrap_err();
        assert!(
            matches!(error, ElfError::Truncated { .. }),
            "{length}: {error}"
        );
    }
    for length in 0..file.len() {
        assert!(load(&file[..length]).is_err(), "{length}");
    }
}

#[test]
fn segment_errors() {
    let overlap = halting().segment(CODE + 2, &[0], 1, READ).finish();
    assert!(matches!(
        load(&overlap),
        Err(ElfError::SegmentOverlap { first: CODE, .. })
    ));
    let end = RAM_BASE + Layout::max_ram_size(WordSize::W64);
    for (address, size) in [
        (0, 1),
        (CODE - 1, 2),
        (end, 1),
        (end - 1, 2),
        (u64::MAX, 2),
        (DATA, u64::MAX),
    ] {
        let file = halting().segment(address, &[0], size, READ).finish();
        assert!(
            matches!(load(&file), Err(ElfError::SegmentOutOfRange { .. })),
            "{address:#x}"
        );
    }
    let end = load(&halting().finish()).unwrap().layout().ram().end;
    let file = halting().segment(end - 8, &[1; 8], 8, READ).finish();
    assert!(load(&file).is_ok());
    assert!(matches!(
        Program::from_elf_with_ram(&file, DEFAULT_RAM_SIZE / 2),
        Err(ElfError::SegmentOutOfRange { .. })
    ));
    let shrunk = halting().segment(DATA, &[0; 9], 8, READ).finish();
    assert!(matches!(
        load(&shrunk),
        Err(ElfError::SegmentSize {
            file_size: 9,
            memory_size: 8,
            ..
        })
    ));
}

/// Boot code copies eight bytes of data from where they are loaded to where they are used.
#[test]
fn data_is_loaded_at_its_physical_address() {
    let flash = CODE + 0x2000;
    let words = [asm::auipc(1, 2), asm::auipc(2, 0x100), asm::ld(3, 1, 0)];
    let rest = [asm::sd(2, 3, -4), asm::HALT];
    let code = ElfWriter::new(64).code(&[&words[..], &rest].concat());
    let moved = code
        .segment(DATA, &[1, 2, 3, 4, 5, 6, 7, 8], 64, READ | WRITE)
        .loaded_at(flash);
    let program = moved.program().unwrap();
    let cell = |address| program.layout().cell(address).unwrap();
    let data = 0x0807_0605_0403_0201;
    assert_eq!(program.image()[2..].last(), Some(&(cell(flash), data)));
    let outcome = tracer::run(&program, &Default::default(), &Default::default()).unwrap();
    assert!(outcome.touched.contains(&(cell(DATA), data)));

    // Of a segment that is all zeros, nothing is loaded.
    let zeros = |at| halting().segment(DATA, &[], 64, READ | WRITE).loaded_at(at);
    assert!(zeros(8).program().is_ok());
    // Where none has a physical address, virtual ones count.
    let none = ElfWriter::new(64)
        .segment(CODE, &asm::HALT.to_le_bytes(), 4, READ | EXECUTE)
        .loaded_at(0);
    assert!(none.program().is_ok());
    let code = none.segment(DATA, &[7], 1, READ).loaded_at(DATA).program();
    assert!(matches!(
        code,
        Err(ElfError::CodeMoves { run: CODE, load: 0 })
    ));
    let outside = halting()
        .segment(DATA, &[7], 1, READ)
        .loaded_at(0x1000)
        .program();
    assert!(matches!(
        outside,
        Err(ElfError::SegmentOutOfRange {
            address: 0x1000,
            run: DATA,
            ..
        })
    ));
    let said = outside.unwrap_err().to_string();
    let both = format!("0x1000 (its load address; it is used at {DATA:#x})");
    assert!(said.contains(&both), "{said}");
    let over = halting()
        .segment(DATA, &[7], 1, READ)
        .loaded_at(CODE)
        .program();
    assert!(matches!(
        over,
        Err(ElfError::SegmentOverlap { first: CODE, .. })
    ));
}

/// GNU ld loads the file's headers in front of code that is linked with `-Ttext=0x80000000`: as the first page of the
/// code's segment, or, with `--build-id`, far below.
#[test]
fn headers_in_front_of_ram_are_not_needed() {
    for (address, length) in [
        (CODE - 0x1000, 0x1000),
        (CODE - 0x1000, 0x800),
        (0x10000, 0x17c),
    ] {
        for bits in [32, 64] {
            let plain = || ElfWriter::new(bits).code(&[asm::HALT]);
            let front = |more: &[u8]| plain().headers_at(address, length, more);
            let (program, expected) = (front(&[]).program(), plain().program().unwrap());
            let program = program.unwrap_or_else(|error| panic!("{address:#x} {bits}: {error}"));
            assert!(!tracer::is_linux(&front(&[]).finish()));
            assert_eq!(program.image(), expected.image());
            assert_eq!(program.rows(), expected.rows());
            // Anything else there is something that the program may read.
            for more in [&[1][..], &[0, 0, 0, 7]] {
                let error = front(more).program().unwrap_err();
                let named = matches!(error, ElfError::SegmentOutOfRange { address: at, .. } if at == address);
                assert!(named, "{error}");
            }
        }
    }
}

#[test]
fn what_a_symbol_names_is_not_left_out() {
    let front = CODE - 0x1000;
    let writer = halting().headers_at(front, 0x1000, &[]);
    let mut file = writer.symbol("number", front).finish();
    // An absolute symbol is a number.
    assert!(load(&file).is_ok());
    let value = front.to_le_bytes();
    let at = file.windows(8).rposition(|window| window == value).unwrap();
    // Its section, two bytes in front of its value.
    file[at - 2..at].copy_from_slice(&[1, 0]);
    assert!(matches!(
        load(&file),
        Err(ElfError::SegmentOutOfRange { address, .. }) if address == front
    ));
}

#[test]
fn what_is_protected() {
    for name in [
        "fibonacci",
        "sort-rv32",
        "c-mix",
        "cpp-events-rv32",
        "words",
        "htif",
    ] {
        let program = program(name);
        let (layout, protection) = (program.layout(), program.protection());
        let symbols = program.symbols();
        let address = |cell: u32| layout.address(cell);
        // The block's two parts, and all code; nothing shares a cell with it.
        let [.., code] = protection.read_only.ranges() else {
            panic!("no code");
        };
        assert_eq!(address(code.start), CODE, "{name}");
        assert!(!program.is_code(address(code.end)) && program.is_code(address(code.end - 1)));
        assert!(protection.exposed().is_empty(), "{name}");
        // A quarter of the space of the stack.
        let [guard] = protection.guard.ranges() else {
            panic!("no guard");
        };
        let (end, top) = (symbols["__heap_end"], symbols["__stack_top"]);
        let range = address(guard.start)..address(guard.end);
        assert_eq!(range, end..end + (top - end) / 4, "{name}");
        assert_eq!(top - end, symbols["__stack_reserve"]);
    }
    // Writable and executable: sections tell them apart, if there are any.
    let all = with_flags(7);
    assert_eq!(
        load(&all).unwrap().protection(),
        program("htif").protection()
    );
    let bare = ElfWriter::new(64).segment(CODE, &asm::HALT.to_le_bytes(), 64, 7);
    let bare = bare.program().unwrap();
    let exposed = std::iter::once(CODE..CODE + 64).collect::<Vec<_>>();
    assert_eq!(bare.protection().exposed(), exposed);
    assert!(bare.protection().guard.is_empty());
}

#[test]
fn entry_errors() {
    for entry in [0, CODE + 4, DATA] {
        let file = halting()
            .segment(DATA, &[0x6f, 0, 0, 0], 4, READ)
            .entry(entry)
            .finish();
        assert!(
            matches!(load(&file), Err(ElfError::EntryOutsideCode { entry: at }) if at == entry)
        );
    }
    let file = ElfWriter::new(64).code(&[0x1020_0073, asm::HALT]).finish();
    assert!(matches!(
        load(&file),
        Err(ElfError::EntryUndecodable {
            entry: CODE,
            word: 0x1020_0073
        })
    ));
    let file = ElfWriter::new(64)
        .code(&[asm::HALT, asm::HALT])
        .entry(CODE + 2)
        .finish();
    assert!(matches!(
        load(&file),
        Err(ElfError::EntryUndecodable { .. })
    ));
    let file = ElfWriter::new(64)
        .segment(CODE, &[0x6f, 0, 0, 0], 4, READ | WRITE)
        .finish();
    assert!(matches!(load(&file), Err(ElfError::NoExecutableSegment)));
    assert!(matches!(
        load(&ElfWriter::new(32).finish()),
        Err(ElfError::NoExecutableSegment)
    ));
}

#[test]
fn ram_sizes() {
    let file = halting().finish();
    let max = Layout::max_ram_size(WordSize::W64);
    for size in [0, 4, max + 8, u64::MAX - 7] {
        let error = Program::from_elf_with_ram(&file, size);
        assert!(matches!(error, Err(ElfError::RamSize { requested, .. }) if requested == size));
    }
    let large = Program::from_elf_with_ram(&file, max).unwrap();
    assert!(large.layout().ram_size >= max);
}

/// RAM reaches as far as the stack and the segments do, unless that is beyond all memory there may be.
#[test]
fn ram_follows_the_program() {
    let ram = |file: ElfWriter| load(&file.finish()).unwrap().layout().ram_size;
    let default = ram(halting());
    let stack = |top| halting().symbol("__stack_top", top);
    assert_eq!(ram(stack(RAM_BASE + (1 << 20))), default);
    for size in [DEFAULT_RAM_SIZE * 2, 512 << 20, (512 << 20) + 4, 1 << 32] {
        let found = ram(stack(RAM_BASE + size));
        assert!(found >= size && found <= 2 * size, "{size}: {found}");
    }
    for beyond in [RAM_BASE + (1 << 32) + 8, u64::MAX, RAM_BASE - 8, 0] {
        assert_eq!(ram(stack(beyond)), default);
    }
    let zeros = halting().segment(RAM_BASE + (1 << 20), &[], 120 << 20, READ | WRITE);
    assert!(ram(zeros) >= 121 << 20);
    let beyond = halting().segment(RAM_BASE + (1 << 32), &[1], 1, READ | WRITE);
    assert!(matches!(
        load(&beyond.finish()),
        Err(ElfError::SegmentOutOfRange { .. })
    ));
}

/// `htif`, with all its segments' flags replaced.
fn with_flags(flags: u8) -> Vec<u8> {
    let mut file = elf("htif");
    let count = usize::from(file[56]);
    for header in (0..count).map(|k| 64 + 56 * k) {
        if file[header] == 1 {
            file[header + 4] = flags;
        }
    }
    file
}

#[test]
fn code_is_what_sections_say_where_segments_do_not() {
    let original = program("htif");
    let tohost = original.symbols()["tohost"];
    for flags in [7, 6] {
        let program = load(&with_flags(flags)).unwrap();
        assert!(program.is_code(CODE) && !program.is_code(tohost), "{flags}");
        let status = |p| tracer::run(p, &tracer::Inputs::default(), &tracer::Options::default());
        assert_eq!(
            status(&program).unwrap().status,
            status(&original).unwrap().status
        );
    }
    // Without sections, a segment is code or none is.
    let bare = ElfWriter::new(64).segment(CODE, &asm::HALT.to_le_bytes(), 64, 7);
    let program = load(&bare.finish()).unwrap();
    assert!(program.is_code(CODE + 63));
}

#[test]
fn an_endless_loop_of_reports_is_an_end() {
    // The jump to itself becomes one to the store before it, then one to what is no loop.
    let file = elf("htif");
    let at = (0x1000..file.len() - 4)
        .rfind(|&at| file[at..at + 4] == asm::HALT.to_le_bytes())
        .unwrap();
    let with = |word: u32| {
        let mut file = file.clone();
        file[at..at + 4].copy_from_slice(&word.to_le_bytes());
        load(&file).unwrap()
    };
    let run = |p: &Program| {
        let options = tracer::Options { max_cycles: 1000 };
        tracer::run(p, &tracer::Inputs::default(), &options)
    };
    let status = run(&with(asm::HALT)).unwrap().status;
    assert_eq!(run(&with(asm::jal(0, -4))).unwrap().status, status);
    assert!(run(&with(asm::jal(1, -4))).is_err());
    // Only where tohost says what the end is.
    let loops = crate::support::assemble(&[asm::addi(1, 1, 1), asm::jal(0, -4)]);
    assert!(run(&loops).is_err());
}

#[test]
fn tohost_must_be_a_word_of_ram() {
    let (file, address) = (elf("htif"), program("htif").symbols()["tohost"]);
    // The symbol's value, and others that equal it; program headers come before.
    let places: Vec<usize> = (0x1000..file.len() - 7)
        .filter(|&at| file[at..at + 8] == address.to_le_bytes())
        .collect();
    for moved in [address + 4, 0x7fff_0008, 0, u64::MAX - 7] {
        let mut file = file.clone();
        for &at in &places {
            file[at..at + 8].copy_from_slice(&moved.to_le_bytes());
        }
        assert!(matches!(load(&file), Err(ElfError::Tohost { address }) if address == moved));
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let text = load(&halting().segment(0x1000, &[0], 1, READ | EXECUTE).finish())
        .unwrap_err()
        .to_string();
    let end = load(&halting().finish()).unwrap().layout().ram().end;
    assert_eq!(
        text,
        format!("the segment at 0x1000 with 1 bytes is outside RAM, 0x80000000 to {end:#x}")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// No bytes make the loader panic.
    #[test]
    fn patched_files_are_loaded_or_refused(
        patches in prop::collection::vec((0usize..6000, any::<u8>()), 1..6),
        headers in prop::collection::vec((0usize..232, any::<u8>()), 0..4),
        rv32 in any::<bool>(),
    ) {
        let mut file = elf(if rv32 { "fibonacci-rv32" } else { "fibonacci" });
        for (at, byte) in patches.into_iter().chain(headers) {
            let at = at % file.len();
            file[at] = byte;
        }
        let _ = load(&file);
    }
}
