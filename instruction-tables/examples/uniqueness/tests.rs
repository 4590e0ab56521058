//! Encodings against what they encode.
#![allow(clippy::unwrap_used)]

use crate::encode::{Advice, Encoder, Logic, State};
use crate::query::{Query, queries};
use crate::tables::{self, Index};
use crate::term::{Sort, Terms, Value};
use instruction_tables::instructions::persistent::{TEMPORARIES, is_persistent};
use instruction_tables::instructions::{MADE, records};
use instruction_tables::{Hint, Inputs, Kind, REGISTERS, Row, Table, TableId, WordSize};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use std::collections::BTreeMap;

const WORDS: [WordSize; 3] = [WordSize::W8, WordSize::W32, WordSize::W64];

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// A word, often an extreme one.
fn random_word(rng: &mut StdRng, word: WordSize) -> u64 {
    let (mask, top) = (word.mask(), 1 << (word.bits() - 1));
    let value = match rng.next_u32() % 8 {
        0 => [0, 1, mask, top, top - 1, mask - 1][rng.next_u32() as usize % 6],
        1 => 1 << (rng.next_u32() as usize % word.bits()),
        2 => {
            (1 << (rng.next_u32() as usize % word.bits()))
                | 1 << (rng.next_u32() as usize % word.bits())
        }
        3 => rng.next_u64() >> (rng.next_u32() % 64),
        _ => rng.next_u64(),
    };
    value & mask
}

/// The value of a table over named inputs, by its definition.
fn by_name(word: WordSize, name: &str, operands: &[u128]) -> u128 {
    let (_, table) = instruction_tables::tables::by_name(word, name).unwrap();
    match operands {
        [x, y] => table.entry_pair(*x as u64, *y as u64).into(),
        [n] => table.entry(*n).into(),
        _ => panic!("operands of {name}"),
    }
}

fn check_table(word: WordSize, id: TableId, table: &dyn Table) {
    let (w, mut rng) = (word.bits() as u32, rng());
    for logic in [Logic::Bits, Logic::Integers] {
        // Integers of 2W bits have no values here at full width.
        if logic == Logic::Integers && word == WordSize::W64 {
            continue;
        }
        let mut t = Terms::default();
        let sort = |bits| match logic {
            Logic::Bits => Sort::Bits(bits),
            Logic::Integers => Sort::Int,
        };
        let index = match table.kind() {
            Kind::Pair => Index::Pair(t.input("x", sort(w)), t.input("y", sort(w))),
            Kind::Single => Index::Single(t.input("n", sort(2 * w))),
        };
        let outs = match logic {
            Logic::Bits => vec![
                tables::bits(&mut t, word, id, index),
                tables::automaton(&mut t, word, id, index),
            ],
            Logic::Integers => vec![tables::integers(&mut t, word, id, index).0],
        };
        for _ in 0..200 {
            let (x, y) = (random_word(&mut rng, word), random_word(&mut rng, word));
            let shift = if rng.next_u32() % 2 == 0 { w } else { 0 };
            let n = u128::from(x) << shift | u128::from(y);
            let input = |name: &str| {
                let value = match name {
                    "x" => x.into(),
                    "y" => y.into(),
                    _ => n,
                };
                match logic {
                    Logic::Bits => Value::Bits(value),
                    Logic::Integers => Value::Int(value as i128),
                }
            };
            let expected = match table.kind() {
                Kind::Pair => table.entry_pair(x, y),
                Kind::Single => table.entry(n),
            };
            let values = t.evaluate(&outs, &input, &|name, operands| {
                by_name(word, name, operands)
            });
            for value in values {
                assert_eq!(
                    value.number(),
                    expected.into(),
                    "{} of {x:#x}, {y:#x}",
                    table.name()
                );
            }
        }
    }
}

#[test]
fn tables_are_encoded_as_they_are() {
    for word in WORDS {
        for (id, table) in instruction_tables::tables::all(word) {
            check_table(word, *id, *table);
        }
    }
}

