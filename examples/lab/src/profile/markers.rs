//! What parts of itself a program marked, and their cycles.
//!
//! A marker is what `guest::marker` and `jolt_marker.h` make: instructions without effect
//! ([`examples/guests/guest-marker`](../../../../guests/guest-marker/src/lib.rs) lists them). Parts lie within each other, and a
//! path of names has one line, however often it is marked. Markers are of the stack of calls that they began on, so that a
//! part of one thread has no cycles of others, and has those of the system calls that it makes.
//!
//! Paths, names and markers that are open are bounded: what is beyond counts for what it is in.

use super::summary::fitted;
use super::weights::Weights;
use super::work::Work;
use crate::report::{Report, thousands};
use instruction_tables::Instruction;
use serde_json::json;
use std::collections::HashMap;
use tracer::{Machine, Program};

/// Most paths.
const PATHS: usize = 1 << 12;
/// Most markers that are open, on all stacks together.
const OPEN: usize = 1 << 16;
/// Most bytes of a name.
const NAME: u64 = 64;
/// The immediates of `slti` to x0, and the register `x0`.
const LENGTH: i64 = 0x6d1;
const BEGIN: i64 = 0x6d2;
const END: i64 = 0x6d3;

/// A marker's instruction, and the register that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Of the next name.
    Length(u8),
    /// At the address of its name.
    Begin(u8),
    /// Of what began last.
    End,
}

impl Mark {
    /// What an instruction is, if it is one of a marker.
    pub fn of(instruction: &Instruction) -> Option<Self> {
        if instruction.record.mnemonic != "slti" || instruction.rd != 0 {
            return None;
        }
        match instruction.imm {
            LENGTH => Some(Mark::Length(instruction.rs1)),
            BEGIN => Some(Mark::Begin(instruction.rs1)),
            END => Some(Mark::End),
            _ => None,
        }
    }
}

/// Whether a program's memory holds the instruction that begins a marker. It may be that nothing ever executes it.
pub fn are_in(program: &Program) -> bool {
    // slti x0, rs1, BEGIN for any rs1: opcode, rd, funct3 and immediate.
    const MASK: u64 = 0xfff0_7fff;
    const CODE: u64 = ((BEGIN as u64) << 20) | 2 << 12 | 0x13;
    let layout = program.layout();
    let bits = 8 * layout.cell_size();
    // The cell before, if it is the one before in memory: instructions may lie across.
    let mut before = None;
    program.image().iter().any(|&(cell, value)| {
        let low = match before.replace((cell, value)) {
            Some((last, low)) if last + 1 == cell => low,
            _ => 0,
        };
        let window = u128::from(value) << bits | u128::from(low);
        // What lies in the cell before alone was looked at with that.
        (bits - 16..=2 * bits - 32)
            .step_by(16)
            .any(|shift| (window >> shift) as u64 & MASK == CODE)
    })
}

/// A path of names.
#[derive(Clone, Debug)]
struct Part {
    parent: u32,
    name: String,
    /// How often it began.
    count: u64,
    /// Without parts of it.
    own: Work,
}

/// What a program marked.
#[derive(Clone, Debug, Default)]
pub struct Markers {
    /// All paths, from number 1 on; each comes behind what it is in.
    parts: Vec<Part>,
    numbers: HashMap<(u32, String), u32>,
    /// What is open, by stack.
    open: HashMap<u32, Vec<u32>>,
    opened: usize,
    /// The part that runs; 0 if none does.
    current: u32,
    /// Of the next name.
    length: u64,
    /// Ends of nothing that had begun.
    strays: u64,
    /// Whether there was more than is kept.
    abridged: bool,
}

impl Markers {
    /// Counts what a cycle takes.
    #[inline]
    pub fn count(&mut self, work: &Work) {
        if self.current != 0 {
            self.parts[self.current as usize - 1].own += *work;
        }
    }

    /// Another stack may run.
    pub fn on(&mut self, stack: u32) {
        if self.opened > 0 {
            let open = self.open.get(&stack).and_then(|open| open.last());
            self.current = open.copied().unwrap_or(0);
        }
    }

    /// An instruction of a marker was executed on a stack.
    #[cold]
    pub fn mark(&mut self, mark: Mark, stack: u32, machine: &Machine<'_>) {
        let register = |number: u8| machine.registers()[usize::from(number)];
        match mark {
            Mark::Length(from) => self.length = register(from),
            Mark::Begin(from) => {
                let length = std::mem::take(&mut self.length).min(NAME);
                let address = register(from);
                let bytes = (0..length).map(|at| machine.byte(address.wrapping_add(at)));
                let bytes: Vec<u8> = bytes.collect();
                self.begin(stack, &String::from_utf8_lossy(&bytes));
            }
            Mark::End => self.end(stack),
        }
    }

    fn begin(&mut self, stack: u32, name: &str) {
        if self.opened >= OPEN {
            // Its end will be one of what it is in, which is said.
            self.abridged = true;
            return;
        }
        let parent = self.current;
        let key = (parent, name.to_owned());
        let part = match self.numbers.get(&key) {
            Some(part) => *part,
            None if self.parts.len() >= PATHS => {
                self.abridged = true;
                parent
            }
            None => {
                self.parts.push(Part {
                    parent,
                    name: name.to_owned(),
                    count: 0,
                    own: Work::default(),
                });
                let part = self.parts.len() as u32;
                self.numbers.insert(key, part);
                part
            }
        };
        if part != parent {
            self.parts[part as usize - 1].count += 1;
        }
        self.open.entry(stack).or_default().push(part);
        self.opened += 1;
        self.current = part;
    }

