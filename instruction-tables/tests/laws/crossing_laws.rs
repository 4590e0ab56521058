//! Loads and stores at every offset: the two expansions of an instruction do what it says, and of two
//! exactly one applies.

use crate::common::{Choice, choice};
use instruction_tables::instructions::{
    Instruction, Reads, Record, Routine, Semantics, check_call, records,
};
use instruction_tables::{Inputs, REGISTERS, Row, RowFault, WordSize};

const WORDS: [WordSize; 2] = [WordSize::W32, WordSize::W64];
const ADDRESS: u64 = 0x40;
/// Cells of memory; its first address is 0.
const CELLS: usize = 4;

/// A memory of four cells, registers, and the rows of one instruction and its routine.
struct Machine {
    word: WordSize,
    rows: Vec<Row>,
    registers: [u64; REGISTERS],
    cells: [u64; CELLS],
    cycles: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Row(RowFault),
    OutsideMemory,
}

impl Machine {
    /// Runs from a row until a head follows; its label.
    fn run(&mut self, mut at: usize) -> Result<u128, Fault> {
        loop {
            let row = self.rows[at].clone();
            let rs1 = self.registers[usize::from(row.rs1)];
            let (mut cell, mut offset) = (0, 0);
            if row.access.is_active() {
                let address = row.address(rs1).ok_or(Fault::OutsideMemory)?;
                let bytes = self.word.bytes() as u64;
                (cell, offset) = ((address / bytes) as usize, (address % bytes) as u8);
                if address / bytes >= CELLS as u64 {
                    return Err(Fault::OutsideMemory);
                }
            }
            let inputs = Inputs {
                rs1,
                rs2: self.registers[usize::from(row.rs2)],
                cell: self.cells[cell],
                offset,
                free: 0,
            };
            let effect = row.execute(self.word, &inputs).map_err(Fault::Row)?;
            self.cycles += 1;
            if let Some(value) = effect.rd_value {
                self.registers[usize::from(row.rd)] = value;
            }
            if row.access.is_store() {
                self.cells[cell] = effect.cell_new;
            }
            let next = effect.next_label;
            if next <= 1 << self.word.bits() {
                return Ok(next);
            }
            at = self.rows.iter().position(|r| r.label == next).unwrap();
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let bytes = |cell: &u64| cell.to_le_bytes().into_iter().take(self.word.bytes());
        self.cells.iter().flat_map(bytes).collect()
    }
}

fn accesses(word: WordSize) -> impl Iterator<Item = &'static Record> {
    records().filter(move |r| {
        let access = matches!(
            r.semantics,
            Semantics::Load { .. } | Semantics::Store { .. }
        );
        // All that leave a choice between two expansions, and those of single bytes.
        assert!(access || !r.exists(word) || choice(word, r) != Choice::Expansion);
        access && r.exists(word)
    })
}

/// The rows of an instruction, of its routine and of its call, and where the call starts. Inner labels
/// are `2^W` plus a row's number.
fn rows(word: WordSize, i: &Instruction) -> (Vec<Row>, Option<usize>) {
    let base = 1u128 << word.bits();
    let mut rows = i.expand(word, ADDRESS, base + 1);
    let Some(routine) = i.routine(word) else {
        return (rows, None);
    };
    let first = base + rows.len() as u128;
    let shared = routine.rows(word, first);
    rows.extend(shared.clone());
    let head = rows.len();
    let call = i.expand_crossing(word, ADDRESS, base + head as u128 + 1, first);
    let next = u128::from(ADDRESS) + u128::from(i.length) + 1;
    check_call(word, &call, (routine, &shared), next).unwrap();
    assert!(call.iter().all(|r| r.name == i.record.mnemonic));
    rows.extend(call);
    for (number, row) in rows.iter().enumerate() {
        assert!(number == 0 || number == head || row.label == base + number as u128);
    }
    (rows, Some(head))
}

/// Tries both expansions of an instruction; the cycles of the one that applies, if there is one.
fn check(word: WordSize, i: &Instruction, base: u64, value: u64) -> Option<usize> {
    let (rows, crossing) = rows(word, i);
    let mut registers = [0x5a5a_5a5a_5a5a_5a5a & word.mask(); REGISTERS];
    registers[usize::from(i.rs2)] = value & word.mask();
    registers[usize::from(i.rs1)] = base;
    registers[0] = 0;
    let before = |from| Machine {
        word,
        rows: rows.clone(),
        registers,
        cells: std::array::from_fn(|k| 0x8192_a3b4_c5d6_e7f8_u64.rotate_left(9 * k as u32))
            .map(|cell: u64| cell & word.mask()),
        cycles: from,
    };
    let rs1 = registers[usize::from(i.rs1)];
    let (size, memory) = match i.record.semantics {
        Semantics::Load { size, .. } | Semantics::Store { size } => {
            (usize::from(size), before(0).bytes())
        }
        _ => unreachable!("loads and stores only"),
    };
    let at = i128::from(rs1) + i128::from(i.imm);
    let inside = at >= 0 && at + size as i128 <= memory.len() as i128;
    let outcomes: Vec<_> = [Some(0), crossing]
        .into_iter()
        .flatten()
        .map(|head| {
            let mut machine = before(0);
            machine.run(head).map(|next| (machine, next))
        })
        .collect();
    let accepted: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(accepted.len(), usize::from(inside), "{i} at {at:#x}");
    let (machine, next) = accepted.into_iter().next()?;

    let at = at as usize;
    let loaded = memory[at..at + size]
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | u64::from(*byte));
    let reads = Reads {
        address: ADDRESS,
        rs1,
        rs2: registers[usize::from(i.rs2)],
        memory: loaded,
        ..Reads::default()
    };
    let outcome = i.interpret(word, &reads);
    assert_eq!(next, u128::from(outcome.next) + 1);
    let mut expected = registers;
    if let Some(value) = outcome.rd {
        expected[usize::from(i.rd)] = value;
    }
    assert_eq!(machine.registers[..32], expected[..32], "{i} at {at:#x}");
    assert_eq!(machine.registers[48..], expected[48..]);
    let mut stored = memory;
    if let Some((address, size, value)) = outcome.store {
        let bytes = &value.to_le_bytes()[..usize::from(size)];
        stored[address as usize..][..bytes.len()].copy_from_slice(bytes);
    }
    assert_eq!(machine.bytes(), stored, "{i} at {at:#x}");
    Some(machine.cycles)
}