/// Where an operand is a constant, formulas are simpler.
#[test]
fn tables_of_constants_are_encoded_as_they_are() {
    let mut rng = rng();
    for word in WORDS {
        let w = word.bits() as u32;
        for name in ["EXTRACT_ZX", "EXTRACT_SX", "SRL", "SRA"] {
            let (id, table) = instruction_tables::tables::by_name(word, name).unwrap();
            for _ in 0..300 {
                let (x, y) = (random_word(&mut rng, word), random_word(&mut rng, word));
                let mut t = Terms::default();
                let index = Index::Pair(t.input("x", Sort::Bits(w)), t.bits(y.into(), w));
                let out = tables::bits(&mut t, word, id, index);
                let value = t.evaluate(&[out], &|_| Value::Bits(x.into()), &|_, _| 0);
                assert_eq!(value[0].number(), table.entry_pair(x, y).into(), "{name}");
            }
        }
    }
}

/// A machine that executes rows.
struct Machine {
    word: WordSize,
    registers: [u64; REGISTERS],
    cells: BTreeMap<u128, u64>,
    /// What is in all other cells.
    filling: u64,
    next: u128,
}

impl Machine {
    /// Whether all rows have a result.
    fn run(&mut self, rows: &[Row], free: Option<u128>) -> bool {
        self.next = rows[0].label;
        rows.iter().all(|row| self.row(row, free).is_some())
    }

    fn row(&mut self, row: &Row, free: Option<u128>) -> Option<()> {
        let word = self.word;
        let bytes = word.bytes() as i128;
        let rs1 = self.registers[usize::from(row.rs1)];
        let address = i128::from(rs1) + row.imm;
        let (mut number, mut offset) = (0, 0);
        if row.access.is_active() {
            number = u128::try_from(address / bytes)
                .ok()
                .filter(|_| address >= 0)?;
            offset = (address % bytes) as u8;
        }
        let honest = row.hint.advice(word, |r| self.registers[usize::from(r)]);
        let inputs = Inputs {
            rs1,
            rs2: self.registers[usize::from(row.rs2)],
            cell: self.cells.get(&number).copied().unwrap_or(self.filling),
            offset,
            free: free.or(honest.map(u128::from)).unwrap_or(0),
        };
        let effect = row.execute(word, &inputs).ok()?;
        if let Some(value) = effect.rd_value {
            self.registers[usize::from(row.rd)] = value;
        }
        if row.access.is_store() {
            self.cells.insert(number, effect.cell_new);
        }
        (self.next == row.label).then_some(())?;
        self.next = effect.next_label;
        Some(())
    }
}

