//! What is asked: of every record, with what its operands' registers have in common.

use crate::encode::{Advice, Encoder, Logic};
use crate::term::Id;
use instruction_tables::instructions::{Csr, Record, Semantics, csr};
use instruction_tables::{Instruction, Operands, Row, WordSize};
use std::ops::Range;

/// A statement that holds exactly if a solver finds no counterexample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Statement {
    /// Two accepted runs of the same rows, from the same state with whatever advice, end in the same
    /// state.
    OneOutcome,
    /// The run with honest advice is accepted: of two expansions, one is.
    Accepted,
    /// Of two expansions, one is not accepted.
    OneExpansion,
    /// The trap of an access outside of memory is accepted if the first byte is outside, and ends in one state.
    TrapsOutside,
    /// Where that trap is accepted, no expansion that accesses memory is, for a cell that there is.
    AccessOrTrap,
    /// [`Statement::AccessOrTrap`] is refuted for a trap of which this row checks nothing.
    UncheckedTrap {
        /// Which row.
        row: usize,
    },
    /// What is refuted: [`Statement::OneOutcome`], or [`Statement::OneExpansion`] if there are two, for
    /// rows of which this one checks nothing. So the check is needed, and the statement is not vacuous.
    Unchecked {
        /// Which expansion.
        expansion: usize,
        /// Which row.
        row: usize,
    },
}

impl Statement {
    pub fn name(self) -> &'static str {
        match self {
            Statement::OneOutcome => "one outcome",
            Statement::Accepted => "accepted",
            Statement::OneExpansion => "one expansion",
            Statement::TrapsOutside => "traps outside of memory",
            Statement::AccessOrTrap => "access or trap",
            Statement::UncheckedTrap { .. } | Statement::Unchecked { .. } => {
                "refuted without a check"
            }
        }
    }

    /// Whether it is the solver that has to find a counterexample.
    pub fn is_refuted(self) -> bool {
        matches!(
            self,
            Statement::Unchecked { .. } | Statement::UncheckedTrap { .. }
        )
    }
}

/// A statement about an instruction, in one logic.
#[derive(Clone, Debug)]
pub struct Query {
    pub word: WordSize,
    pub instruction: Instruction,
    pub statement: Statement,
    pub logic: Logic,
}

/// Where instructions are.
const ADDRESS: u64 = 0x1000;
/// The memory of Linux programs, outside of which accesses trap.
const MEMORY: Range<u64> = 0x8000..0x1_0000_8000;

impl Query {
    /// Whether the rows take advice, so that there is something to prove.
    pub fn is_advised(&self) -> bool {
        let rows = self.expansions().swap_remove(0);
        let input = matches!(self.instruction.record.semantics, Semantics::PrivateInput);
        !input && rows.iter().any(|r| r.operands == Operands::Free)
    }

    /// The rows of each expansion, in the order in which they run.
    pub fn expansions(&self) -> Vec<Vec<Row>> {
        let (word, i) = (self.word, &self.instruction);
        let base = 1u128 << word.bits();
        let first = i.expand(word, ADDRESS, base + 1);
        let Some(routine) = i.routine(word) else {
            return vec![first];
        };
        let shared = base + 100;
        let call = i.expand_crossing(word, ADDRESS, base + 20, shared);
        let rows = routine.rows(word, shared);
        let at = call.iter().position(|r| r.succ == shared).unwrap_or(0) + 1;
        vec![first, [&call[..at], &rows, &call[at..]].concat()]
    }

    /// The rows of the trap outside of memory, if it has one. Programs with a kernel have words of 64 bits.
    pub fn trap(&self) -> Option<Vec<Row>> {
        let (word, i) = (self.word, &self.instruction);
        let fault = i.access_fault().filter(|_| word == WordSize::W64)?;
        let base = 1u128 << word.bits();
        let shared = base + 300;
        let mut rows = i.expand_fault(word, ADDRESS, MEMORY.start, (base + 200, shared));
        rows.extend(fault.rows(word, &MEMORY, shared));
        Some(rows)
    }

    /// The trap is not accepted though the first byte is outside, or accepted with two ends.
    fn wrong_trap(&self, e: &mut Encoder, trap: &[Row]) -> Id {
        let i = &self.instruction;
        let offset = i.effective_address(self.word, 0);
        let inside = e.address_in_memory(i.rs1, offset, &MEMORY);
        let run = e.run("t", trap, Advice::Honest);
        let refused = e.terms.not(run.accepted);
        let outside = e.terms.not(inside);
        let refused = e.terms.and(outside, refused);
        let two = two_outcomes(e, &[trap.to_vec()]);
        e.terms.or(refused, two)
    }

