//! Reads of executions in files: written, read back, proven; and files that are none.

use ark_bn254::Fr;
use instruction_tables::tables::{self, TableId};
use instruction_tables::{WordSize, interleave};
use jolt_core::lookup::recorded::{Filter, Recorder, Recording, RecordingError, VERSION, load};
use jolt_core::lookup::standalone::{self, Columns, Selection};
use jolt_core::lookup::{Exposed, Reads};
use jolt_core::registry::Registry;
use proptest::prelude::*;
use std::io::Cursor;
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use tracer::{Inputs, Machine, Program};

fn file(word: WordSize, reads: &[(TableId, u128)]) -> Vec<u8> {
    let mut recorder = Recorder::new(Cursor::new(Vec::new()), word).unwrap();
    for &(table, index) in reads {
        recorder.push(table, index).unwrap();
    }
    assert_eq!(recorder.reads(), reads.len() as u64);
    recorder.finish().unwrap().into_inner()
}

/// All reads, of a guest.
fn execution(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    let elf = std::fs::read(format!("{folder}/{name}.elf")).unwrap();
    let program = Program::from_elf(&elf).unwrap();
    let inputs = Inputs::public(5u64.to_le_bytes());
    let mut machine = Machine::new(&program, &inputs).unwrap();
    let mut recorder = Recorder::new(Cursor::new(Vec::new()), program.word()).unwrap();
    while !machine.halted() {
        let cycle = machine.cycle().unwrap();
        let row = &program.rows()[cycle.row as usize];
        recorder.push_cycle(row, cycle.index).unwrap();
    }
    recorder.finish().unwrap().into_inner()
}

const ALL: Filter<'static> = Filter {
    table: None,
    limit: usize::MAX,
};

#[test]
fn reads_come_back() {
    let pair = interleave(3, u64::MAX);
    let reads = [
        (TableId::AND, pair),
        (TableId::TRUNC, u128::MAX),
        (TableId::AND, 0),
    ];
    let bytes = file(WordSize::W64, &reads);
    let mut recording = Recording::new(bytes.as_slice()).unwrap();
    assert_eq!((recording.word(), recording.len()), (WordSize::W64, 3));
    assert!(!recording.is_empty());
    for (id, index) in reads {
        let (table, found) = recording.next_read().unwrap().unwrap();
        assert_eq!(recording.tables()[usize::from(table)].name(), id.name());
        assert_eq!(found, index);
    }
    assert_eq!(recording.next_read().unwrap(), None);

    let all = load(bytes.as_slice(), ALL).unwrap();
    let names: Vec<_> = all.shape.tables.iter().map(|t| t.name()).collect();
    assert_eq!(names, ["AND", "TRUNC"]);
    assert_eq!(all.reads.table, [0, 1, 0]);
    let exposed = [Exposed::Pair, Exposed::Single, Exposed::Pair];
    assert_eq!(all.reads.operands, exposed);
    assert_eq!((all.shape.cycle_vars, all.shape.index_bits), (2, 128));
    assert!(matches!(all.selection, Selection::Each { .. }));

    let one = Filter {
        table: Some("AND"),
        ..ALL
    };
    let one = load(bytes.as_slice(), one).unwrap();
    assert_eq!(one.reads.index, [pair, 0]);
    assert!(matches!(
        one.selection,
        Selection::One {
            table: 0,
            exposed: Exposed::Pair,
            reads: 2
        }
    ));
    let first = load(bytes.as_slice(), Filter { limit: 1, ..ALL }).unwrap();
    assert_eq!((first.reads.index.len(), first.shape.cycle_vars), (1, 1));
}

#[test]
fn reads_of_executions_are_proven() {
    let registry = Registry::builtin();
    let argument = registry.lookup("shout").unwrap();
    for name in ["fibonacci", "fibonacci-rv32"] {
        let bytes = execution(name);
        let busiest = load(bytes.as_slice(), ALL).unwrap().shape.tables[0].name();
        for table in [None, Some(busiest)] {
            let instance = load(bytes.as_slice(), Filter { table, ..ALL }).unwrap();
            assert!(instance.reads.index.len() > 10);
            let mut prover = PlainProver::<Fr>::new("recorded");
            standalone::prove(
                &mut prover,
                &**argument,
                &instance.shape,
                instance.reads.clone(),
            );
            let (proof, _) = prover.finish();
            let mut verifier = PlainVerifier::new("recorded", proof);
            standalone::verify(
                &mut verifier,
                &**argument,
                &instance.shape,
                &instance.selection,
            )
            .unwrap();
            verifier.finish().unwrap();
            let out = Columns::of(&instance.shape, &instance.reads).out;
            assert!(out.iter().any(|x| *x != 0));
        }
    }
}

