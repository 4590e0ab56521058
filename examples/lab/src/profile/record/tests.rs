//! A program made by hand, whose stacks are known: recursion, a tail call, an indirect call, a function that is inlined.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::cli::{Measure, ProfileFormat};
use crate::profile::files::Recorded;
use crate::profile::pprof;
use crate::profile::weights::Weights;
use flate2::read::GzDecoder;
use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, LineProgram, LineString, Sections, UnitEntryId,
};
use gimli::{Encoding, Format, LineEncoding, LittleEndian};
use prost::Message;
use std::io::Read;
use tracer::testing::{CODE, ElfWriter, asm};

const RA: u32 = 1;
const SP: u32 = 2;
const T1: u32 = 6;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;

/// Instructions of `main`, `rec`, `tailer` and `leaf`, in order, by number.
const FUNCTIONS: [(&str, std::ops::Range<u64>); 4] = [
    ("main", 0..8),
    ("rec", 8..16),
    ("tailer", 16..18),
    ("leaf", 18..22),
];
/// What of `leaf` is inlined, and where it is called.
const INLINED: (&str, std::ops::Range<u64>, u64) = ("square", 19..21, 1018);

fn code() -> Vec<u32> {
    vec![
        asm::auipc(SP, 0x100),
        asm::addi(A0, 0, 3),
        asm::jal(RA, 4 * (8 - 2)),
        asm::jal(RA, 4 * (16 - 3)),
        asm::auipc(T1, 0),
        asm::addi(T1, T1, 4 * (18 - 4)),
        asm::jalr(RA, T1, 0),
        asm::HALT,
        // rec: calls itself while a0, less one, is not zero.
        asm::addi(SP, SP, -16),
        asm::sd(SP, RA, 0),
        asm::addi(A0, A0, -1),
        asm::b(0, A0, 0, 8),
        asm::jal(RA, 4 * (8 - 12)),
        asm::ld(RA, SP, 0),
        asm::addi(SP, SP, 16),
        asm::jalr(0, RA, 0),
        // tailer
        asm::addi(A1, 0, 1),
        asm::jal(0, 4),
        // leaf
        asm::addi(A2, 0, 2),
        asm::addi(A2, A2, 1),
        asm::addi(A2, A2, 1),
        asm::jalr(0, RA, 0),
    ]
}

/// What is executed by which calls.
const FOLDED: [&str; 7] = [
    "main 8",
    "main;leaf 4",
    "main;leaf;square 4",
    "main;rec 8",
    "main;rec;rec 8",
    "main;rec;rec;rec 7",
    "main;tailer 2",
];

/// Instruction `i` is on line `1000 + i` of `/src/hand.c`, and what is inlined on lines from 2000 of `/src/square.h`.
fn dwarf() -> Vec<(&'static str, Vec<u8>)> {
    nested(0)
}