    fn end(&mut self, stack: u32) {
        let open = self.open.get_mut(&stack);
        if open.and_then(Vec::pop).is_none() {
            self.strays += 1;
            return;
        }
        self.opened -= 1;
        let left = self.open.get(&stack).and_then(|open| open.last().copied());
        if left.is_none() {
            self.open.remove(&stack);
        }
        self.current = left.unwrap_or(0);
    }

    /// Adds a table, if anything was marked: of all of a run, with what the prover takes for it.
    pub fn add(&self, report: &mut Report, all: &Work, weights: &Weights) {
        if self.parts.is_empty() && self.strays == 0 {
            return;
        }
        let mut with_parts: Vec<Work> = self.parts.iter().map(|part| part.own).collect();
        let mut within: Vec<Vec<usize>> = vec![Vec::new(); self.parts.len() + 1];
        for at in (0..self.parts.len()).rev() {
            let parent = self.parts[at].parent as usize;
            within[parent].push(at);
            if parent > 0 {
                let work = with_parts[at];
                with_parts[parent - 1] += work;
            }
        }
        report.line("       cycles    share  prover     count  marker");
        let share = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
        let mut rows = Vec::new();
        // In the order in which they began first, each with what is in it.
        let mut left: Vec<(usize, usize)> = within[0].iter().map(|at| (*at, 0)).collect();
        while let Some((at, depth)) = left.pop() {
            let (part, work) = (&self.parts[at], &with_parts[at]);
            let nanoseconds = weights.nanoseconds(work);
            let name: String = part.name.chars().flat_map(char::escape_debug).collect();
            let head = format!(
                " {:>12}   {:>5.1}%  {:>5.1}% {:>9}  {}",
                thousands(work.cycles),
                share(work.cycles, all.cycles),
                share(nanoseconds, weights.nanoseconds(all)),
                thousands(part.count),
                " ".repeat(depth.min(16)),
            );
            report.line(fitted(&head, &name));
            rows.push(json!({
                "name": part.name,
                "depth": depth,
                "count": part.count,
                "cycles": work.cycles,
                "cycles_without_parts": part.own.cycles,
                "instructions": work.executed,
                "prover_ns": nanoseconds,
            }));
            left.extend(within[at + 1].iter().map(|at| (*at, depth + 1)));
        }
        let notes = self.notes();
        for note in &notes {
            report.prose(format!("note: {note}"));
        }
        let json = json!({ "parts": rows, "open_at_end": self.opened, "strays": self.strays, "notes": notes });
        report.json.insert("markers".to_owned(), json);
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.strays > 0 {
            notes.push(format!(
                "{} markers ended on a stack on which none had begun",
                thousands(self.strays)
            ));
        }
        if self.opened > 0 {
            notes.push(format!(
                "{} markers had not ended when the run did",
                thousands(self.opened as u64)
            ));
        }
        if self.abridged {
            notes.push(format!(
                "more than {PATHS} paths of markers, or {OPEN} that had not ended: what is beyond counts for what it is in"
            ));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tracer::testing::{ElfWriter, asm};

    /// Wherever it lies in a cell, and nothing that is nearly one.
    #[test]
    fn programs_with_markers_are_told() {
        let marker = (BEGIN as u32) << 20 | 10 << 15 | 2 << 12 | 0x13;
        let program = |words: &[u32]| {
            let code: Vec<u32> = words.iter().copied().chain([asm::HALT]).collect();
            let elf = ElfWriter::new(64).code(&code).finish();
            Program::from_elf(&elf).unwrap()
        };
        let nop = asm::addi(0, 0, 0);
        for before in 0..4 {
            let mut words = vec![nop; before];
            words.push(marker);
            let program = program(&words);
            assert!(are_in(&program), "{before}");
            let address = program.entry() + 4 * before as u64;
            let found = program.instruction(address).unwrap();
            assert_eq!(Mark::of(&found), Some(Mark::Begin(10)));
        }
        // To a register, another immediate, another operation.
        for other in [marker | 1 << 7, marker ^ 1 << 20, marker ^ 1 << 12] {
            assert!(!are_in(&program(&[nop, other])), "{other:#x}");
        }
    }

    #[test]
    fn paths_and_open_markers_are_bounded() {
        let mut markers = Markers::default();
        for number in 0..PATHS + 10 {
            markers.begin(0, &number.to_string());
            markers.count(&Work {
                cycles: 1,
                ..Work::default()
            });
        }
        assert!(markers.abridged);
        assert_eq!(markers.parts.len(), PATHS);
        // What is beyond counts for the last path.
        assert_eq!(markers.parts[PATHS - 1].own.cycles, 11);
        for _ in 0..PATHS + 10 {
            markers.end(0);
        }
        assert_eq!((markers.opened, markers.current, markers.strays), (0, 0, 0));
        markers.end(0);
        assert_eq!(markers.strays, 1);
        for _ in 0..OPEN + 10 {
            markers.begin(1, "0");
        }
        assert_eq!(markers.opened, OPEN);
        // Another stack has none of it.
        markers.on(2);
        assert_eq!(markers.current, 0);
        markers.on(1);
        assert_ne!(markers.current, 0);
    }
}