#[test]
fn selections_are_as_short_as_they_can_be() {
    let each = |table: &[u8], operands: &[Exposed]| Selection::Each {
        table: table.to_vec(),
        operands: operands.to_vec(),
    };
    let (pair, single) = (Exposed::Pair, Exposed::Single);
    let one = |s: Selection| {
        matches!(
            s.shortest(),
            Selection::One {
                table: 2,
                reads: 2,
                ..
            }
        )
    };
    assert!(one(each(&[2, 2], &[pair, pair])));
    assert!(!one(each(&[2, 1], &[pair, pair])));
    assert!(!one(each(&[2, 2], &[pair, single])));
    let none = each(&[Reads::NO_TABLE; 2], &[pair; 2]).shortest();
    assert!(matches!(none, Selection::Each { .. }));
    assert!(matches!(each(&[], &[]).shortest(), Selection::Each { .. }));
}

#[test]
fn what_is_no_file_of_reads_is_called_that() {
    let bytes = file(WordSize::W32, &[(TableId::AND, 7), (TableId::OR, 1)]);
    let error = |bytes: &[u8]| load(bytes, ALL).err().unwrap();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        error(&bytes)
    };
    assert!(matches!(error(b""), RecordingError::Magic));
    assert!(matches!(
        error(b"\x7fELF and more of it"),
        RecordingError::Magic
    ));
    let version = VERSION as u8 + 1;
    assert!(matches!(
        with(8, version),
        RecordingError::Version { found: 2 }
    ));
    assert!(matches!(
        with(10, 16),
        RecordingError::WordSize { found: 16 }
    ));
    assert!(matches!(with(13, b'?'), RecordingError::Table { .. }));
    let found = with(13, b'?').to_string();
    assert!(
        found.contains("`?ND`") && found.contains("32-bit"),
        "{found}"
    );
    // A table that only other word sizes have, and one twice.
    let mut wide = bytes.clone();
    wide[10] = 64;
    assert!(load(wide.as_slice(), ALL).is_err());
    let second = 12 + 4 + 1;
    let name = String::from_utf8_lossy(&bytes[second..second + 2]);
    assert_eq!(name, "OR");
    let mut twice = bytes[..12].to_vec();
    twice[11] = 2;
    twice.extend(b"\x03AND\x03AND");
    assert!(matches!(error(&twice), RecordingError::Table { name, .. } if name == "AND"));

    for length in 8..bytes.len() {
        let found = error(&bytes[..length]);
        assert!(
            matches!(found, RecordingError::Truncated { .. }),
            "{length}: {found}"
        );
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(
        error(&longer),
        RecordingError::Trailing { reads: 2 }
    ));
    // More reads than anybody has memory for, promised.
    let count = bytes.len() - 2 * 9 - 8;
    let mut promises = bytes.clone();
    promises[count..count + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(error(&promises), RecordingError::Truncated { .. }));
    let first = bytes.len() - 2 * 9;
    let tables = tables::all(WordSize::W32).len();
    let found = with(first + 9, tables as u8);
    assert!(
        matches!(found, RecordingError::Position { read: 1, .. }),
        "{found}"
    );

    let xor = Filter {
        table: Some("XOR"),
        ..ALL
    };
    let found = load(bytes.as_slice(), xor).err().unwrap().to_string();
    assert_eq!(
        found,
        "no reads of XOR are in it; there are: AND (1), OR (1)"
    );
    let empty = error(&file(WordSize::W64, &[])).to_string();
    assert_eq!(empty, "no reads of any table are in it; there are: none");
}

#[test]
fn only_reads_that_exist_are_recorded() {
    let mut recorder = Recorder::new(Cursor::new(Vec::new()), WordSize::W32).unwrap();
    assert!(recorder.push(TableId::TRUNC32, 0).is_err());
    assert!(recorder.push(TableId::AND, 1 << 64).is_err());
    assert!(recorder.push(TableId(255), 0).is_err());
    recorder.push(TableId::AND, u128::from(u64::MAX)).unwrap();
    assert_eq!(recorder.reads(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// No bytes make the loader panic.
    #[test]
    fn patched_files_are_loaded_or_refused(patches in prop::collection::vec((0usize..400, any::<u8>()), 1..4)) {
        let mut bytes = file(WordSize::W64, &[(TableId::AND, 7), (TableId::TRUNC, 1)]);
        for (at, byte) in patches {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let _ = load(bytes.as_slice(), ALL);
    }
}