fn instruction(record: &'static Record, (rd, rs1, rs2): (u8, u8, u8), imm: i64) -> Instruction {
    let store = matches!(record.semantics, Semantics::Store { .. });
    Instruction {
        record,
        rd: if store { 0 } else { rd },
        rs1,
        rs2: if store { rs2 } else { 0 },
        imm,
        length: 4,
    }
}

const ALIASINGS: [(u8, u8, u8); 6] = [
    (5, 6, 7),
    (0, 6, 0),
    (6, 6, 6),
    (5, 0, 7),
    (0, 0, 0),
    (31, 1, 31),
];

#[test]
fn exactly_one_expansion_applies_at_every_offset_inside_memory() {
    for word in WORDS {
        let end = (CELLS * word.bytes()) as u64;
        for record in accesses(word) {
            for registers in ALIASINGS {
                for imm in [0, -1, 5, 2047, -2048] {
                    let i = instruction(record, registers, imm);
                    for at in 0..end + 9 {
                        for value in [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0] {
                            let base = at.wrapping_add_signed(-imm) & word.mask();
                            check(word, &i, base, value);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn no_expansion_applies_where_addresses_wrap_around() {
    for word in WORDS {
        for record in accesses(word) {
            for back in 0..20u64 {
                for imm in [0, 1, 7, 8, 20, 2047, -1, -8, -20, -2048] {
                    let i = instruction(record, (5, 6, 7), imm);
                    for base in [word.mask() - back, back] {
                        let at = i128::from(base) + i128::from(imm);
                        let memory = (CELLS * word.bytes()) as i128;
                        let cycles = check(word, &i, base, 1);
                        assert_eq!(
                            cycles.is_some(),
                            (0..memory).contains(&at) && cycles.is_some()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn cycles_of_crossing_accesses() {
    let word = WordSize::W64;
    for (name, expected) in [
        ("lh", 14),
        ("lhu", 13),
        ("lw", 13),
        ("lwu", 13),
        ("ld", 12),
        ("sh", 11),
        ("sw", 15),
        ("sd", 22),
    ] {
        let record = records().find(|r| r.mnemonic == name).unwrap();
        let i = instruction(record, (5, 6, 7), 0);
        assert_eq!(check(word, &i, 7, 99), Some(expected), "{name}");
        assert!(check(word, &i, 0, 99).unwrap() <= 2);
        let call = i.expand_crossing(word, 0, 1 << 64, (1 << 64) + 100);
        assert!(call.len() <= 4, "{name}");
    }
    let rows = |size, store| Routine { size, store }.rows(word, 1 << 64).len();
    let all = [2, 4, 8].map(|size| rows(size, false) + rows(size, true));
    assert_eq!(all.iter().sum::<usize>(), 68);
}

/// Calls and routines that do not fit are refused.
#[test]
fn broken_calls_break_a_law() {
    let word = WordSize::W64;
    let base = 1u128 << 64;
    for name in ["ld", "sd"] {
        let record = records().find(|r| r.mnemonic == name).unwrap();
        let i = instruction(record, (5, 6, 7), 0);
        let routine = i.routine(word).unwrap();
        let rows = routine.rows(word, base + 100);
        let call = i.expand_crossing(word, ADDRESS, base + 1, base + 100);
        let next = u128::from(ADDRESS) + 5;
        let check = |call: &[Row], rows: &[Row]| check_call(word, call, (routine, rows), next);
        check(&call, &rows).unwrap();
        let changed = |rows: &[Row], at: usize, change: &dyn Fn(&mut Row)| {
            let mut rows = rows.to_vec();
            change(&mut rows[at]);
            rows
        };
        let token = call.iter().position(|r| r.succ == base + 100).unwrap();
        let last = rows.len() - 1;
        // Goes back elsewhere, skips a row, does not set the address, reads what nobody wrote.
        assert!(check(&changed(&call, token, &|r| r.link += 1), &rows).is_err());
        assert!(check(&changed(&call, token, &|r| r.succ += 1), &rows).is_err());
        assert!(check(&call[1..], &rows).is_err());
        assert!(check(&call, &changed(&rows, last, &|r| r.succ += 1)).is_err());
        assert!(check(&call, &changed(&rows, last, &|r| r.rs1 = 40)).is_err());
        assert!(check(&call, &changed(&rows, 0, &|r| r.rd = rows[last].rs1)).is_err());
        assert!(check(&call, &changed(&rows, 0, &|r| r.rs1 = 47)).is_err());
        assert!(check(&call, &changed(&rows, 1, &|r| r.succ += 1)).is_err());
    }
}