    /// The trap is accepted, and so is an expansion that accesses a cell of memory.
    fn access_and_trap(&self, e: &mut Encoder, trap: &[Row]) -> Vec<Id> {
        let trapped = e.run("t", trap, Advice::Honest).accepted;
        let mut accessed = e.terms.boolean(false);
        for (k, rows) in self.expansions().iter().enumerate() {
            let run = e.run(&format!("a{k}"), rows, Advice::Honest);
            // `sc` with a register for which it does nothing accesses all the same.
            let cell = run.first_cell.expect("an access");
            let there = e.cell_exists(cell, &MEMORY);
            let both = e.terms.and(run.accepted, there);
            accessed = e.terms.or(accessed, both);
        }
        vec![trapped, accessed]
    }

    /// The question whether there is a counterexample, for a solver; [`None`] if there is none because
    /// the same terms are compared.
    pub fn script(&self) -> Option<String> {
        let mut e = Encoder::new(self.word, self.logic);
        let mut expansions = self.expansions();
        if let Statement::Unchecked { expansion, row } = self.statement {
            let row = &mut expansions[expansion][row];
            (row.asserts, row.exact) = (false, false);
        }
        let mut asserted = match self.statement {
            Statement::Accepted => {
                let mut rejected = self.precondition(&mut e);
                for (k, rows) in expansions.iter().enumerate() {
                    let run = e.run(&format!("a{k}"), rows, Advice::Honest);
                    rejected.push(e.terms.not(run.accepted));
                }
                rejected
            }
            Statement::Unchecked { .. } if expansions.len() == 1 => {
                vec![two_outcomes(&mut e, &expansions)]
            }
            Statement::OneOutcome => vec![two_outcomes(&mut e, &expansions)],
            Statement::TrapsOutside | Statement::AccessOrTrap | Statement::UncheckedTrap { .. } => {
                let mut trap = self.trap().expect("it is asked of what traps");
                if let Statement::UncheckedTrap { row } = self.statement {
                    (trap[row].asserts, trap[row].exact) = (false, false);
                }
                match self.statement {
                    Statement::TrapsOutside => vec![self.wrong_trap(&mut e, &trap)],
                    _ => self.access_and_trap(&mut e, &trap),
                }
            }
            Statement::OneExpansion | Statement::Unchecked { .. } => {
                let runs = expansions.iter().enumerate();
                runs.map(|(k, rows)| e.run(&format!("a{k}"), rows, Advice::Honest).accepted)
                    .collect()
            }
        };
        asserted.extend(&e.facts);
        e.terms.script(&asserted, self.logic == Logic::Integers)
    }

    /// What the architecture asks of operands: an address in range, for atomics aligned.
    fn precondition(&self, e: &mut Encoder) -> Vec<Id> {
        let i = &self.instruction;
        match i.record.semantics {
            Semantics::Load { size, .. } | Semantics::Store { size } => {
                vec![e.address_in_range(i.rs1, i.imm, size, 1)]
            }
            Semantics::LoadReserved { size }
            | Semantics::StoreConditional { size }
            | Semantics::Atomic { size, .. } => vec![e.address_in_range(i.rs1, 0, size, size)],
            _ => Vec::new(),
        }
    }
}

/// That two accepted runs of one of the expansions end in different states. (Of two expansions only one
/// applies.)
fn two_outcomes(e: &mut Encoder, expansions: &[Vec<Row>]) -> Id {
    let mut wrong = e.terms.boolean(false);
    for (k, rows) in expansions.iter().enumerate() {
        let a = e.run(&format!("a{k}"), rows, Advice::Free);
        let b = e.run(&format!("b{k}"), rows, Advice::Free);
        e.distinguish(&a, &b);
        let differ = e.differ(&a, &b);
        let both = e.terms.and(a.accepted, b.accepted);
        let differ = e.terms.and(both, differ);
        wrong = e.terms.or(wrong, differ);
    }
    wrong
}

/// The ways in which registers can be the same, or x0.
const ALIASINGS: [(u8, u8, u8); 9] = [
    (5, 6, 7),
    (5, 5, 6),
    (5, 6, 5),
    (5, 6, 6),
    (5, 5, 5),
    (5, 0, 6),
    (5, 6, 0),
    (5, 5, 0),
    (0, 6, 7),
];