/// The same, with so many more inlined functions within each other.
fn nested(more: usize) -> Vec<(&'static str, Vec<u8>)> {
    let encoding = Encoding {
        address_size: 8,
        format: Format::Dwarf32,
        version: 4,
    };
    let at = |instruction: u64| AttributeValue::Address(Address::Constant(CODE + 4 * instruction));
    let text = |text: &str| AttributeValue::String(text.as_bytes().to_vec());
    let line_string = |text: &str| LineString::String(text.as_bytes().to_vec());
    let mut lines = LineProgram::new(
        encoding,
        LineEncoding::default(),
        line_string("/src"),
        None,
        line_string("hand.c"),
        None,
    );
    let folder = lines.default_directory();
    let files = ["hand.c", "square.h"].map(|name| lines.add_file(line_string(name), folder, None));
    let all = code().len() as u64;
    lines.begin_sequence(Some(Address::Constant(CODE)));
    for instruction in 0..all {
        let inlined = INLINED.1.contains(&instruction);
        let row = lines.row();
        row.address_offset = 4 * instruction;
        row.file = files[usize::from(inlined)];
        row.line = if inlined { 2000 } else { 1000 } + instruction;
        lines.generate_row();
    }
    lines.end_sequence(4 * all);
    let mut dwarf = DwarfUnit::new(encoding);
    dwarf.unit.line_program = lines;
    let root = dwarf.unit.root();
    let mut add = |parent: UnitEntryId, tag, values: Vec<(gimli::DwAt, AttributeValue)>| {
        let entry = dwarf.unit.add(parent, tag);
        for (name, value) in values {
            dwarf.unit.get_mut(entry).set(name, value);
        }
        entry
    };
    let range = |code: &std::ops::Range<u64>| {
        vec![
            (gimli::DW_AT_low_pc, at(code.start)),
            (
                gimli::DW_AT_high_pc,
                AttributeValue::Udata(4 * (code.end - code.start)),
            ),
        ]
    };
    let (inlined, inlined_code, called) = INLINED;
    let square = add(
        root,
        gimli::DW_TAG_subprogram,
        vec![(gimli::DW_AT_name, text(inlined))],
    );
    for (name, code) in &FUNCTIONS {
        let mut values = range(code);
        values.push((gimli::DW_AT_name, text(name)));
        let function = add(root, gimli::DW_TAG_subprogram, values);
        if *name == "leaf" {
            let mut values = range(&inlined_code);
            values.push((
                gimli::DW_AT_abstract_origin,
                AttributeValue::UnitRef(square),
            ));
            values.push((
                gimli::DW_AT_call_file,
                AttributeValue::FileIndex(Some(files[0])),
            ));
            values.push((gimli::DW_AT_call_line, AttributeValue::Udata(called)));
            let mut within = add(function, gimli::DW_TAG_inlined_subroutine, values);
            for _ in 0..more {
                within = add(within, gimli::DW_TAG_inlined_subroutine, Vec::new());
            }
        }
    }
    let unit = dwarf.unit.get_mut(root);
    unit.set(gimli::DW_AT_name, text("hand.c"));
    unit.set(gimli::DW_AT_comp_dir, text("/src"));
    unit.set(gimli::DW_AT_low_pc, at(0));
    unit.set(gimli::DW_AT_high_pc, AttributeValue::Udata(4 * all));
    let mut sections = Sections::new(EndianVec::new(LittleEndian));
    dwarf.write(&mut sections).unwrap();
    let mut written = Vec::new();
    sections
        .for_each(|id, data| -> Result<(), gimli::write::Error> {
            written.push((id.name(), data.slice().to_vec()));
            Ok(())
        })
        .unwrap();
    written
}