/// Runs an expansion by rows and by terms, on random states; how often it was accepted.
fn check_rows(word: WordSize, logic: Logic, rows: &[Row], rng: &mut StdRng) -> usize {
    let mut e = Encoder::new(word, logic);
    let (honest, free) = (
        e.run("a", rows, Advice::Honest),
        e.run("a", rows, Advice::Free),
    );
    let asked = |state: &State| {
        let mut all = vec![state.accepted, state.next];
        all.extend(state.registers);
        all.extend(state.memory);
        all
    };
    let mut accepted = 0;
    for round in 0..24 {
        let mut registers = [0; REGISTERS];
        for register in &mut registers[1..] {
            *register = random_word(rng, word);
        }
        // Addresses somewhere, and atomics on aligned ones.
        if round % 2 == 0 {
            registers[6] &= 0xf8 | rng.next_u64() & 7;
            registers[6] &= word.mask();
        }
        let filling = random_word(rng, word);
        let index = u128::from(random_word(rng, word));
        let (state, advice) = match round % 3 {
            0 => (&free, Some(index)),
            _ => (&honest, None),
        };
        let mut machine = Machine {
            word,
            registers,
            cells: BTreeMap::new(),
            filling,
            next: 0,
        };
        let runs = machine.run(rows, advice);
        accepted += usize::from(runs);
        let input = |name: &str| {
            let value = |x: u128| match logic {
                Logic::Bits => Value::Bits(x),
                Logic::Integers => Value::Int(x as i128),
            };
            let number = name.strip_prefix("a.").unwrap_or(name);
            match number
                .strip_prefix('x')
                .and_then(|n| n.parse::<usize>().ok())
            {
                Some(number) => value(registers[number].into()),
                None if name == "memory" => Value::Memory(BTreeMap::new(), filling.into()),
                // The free index, and the private input.
                None if advice.is_some() || name != "input" => value(index),
                None => value(0),
            }
        };
        let function = |name: &str, operands: &[u128]| by_name(word, name, operands);
        let values = e.terms.evaluate(&asked(state), &input, &function);
        assert_eq!(values[0].holds(), runs, "{} accepted", rows[0].name);
        if !runs {
            continue;
        }
        assert_eq!(
            values[1].number(),
            machine.next,
            "label after {}",
            rows[0].name
        );
        for number in 0..REGISTERS {
            let seen = number < usize::from(TEMPORARIES) || is_persistent(number as u8);
            let (term, value) = (
                values[2 + number].number(),
                machine.registers[number].into(),
            );
            assert!(!seen || term == value, "{}: x{number}", rows[0].name);
        }
        if let Some(Value::Memory(cells, _)) = values.get(2 + REGISTERS) {
            let theirs: BTreeMap<u128, u128> = machine
                .cells
                .iter()
                .map(|(k, v)| (*k, (*v).into()))
                .collect();
            assert_eq!(*cells, theirs, "memory after {}", rows[0].name);
        }
    }
    accepted
}

#[test]
fn rows_are_encoded_as_they_execute() {
    let mut rng = rng();
    for word in [WordSize::W32, WordSize::W64] {
        for record in records().chain(MADE).filter(|r| r.exists(word)) {
            let mut accepted = 0;
            for query in queries(word, record) {
                if query.statement != crate::query::Statement::OneOutcome
                    || (query.logic, word) == (Logic::Integers, WordSize::W64)
                {
                    continue;
                }
                for rows in query.expansions().into_iter().chain(query.trap()) {
                    accepted += check_rows(word, query.logic, &rows, &mut rng);
                }
            }
            assert!(accepted > 0, "{} was never accepted", record.mnemonic);
        }
    }
}

/// Rows that check less than division needs are refuted: without a solver, here, by a pair of runs.
#[test]
fn a_missing_check_makes_outcomes_differ() {
    let word = WordSize::W8;
    let i = instruction_tables::instructions::by_mnemonic("divu").unwrap();
    let query: &Query = &queries(word, i)[0];
    let mut rows = query.expansions().swap_remove(0);
    let differ = |rows: &[Row], advice: [u128; 2]| {
        let mut e = Encoder::new(word, Logic::Bits);
        let a = e.run("a", rows, Advice::Free);
        let b = e.run("b", rows, Advice::Free);
        let differ = e.differ(&a, &b);
        let both = e.terms.and(a.accepted, b.accepted);
        let wrong = e.terms.and(both, differ);
        let input = |name: &str| match name {
            "x6" => Value::Bits(100),
            "x7" => Value::Bits(7),
            "memory" => Value::Memory(BTreeMap::new(), 0),
            _ if name.contains("free") => Value::Bits(advice[usize::from(name.starts_with('b'))]),
            _ => Value::Bits(0),
        };
        e.terms.evaluate(&[wrong], &input, &|_, _| 0)[0].holds()
    };
    assert!(!differ(&rows, [14, 13]));
    for row in &mut rows {
        assert!(row.hint != Hint::Print);
        row.asserts = false;
    }
    assert!(differ(&rows, [14, 13]));
}
