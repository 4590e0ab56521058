//! ELF files: mutated ones are refused, or are programs that can be run.

use crate::guest;
use fuzz::{fuzz, mutations};
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::OnceLock;
use tracer::testing::linux::{ECALL, load, writer};
use tracer::testing::{READ, WRITE, asm};
use tracer::{Inputs, Options, Program, is_linux};

/// A file and where its fields begin.
type Base = (Vec<u8>, Vec<usize>);

fn bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    BASES.get_or_init(|| {
        let names = [
            "fibonacci",
            "fibonacci-rv32",
            "fibonacci-rv32imac",
            "c-mix",
            "htif",
            "panic",
        ];
        let base = |name| {
            let file = guest(name);
            let fields = fields(&file);
            (file, fields)
        };
        names.into_iter().map(base).collect()
    })
}

fn integer(file: &[u8], at: usize, bytes: usize) -> usize {
    let word = file[at..at + bytes].iter().rev();
    word.fold(0, |word, byte| word << 8 | usize::from(*byte))
}

/// Every second byte of the file's header and of the headers of segments and sections.
fn fields(file: &[u8]) -> Vec<usize> {
    let wide = file[4] == 2;
    let (segments, sections, sizes) = match wide {
        true => (integer(file, 32, 8), integer(file, 40, 8), 54),
        false => (integer(file, 28, 4), integer(file, 32, 4), 42),
    };
    let size = |at: usize| integer(file, sizes + at, 2);
    let header = 0..if wide { 64 } else { 52 };
    let tables = [
        header,
        segments..segments + size(0) * size(2),
        sections..sections + size(4) * size(6),
    ];
    tables
        .into_iter()
        .flat_map(|table| table.step_by(2))
        .collect()
}

/// Rows for each byte of a file: an instruction of two bytes may have several.
const ROWS: usize = 16;

#[test]
fn mutated_files_are_refused_or_run() {
    let inputs = (select(bases()), mutations(5));
    fuzz(
        "ELF files",
        400,
        inputs,
        |((mut file, fields), mutations)| {
            for mutation in &mutations {
                mutation.apply(&mut file, &fields);
            }
            let Ok(program) = Program::from_elf(&file) else {
                return Ok(());
            };
            prop_assert!(program.is_code(program.entry()));
            prop_assert!(program.rows().len() <= ROWS * file.len());
            let inputs = Inputs::public(20u64.to_le_bytes());
            let options = Options { max_cycles: 2000 };
            // Whatever happens, it is an outcome or an error.
            let _ = tracer::run(&program, &inputs, &options);
            Ok(())
        },
    );
}

/// Linux programs: one at its addresses and one that can be anywhere, which write a little and exit.
fn linux_bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    BASES.get_or_init(|| {
        let code = [
            asm::auipc(11, 0),
            asm::addi(12, 0, 8),
            asm::addi(17, 0, 64),
            ECALL,
            asm::addi(10, 0, 3),
            asm::addi(17, 0, 93),
            ECALL,
            asm::HALT,
        ];
        let fixed = writer(&code)
            .segment(0x2_0000, &[7; 100], 5000, READ | WRITE)
            .symbol("main", 0x1_0008)
            .finish();
        let mut anywhere = fixed.clone();
        anywhere[16] = 3;
        [fixed, anywhere]
            .map(|file| {
                let fields = fields(&file);
                (file, fields)
            })
            .to_vec()
    })
}

/// Rows of the kernel, which is another file.
const KERNEL_ROWS: usize = 1000;

#[test]
fn mutated_linux_programs_are_refused_or_run() {
    let inputs = (select(linux_bases()), mutations(5));
    fuzz(
        "Linux programs",
        2000,
        inputs,
        |((mut file, fields), mutations)| {
            for mutation in &mutations {
                mutation.apply(&mut file, &fields);
            }
            let _ = is_linux(&file);
            let Ok(program) = load(&file) else {
                return Ok(());
            };
            prop_assert!(program.is_code(program.entry()));
            prop_assert!(program.rows().len() <= ROWS * file.len() + KERNEL_ROWS);
            let options = Options { max_cycles: 2000 };
            let _ = tracer::run(&program, &Inputs::public(*b"abc"), &options);
            Ok(())
        },
    );
}
