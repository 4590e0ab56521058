//! Laws of accesses outside of memory, which trap: an access has a cell for its first byte or it traps, and never both, be
//! it expanded within a cell or across two; and the trap does what the semantics say.

use crate::common::{Advice, After, run_with};
use instruction_tables::instructions::persistent::{MTVEC, Persistent, RESERVATION};
use instruction_tables::instructions::{
    AccessFault, Format, Instruction, Reads, Record, Semantics, check_sequence, records,
};
use instruction_tables::{RowFault, WordSize};
use std::ops::Range;

const WORD: WordSize = WordSize::W64;
const MEMORY: Range<u64> = 0x8000..0x1_0000_8000;
const ADDRESS: u64 = 0x4_0000;
const INNER: u128 = (1 << 64) + 100;
const SHARED: u128 = (1 << 64) + 1000;

fn accesses() -> impl Iterator<Item = &'static Record> {
    let all = records().filter(|r| r.exists(WORD));
    all.filter(|r| instruction(r, (5, 6, 7), 0).access_fault().is_some())
}

fn instruction(record: &'static Record, (rd, rs1, rs2): (u8, u8, u8), imm: i64) -> Instruction {
    let store = matches!(record.semantics, Semantics::Store { .. });
    let load = matches!(
        record.semantics,
        Semantics::Load { .. } | Semantics::LoadReserved { .. }
    );
    Instruction {
        record,
        rd: if store { 0 } else { rd },
        rs1,
        rs2: if load { 0 } else { rs2 },
        imm: if record.format == Format::Atomic {
            imm & 3
        } else {
            imm
        },
        length: 4,
    }
}

fn state(i: &Instruction, rs1: u64) -> ([u64; 32], Persistent) {
    let mut registers = [0x5a5a; 32];
    registers[0] = 0;
    registers[usize::from(i.rs1)] = rs1;
    registers[0] = 0;
    let mut persistent = Persistent::default();
    persistent.set(MTVEC, 0xf000_1000);
    persistent.set(RESERVATION, rs1);
    (registers, persistent)
}

/// What the trap's rows do.
fn trap(i: &Instruction, rs1: u64) -> Result<After, RowFault> {
    let fault = i.access_fault().unwrap();
    let mut rows = i.expand_fault(WORD, ADDRESS, MEMORY.start, (INNER, SHARED));
    assert_eq!(rows.len(), 2);
    rows.extend(fault.rows(WORD, &MEMORY, SHARED));
    check_sequence(WORD, &rows).unwrap();
    let (registers, persistent) = state(i, rs1);
    run_with(WORD, &rows, &registers, &persistent, 7, &Advice::Honest(0))
}

/// Whether the expansions that access memory do so for the first byte at this address: rows need a cell of memory, whose
/// number is an integer, and is not reduced.
fn has_cell(i: &Instruction, rs1: u64) -> bool {
    let rows = i.expand(WORD, ADDRESS, INNER);
    let (registers, _) = state(i, rs1);
    let access = rows.iter().find(|row| row.access.is_active()).unwrap();
    assert_eq!(
        access.rs1, i.rs1,
        "addressed by what is read before any write"
    );
    let at = i128::from(registers[usize::from(access.rs1)]) + access.imm;
    (i128::from(MEMORY.start)..i128::from(MEMORY.end)).contains(&at)
}

/// Whether the expansion across two cells, if there is one, has a cell for the first byte.
fn has_crossing_cell(i: &Instruction, rs1: u64) -> bool {
    let Some(routine) = i.routine(WORD) else {
        return false;
    };
    let mut rows = i.expand_crossing(WORD, ADDRESS, INNER, SHARED);
    let call = rows.iter().position(|row| row.succ == SHARED).unwrap();
    rows.truncate(call + 1);
    rows.extend(routine.rows(WORD, SHARED));
    let access = rows.iter().position(|row| row.access.is_active()).unwrap();
    rows.truncate(access + 1);
    let (registers, persistent) = state(i, rs1);
    let advice = Advice::Honest(0);
    let after = run_with(WORD, &rows, &registers, &persistent, 7, &advice);
    let address = after.ok().and_then(|after| after.address);
    address.is_some_and(|address| MEMORY.contains(&address))
}

/// Addresses around both ends of memory, of words, and of the signed ones.
fn addresses() -> impl Iterator<Item = u64> {
    let ends = [0, MEMORY.start, MEMORY.end, 1 << 32, 1 << 63, 1 << 20];
    ends.into_iter().flat_map(|end: u64| {
        (0..20u64).flat_map(move |k| [end.wrapping_add(k), end.wrapping_sub(k)])
    })
}

#[test]
fn an_access_has_a_cell_or_traps() {
    let (mut traps, mut crossing) = (0, 0);
    for record in accesses() {
        for registers in [(5, 6, 7), (6, 6, 6), (0, 6, 0), (5, 0, 7)] {
            for imm in [0, 1, -1, 7, 8, -8, 2047, -2048] {
                let i = instruction(record, registers, imm);
                for address in addresses() {
                    let rs1 = match i.rs1 {
                        0 => 0,
                        _ => address,
                    };
                    let outcome = trap(&i, rs1);
                    assert_eq!(outcome.is_err(), has_cell(&i, rs1), "{i} of {rs1:#x}");
                    if has_crossing_cell(&i, rs1) {
                        assert!(outcome.is_err(), "{i} of {rs1:#x}");
                        crossing += 1;
                    }
                    let Ok(after) = outcome else { continue };
                    traps += 1;
                    let (registers, persistent) = state(&i, rs1);
                    let reads = Reads {
                        address: ADDRESS,
                        rs1,
                        persistent,
                        ..Reads::default()
                    };
                    let expected = i.interpret_fault(WORD, &reads).unwrap();
                    assert_eq!(after.next_label, u128::from(expected.next) + 1);
                    assert_eq!(after.persistent, expected.persistent, "{i} of {rs1:#x}");
                    // Nothing but the trap: no register, no memory.
                    assert_eq!((after.registers, after.cell), (registers, 7));
                    assert_eq!(after.address, None);
                }
            }
        }
    }
    assert!(traps > 10_000 && crossing > 1000, "{traps}, {crossing}");
}

#[test]
fn causes_are_those_of_the_architecture() {
    let cause = |name: &str| {
        let i = crate::common::instruction(name, (0, 6, 0));
        i.access_fault().map(AccessFault::cause)
    };
    for (name, expected) in [
        ("lb", Some(5)),
        ("ld", Some(5)),
        ("lr.w", Some(5)),
        ("sb", Some(7)),
        ("sc.d", Some(7)),
        ("amoadd.w", Some(7)),
        ("add", None),
        ("ecall", None),
    ] {
        assert_eq!(cause(name), expected, "{name}");
    }
    let all: Vec<_> = accesses().map(|record| record.mnemonic).collect();
    assert_eq!(all.len(), 7 + 4 + 22, "{all:?}");
}