/// An instruction of a record with these registers, as far as its format has them.
fn instruction(record: &'static Record, word: WordSize, registers: (u8, u8, u8)) -> Instruction {
    let csr_number = |n: &u16| matches!(csr(*n), Some(Csr::Kept { .. }));
    let mut i = Instruction {
        record,
        rd: registers.0,
        rs1: registers.1,
        rs2: registers.2,
        imm: match record.semantics {
            Semantics::Csr { .. } => (0..4096).find(csr_number).map_or(0, i64::from),
            _ => 0,
        },
        length: 4,
    };
    // Some immediate, and the fields that the format has.
    let imm = [i.imm, 12, 4096].into_iter();
    let found = imm
        .flat_map(|imm| {
            let fields = [(true, true, true), (true, true, false), (false, true, true)];
            let fields = fields
                .into_iter()
                .chain([(true, false, false), (false, false, false)]);
            fields.map(move |f| (imm, f))
        })
        .map(|(imm, (rd, rs1, rs2))| Instruction {
            imm,
            rd: if rd { i.rd } else { 0 },
            rs1: if rs1 { i.rs1 } else { 0 },
            rs2: if rs2 { i.rs2 } else { 0 },
            ..i
        })
        .find(|i| {
            let decoded = i.encode().and_then(|e| instruction_tables::decode(word, e));
            decoded.is_some_and(|d| d == *i)
        });
    if let Some(found) = found {
        i = found;
    }
    i
}

/// All queries about a record.
pub fn queries(word: WordSize, record: &'static Record) -> Vec<Query> {
    let mut all: Vec<Query> = Vec::new();
    for registers in ALIASINGS {
        let instruction = instruction(record, word, registers);
        if all.iter().any(|q| q.instruction == instruction) {
            continue;
        }
        let query = |statement, logic| Query {
            word,
            instruction,
            statement,
            logic,
        };
        let mut statements = vec![Statement::OneOutcome, Statement::Accepted];
        if instruction.routine(word).is_some() {
            statements.push(Statement::OneExpansion);
        }
        if let Some(trap) = query(Statement::OneOutcome, Logic::Bits).trap() {
            statements.push(Statement::AccessOrTrap);
            // Its rows name no register but that of the address: most aliasings ask the same.
            let asked = |q: &Query| {
                q.statement == Statement::TrapsOutside && q.trap().is_some_and(|t| t == trap)
            };
            if !all.iter().any(asked) {
                statements.push(Statement::TrapsOutside);
            }
        }
        for statement in statements {
            let bits = query(statement, Logic::Bits);
            let advised = bits.is_advised();
            if advised {
                all.push(query(statement, Logic::Integers));
            }
            if !advised || registers == ALIASINGS[0] {
                all.push(bits);
            }
        }
    }
    all.extend(unchecked(word, record));
    all
}

/// The checks of rows that leave a choice, each of which is needed.
fn unchecked(word: WordSize, record: &'static Record) -> Vec<Query> {
    let query = Query {
        word,
        instruction: instruction(record, word, ALIASINGS[0]),
        statement: Statement::OneOutcome,
        logic: Logic::Bits,
    };
    let mut all = Vec::new();
    for (row, checked) in query.trap().iter().flatten().enumerate() {
        if checked.asserts {
            let statement = Statement::UncheckedTrap { row };
            all.push(Query {
                statement,
                ..query.clone()
            });
        }
    }
    let two = query.instruction.routine(word).is_some();
    if !query.is_advised() && !two {
        return all;
    }
    for (expansion, rows) in query.expansions().iter().enumerate() {
        for (row, checked) in rows.iter().enumerate() {
            let unchecked = Row {
                asserts: false,
                exact: false,
                ..checked.clone()
            };
            // The first row of a call keeps addresses from wrapping around, which is about something else;
            // and a difference that is not negative is a word without being checked.
            let other = two && row == 0 || unchecked.well_formed(word).is_err();
            if other || unchecked == *checked {
                continue;
            }
            let statement = Statement::Unchecked { expansion, row };
            let logics = [Logic::Integers, Logic::Bits];
            let logics = &logics[usize::from(!query.is_advised())..];
            all.extend(logics.iter().map(|logic| Query {
                statement,
                logic: *logic,
                ..query.clone()
            }));
        }
    }
    all
}