/// A file without section headers, with these sections.
fn with_sections(mut file: Vec<u8>, sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut names = vec![0];
    let mut headers = vec![(0u32, 0u32, 0u64, 0u64)];
    for (name, bytes) in sections {
        headers.push((names.len() as u32, 1, file.len() as u64, bytes.len() as u64));
        names.extend(name.as_bytes());
        names.push(0);
        file.extend(bytes);
    }
    headers.push((0, 3, file.len() as u64, names.len() as u64));
    file.extend(&names);
    let at = file.len() as u64;
    for (name, kind, offset, size) in &headers {
        file.extend(name.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend([0; 16]);
        file.extend(offset.to_le_bytes());
        file.extend(size.to_le_bytes());
        file.extend([0; 24]);
    }
    file[40..48].copy_from_slice(&at.to_le_bytes());
    let count = headers.len() as u16;
    for (at, value) in [(58, 64u16), (60, count), (62, count - 1)] {
        file[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }
    file
}

fn bare() -> ElfWriter {
    ElfWriter::new(64).code(&code())
}

/// What is recorded of a file.
fn with_recording(file: &[u8], check: impl FnOnce(&Recorded<'_>, &End)) {
    let program = Program::from_elf(file).unwrap();
    let debug = Debug::new(&program, file);
    let run = record(&program, &debug, &Inputs::default(), &Options::default());
    let (recording, end) = run.unwrap();
    let recorded = Recorded {
        program: "hand",
        recording: &recording,
        debug: &debug,
        weights: &Weights::usual(program.word()),
        by: Measure::Cycles,
    };
    check(&recorded, &end);
}

fn folded(recorded: &Recorded<'_>) -> Vec<String> {
    let text = recorded.file(ProfileFormat::Folded).unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn stacks_of_a_known_program() {
    let file = with_sections(bare().finish(), &dwarf());
    with_recording(&file, |recorded, end| {
        assert_eq!(folded(recorded), FOLDED);
        let recording = recorded.recording;
        let calls = |name: &str| {
            let at = recording.functions.iter().position(|f| f.name == name);
            recording.calls[at.unwrap()]
        };
        let counts = ["main", "rec", "tailer", "leaf", "square"].map(calls);
        assert_eq!(counts, [0, 3, 1, 1, 0]);
        assert_eq!(recording.total.cycles, end.result.as_ref().unwrap().cycles);
        assert_eq!(end.stack.len(), 1);
        assert_eq!(end.pc, CODE + 4 * 7);
        // Lines are those of what is inlined.
        let line = |sample: &Sample| {
            let path = recording.path(sample);
            let function = &recording.functions[*path.last().unwrap() as usize];
            (
                function.file.clone().unwrap(),
                sample.line,
                sample.work.cycles,
            )
        };
        let lines: Vec<_> = recording.samples.iter().map(line).collect();
        assert!(
            lines.contains(&("/src/square.h".into(), 2019, 2)),
            "{lines:?}"
        );
        assert!(
            lines.contains(&("/src/hand.c".into(), 1018, 2)),
            "{lines:?}"
        );
        assert_eq!(recorded.debug.advice(), None);
    });
}

/// Where a line of C is inlined, both places are known, and the line of the call.
#[test]
fn inlined_functions_have_their_callers() {
    let file = with_sections(bare().finish(), &dwarf());
    let program = Program::from_elf(&file).unwrap();
    let debug = Debug::new(&program, &file);
    let places = debug.places(CODE + 4 * 20);
    let shown = places
        .iter()
        .map(|p| (p.function.as_str(), p.position().unwrap(), p.inlined));
    let expected = [
        ("leaf", "/src/hand.c:1018".to_owned(), false),
        ("square", "/src/square.h:2020".to_owned(), true),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

/// Without DWARF and symbols nothing has a name, calls are told all the same, and what to do is said.
#[test]
fn calls_are_told_without_names() {
    with_recording(&bare().finish(), |recorded, _| {
        let lines = folded(recorded);
        let stacks = [
            "(no symbol) 8",
            "(no symbol);(no symbol) 18",
            "(no symbol);(no symbol);(no symbol) 8",
            "(no symbol);(no symbol);(no symbol);(no symbol) 7",
        ];
        assert_eq!(lines, stacks);
        let advice = recorded.debug.advice().unwrap();
        assert!(advice.contains("neither DWARF nor symbols"), "{advice}");
    });
}

/// What is written for `pprof` has the same samples, when its messages are read by their numbers.
#[test]
fn pprof_files_are_read_back() {
    let file = with_sections(bare().finish(), &dwarf());
    with_recording(&file, |recorded, _| {
        let written = recorded.file(ProfileFormat::Pprof).unwrap();
        let mut bytes = Vec::new();
        GzDecoder::new(&written[..])
            .read_to_end(&mut bytes)
            .unwrap();
        let profile = pprof::Profile::decode(&bytes[..]).unwrap();
        let text = |number: i64| profile.string_table[number as usize].as_str();
        assert_eq!(profile.string_table[0], "");
        let kinds = profile
            .sample_type
            .iter()
            .map(|t| (text(t.r#type), text(t.unit)));
        let expected = [
            ("cycles", "count"),
            ("instructions", "count"),
            ("prover", "nanoseconds"),
        ];
        assert_eq!(kinds.collect::<Vec<_>>(), expected);
        let mut lines: Vec<String> = Vec::new();
        let mut counted = std::collections::BTreeMap::new();
        for sample in &profile.sample {
            let names = sample.location_id.iter().rev().map(|id| {
                let location = profile.location.iter().find(|l| l.id == *id).unwrap();
                let function = location.line[0].function_id;
                let function = profile.function.iter().find(|f| f.id == function).unwrap();
                text(function.name)
            });
            let path: Vec<&str> = names.collect();
            *counted.entry(path.join(";")).or_insert(0) += sample.value[0];
            assert!(sample.value[2] > 0);
        }
        lines.extend(
            counted
                .into_iter()
                .map(|(path, count)| format!("{path} {count}")),
        );
        assert_eq!(lines, FOLDED);
        // The fields' numbers are those of `profile.proto`: of a sample type, what follows its tag is a length.
        assert_eq!(bytes[0], 1 << 3 | 2);
    });
}

#[test]
fn timelines_are_nested() {
    let file = with_sections(bare().finish(), &dwarf());
    with_recording(&file, |recorded, _| {
        let text = recorded.file(ProfileFormat::Perfetto).unwrap();
        let trace: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        let spans = events.iter().filter(|event| event["ph"] == "X");
        let spans: Vec<(&str, u64, u64)> = spans
            .map(|event| {
                let number = |key: &str| event[key].as_u64().unwrap();
                let begun = number("ts");
                (
                    event["name"].as_str().unwrap(),
                    begun,
                    begun + number("dur"),
                )
            })
            .collect();
        let names: Vec<&str> = spans.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, ["main", "rec", "rec", "rec", "tailer", "leaf"]);
        assert_eq!(spans[0], ("main", 0, recorded.recording.total.cycles));
        // main has run three instructions before, and rec five before it calls itself.
        assert_eq!(&spans[1..3], [("rec", 3, 26), ("rec", 8, 23)]);
    });
}

/// The middle of a fault: the calls that led there.
#[test]
fn faults_have_their_calls() {
    let mut words = code();
    // leaf loads from nowhere.
    words[20] = asm::ld(A2, 0, 0);
    let elf = ElfWriter::new(64).code(&words).finish();
    let file = with_sections(elf, &dwarf());
    with_recording(&file, |recorded, end| {
        assert!(matches!(end.result, Err(TraceError::OutsideMemory { .. })));
        assert_eq!(end.pc, CODE + 4 * 20);
        let program = Program::from_elf(&file).unwrap();
        let again = stack_at_end(&program, &Inputs::default(), &Options::default()).unwrap();
        assert_eq!(again.1, end.pc);
        let calls = |stack: &[Activation]| stack.iter().map(|a| a.call).collect::<Vec<_>>();
        // tailer has jumped, so that the call is main's.
        assert_eq!(calls(&end.stack), [0, CODE + 4 * 3]);
        assert_eq!(calls(&again.0), calls(&end.stack));
        let mut report = crate::report::Report::default();
        let stack = &end.stack;
        super::super::backtrace::add_stack(&mut report, recorded.debug, stack, end.pc);
        let expected = "backtrace, the innermost call first:\n    0  square, inlined  /src/square.h:2020\n    \
                        1  leaf  /src/hand.c:1018\n    2  main  /src/hand.c:1003\n";
        assert_eq!(report.text, expected);
    });
}

/// DWARF that is compressed is read; what is none is said, and symbols are used.
#[test]
fn compressed_and_broken_sections() {
    let packed = dwarf().into_iter().map(|(name, bytes)| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &bytes).unwrap();
        let mut section = Vec::new();
        section.extend(1u64.to_le_bytes());
        section.extend((bytes.len() as u64).to_le_bytes());
        section.extend(1u64.to_le_bytes());
        section.extend(encoder.finish().unwrap());
        (name, section)
    });
    let mut file = with_sections(bare().finish(), &packed.collect::<Vec<_>>());
    let headers = u64::from_le_bytes(file[40..48].try_into().unwrap()) as usize;
    let count = dwarf().len();
    for section in 1..=count {
        // SHF_COMPRESSED
        file[headers + 64 * section + 9] = 8;
    }
    with_recording(&file, |recorded, _| assert_eq!(folded(recorded), FOLDED));
    // The length that one says it has is not what there is memory for.
    let first = u64::from_le_bytes(file[headers + 64 + 24..][..8].try_into().unwrap()) as usize;
    for section in 1..=count {
        let at = headers + 64 * section + 24;
        let at = u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
        file[at + 8..at + 16].copy_from_slice(&u64::MAX.to_le_bytes());
    }
    assert!(first > 0);
    with_recording(&file, |recorded, _| {
        let advice = recorded.debug.advice().unwrap();
        assert!(advice.contains("cannot be read"), "{advice}");
        assert!(!folded(recorded).is_empty());
    });
    // Who reads DWARF goes down by recursion: what would take all of the stack is not read.
    let deep = with_sections(bare().finish(), &nested(1000));
    with_recording(&deep, |recorded, _| {
        let advice = recorded.debug.advice().unwrap();
        assert!(advice.contains("lie within each other"), "{advice}");
    });
    // Whatever is in them, nothing panics.
    for round in 0..200usize {
        let mut sections = dwarf();
        for (which, (_, bytes)) in sections.iter_mut().enumerate() {
            let length = bytes.len().max(1);
            if let Some(byte) = bytes.get_mut((31 * round + 7 * which) % length) {
                *byte ^= 1 << (round % 8);
            }
        }
        let file = with_sections(bare().finish(), &sections);
        with_recording(&file, |recorded, _| {
            for format in [ProfileFormat::Folded, ProfileFormat::Perfetto] {
                assert!(!recorded.file(format).unwrap().is_empty());
            }
        });
    }
}

/// A recording of paths by the numbers of their functions, each with so many cycles.
fn recorded(paths: &[(&[u32], u64)]) -> Recording {
    let file = bare().finish();
    let program = Program::from_elf(&file).unwrap();
    let debug = Debug::new(&program, &file);
    let mut recorder = Recorder::new(&program, &debug);
    for number in 0..8 {
        let name = format!("f{number}");
        let place = Function {
            symbol: name.clone(),
            name,
            file: None,
        };
        recorder.recording.functions.push(place);
        recorder.recording.calls.push(1);
    }
    for (path, cycles) in paths {
        let chain = recorder.chains.len() as u32;
        recorder.chains.push(Chain {
            functions: path.to_vec(),
            line: 0,
        });
        let sample = recorder.sample(0, chain);
        let work = &mut recorder.recording.samples[sample as usize].work;
        work.cycles += cycles;
        recorder.recording.total.cycles += cycles;
    }
    recorder.finish()
}

/// What does not fit counts for callers that do, the lightest first, and nothing is lost.
#[test]
fn files_have_the_heaviest_paths() {
    let recording = recorded(&[
        (&[0], 1),
        (&[0, 1], 20),
        (&[0, 1, 2], 10),
        (&[0, 3], 30),
        (&[4], 5),
    ]);
    let of = |most| {
        let (mut paths, less) = recording.heaviest(most, |_| 1, |work| work.cycles);
        paths.sort();
        assert_eq!(paths.iter().map(|(_, count)| count).sum::<u64>(), 66);
        (paths, less)
    };
    let path = |path: &[u32], count| (path.to_vec(), count);
    let (all, less) = of(100);
    assert_eq!((all.len(), less), (5, false));
    // Of 1, 2, 2, 3 and 1 bytes.
    assert_eq!(of(9), (all, false));
    let fewer = vec![path(&[0], 1), path(&[0, 1], 20)];
    let last = [path(&[0, 1, 2], 10), path(&[0, 3], 30)];
    let without_4 = [vec![path(&[], 5)], fewer, last.to_vec()].concat();
    assert_eq!(of(8), (without_4, true));
    let two = vec![path(&[], 5), path(&[0], 31), path(&[0, 1], 30)];
    assert_eq!(of(3), (two, true));
    assert_eq!(of(0), (vec![path(&[], 66)], true));
}

/// As many steps as were asked for, also where some are as heavy as the last: callers first, then in order of appearance.
#[test]
fn ties_are_shown_in_order() {
    let recording = recorded(&[
        (&[0, 1, 2], 10),
        (&[0, 3], 10),
        (&[0, 4], 10),
        (&[0, 5], 10),
    ]);
    let names = |top| {
        let mut report = crate::report::Report::default();
        let weights = Weights::usual(instruction_tables::WordSize::W64);
        super::super::summary::Summary::of(&recording, &weights, Measure::Cycles)
            .add(&mut report, top);
        let (_, tree) = report.text.split_once("call tree\n").unwrap();
        let lines = tree.lines().take_while(|line| line.contains("%  "));
        let names: Vec<String> = lines
            .map(|line| line.rsplit(' ').next().unwrap().to_owned())
            .collect();
        names.join(" ")
    };
    for (top, shown) in [
        (1, "f0"),
        (2, "f0 f1"),
        (3, "f0 f1 f2"),
        (4, "f0 f1 f2 f3"),
        (9, "f0 f1 f2 f3 f4 f5"),
    ] {
        assert_eq!(names(top), shown);
    }
}

/// However deep stacks are, all paths together have a bounded length.
#[test]
fn paths_are_bounded_together() {
    let deep: Vec<u32> = (0..2900).map(|at| at % 8).collect();
    let recording = recorded(&[(&deep, 1), (&[0, 2], 1)]);
    // 2,896 · 2,897 / 2 is the last sum that is not above the bound.
    assert!(recording.abridged);
    let lengths = recording.nodes.iter().map(|node| node.length as usize);
    let (longest, all) = (lengths.clone().max().unwrap(), lengths.sum::<usize>());
    assert!(all <= STEPS && all + longest + 1 > STEPS, "{all}");
}
