//! ELF files: mutated ones are refused, or are programs that can be run.

use crate::guest;
use fuzz::{fuzz, mutations};
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::OnceLock;
use tracer::{Inputs, Options, Program};

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
