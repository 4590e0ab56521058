//! What a cheating prover could do with the sequences of instructions, for both word sizes.

use super::WORDS;
use crate::support::forge::Forgery;
use crate::support::{Draft, Start, run, simulate};
use instruction_tables::instructions::by_mnemonic;
use instruction_tables::instructions::persistent::{MCAUSE, MEPC, MTVAL, MTVEC, RESERVATION};
use instruction_tables::{Hint, Instruction, Row, TableId, WordSize, Write};
use jolt_core::machine::Machine;
use jolt_core::vm::constrain::violations;
use sumcheck::analysis::sample;
use sumcheck::{Checks, VerifyError};

/// One instruction behind constants in registers, then the end; with its second expansion, if it has
/// one. Memory is cells 5 and 6.
struct Sequence {
    machine: Machine,
    /// Its first row.
    head: u32,
    /// The first row of its second expansion.
    crossing: u32,
    /// The expansion that traps, of an access.
    fault: u32,
}

impl Sequence {
    fn new(
        word: WordSize,
        mnemonic: &str,
        (rd, rs1, rs2): (u8, u8, u8),
        constants: &[(u8, u64)],
    ) -> Self {
        let i = Instruction {
            record: by_mnemonic(mnemonic).unwrap(),
            rd,
            rs1,
            rs2,
            imm: 0,
            length: 4,
        };
        Self::of(word, &i, constants)
    }

    fn of(word: WordSize, i: &Instruction, constants: &[(u8, u64)]) -> Self {
        let base = 1u128 << word.bits();
        let mut rows = vec![Row::HALT];
        for (label, (rd, link)) in (1..).zip(constants) {
            rows.push(Row {
                label,
                succ: label + 1,
                rd: *rd,
                link: *link,
                write: Write::Link,
                ..Row::HALT
            });
        }
        let address = constants.len() as u64;
        let head = rows.len();
        rows.extend(i.expand(word, address, base + head as u128 + 1));
        let mut fault = 0;
        if let Some(shared) = i.access_fault() {
            let first = base + rows.len() as u128;
            let memory = 0..(crate::support::CELLS * word.bytes()) as u64;
            rows.extend(shared.rows(word, &memory, first));
            fault = rows.len();
            let labels = (base + fault as u128 + 1, first);
            rows.extend(i.expand_fault(word, address, memory.start, labels));
        }
        let mut crossing = 0;
        if let Some(routine) = i.routine(word) {
            let first = base + rows.len() as u128;
            rows.extend(routine.rows(word, first));
            crossing = rows.len();
            rows.extend(i.expand_crossing(word, address, base + crossing as u128 + 1, first));
        }
        // What follows it, and what would follow one of two bytes more.
        for after in [0, 2] {
            rows.push(Row {
                label: u128::from(address) + u128::from(i.length) + 1 + after,
                ..Row::HALT
            });
        }
        Sequence {
            machine: crate::support::machine(word, rows),
            head: head as u32,
            crossing: crossing as u32,
            fault: fault as u32,
        }
    }

    /// Runs it, starting with the expansion at `head`; the constraints broken. It is accepted if there are
    /// none and no `checks`, which must each be the only one to reject it.
    fn forge(
        &self,
        head: u32,
        start: impl Fn(&mut Start),
        tamper: impl Fn(&mut Draft),
        checks: &[&str],
    ) -> Vec<&'static str> {
        let run = run(&self.machine, Vec::new());
        let mut begin = Start::honest(&run);
        start(&mut begin);
        let witness = simulate(&run, &begin, &|_, draft| {
            if draft.next_row == self.head {
                draft.next_row = head;
            }
            tamper(draft);
        });
        let forgery = Forgery::of(&run, &witness);
        let (verdict, _) = forgery.verdict(Checks::all());
        let broken = violations(&run, &witness);
        if checks.is_empty() && broken.is_empty() {
            assert_eq!(verdict, Ok(()));
        } else {
            assert!(matches!(verdict, Err(VerifyError::Check { .. })));
        }
        for check in checks {
            let (verdict, performed) = forgery.verdict(Checks::without(check));
            assert_eq!(verdict, Ok(()), "without {check}");
            assert!(performed.contains(*check));
        }
        broken.into_iter().map(|(_, name)| name).collect()
    }

    fn rows(&self) -> &[Row] {
        self.machine.bytecode.rows()
    }

    /// The row that has a property.
    fn find(&self, property: impl Fn(&Row) -> bool) -> u32 {
        self.rows().iter().position(property).unwrap() as u32
    }
}

/// Changes what one row does; only the cycles that run it.
fn at(row: u32, change: impl Fn(&mut Draft)) -> impl Fn(&mut Draft) {
    move |draft| {
        if draft.cycle.row == row {
            change(draft);
        }
    }
}

/// Goes from one row to another.
fn jump(from: u32, to: u32) -> impl Fn(&mut Draft) {
    at(from, move |draft| draft.next_row = to)
}

/// All of these; of a sample one of them, another one with the next turn.
fn turns<T, const N: usize>(all: [T; N], turn: usize) -> impl Iterator<Item = T> {
    let some = all.into_iter().skip(turn % N * usize::from(!sample::all()));
    some.take(sample::count(1, N))
}

/// The lookup gives something else, which is written and decides where to go.
fn output(draft: &mut Draft, out: u64) {
    draft.cycle.out = out;
    draft.cycle.rd_new = out;
}

/// Every access at every offset; of a sample each access once within a cell and once beyond it, and each offset.
#[test]
fn of_two_expansions_the_prover_cannot_pick_the_wrong_one() {
    let mut all = Vec::new();
    for word in WORDS {
        let bytes = word.bytes() as u64;
        for (name, registers, size) in [
            ("ld", (7, 5, 0), 8),
            ("lw", (7, 5, 0), 4),
            ("lhu", (7, 5, 0), 2),
            ("sd", (0, 5, 6), 8),
            ("sw", (0, 5, 6), 4),
            ("sh", (0, 5, 6), 2),
        ] {
            let offsets = (0..bytes).filter(|_| size <= bytes);
            all.extend(offsets.map(|offset| (word, name, registers, size, offset)));
        }
    }
    let about = |(word, name, _, size, offset): &(WordSize, &str, _, u64, u64)| {
        let crosses = offset + size > word.bytes() as u64;
        vec![
            format!("{word:?}, {name}, crosses: {crosses}"),
            format!("{word:?}, at {offset}"),
        ]
    };
    for (word, name, registers, size, offset) in sample::of(all, about) {
        let bytes = word.bytes() as u64;
        let crosses = offset + size > bytes;
        let constants = [(6, 0x0506_0708), (5, 5 * bytes + offset)];
        let sequence = Sequence::new(word, name, registers, &constants);
        let (right, wrong) = if crosses {
            (sequence.crossing, sequence.head)
        } else {
            (sequence.head, sequence.crossing)
        };
        assert_eq!(
            sequence.forge(right, |_| (), |_| (), &[]),
            [""; 0],
            "{name} at {offset}"
        );
        if !crosses {
            let broken = sequence.forge(wrong, |_| (), |_| (), &["constrain/asserts"]);
            assert_eq!(broken, ["asserts"]);
        } else if size == bytes {
            // A load that takes one cell for both, and a store.
            let broken = sequence.forge(wrong, |_| (), |_| (), &["constrain/full"]);
            assert_eq!(broken, ["full"]);
        }
        // A narrow access beyond its cell has a window that is no word: there is no witness.
    }
}

#[test]
fn the_address_of_a_crossing_access_does_not_wrap_around() {
    for word in WORDS {
        let place = 6 * word.bytes() as i64 - 1;
        for (name, registers) in [("lw", (7, 5, 0)), ("sh", (0, 5, 6))] {
            let i = Instruction {
                record: by_mnemonic(name).unwrap(),
                rd: registers.0,
                rs1: registers.1,
                rs2: registers.2,
                imm: 10 + place,
                length: 4,
            };
            let sequence = Sequence::of(word, &i, &[(6, 7), (5, word.mask() - 9)]);
            let checks = ["constrain/exact"];
            let broken = sequence.forge(sequence.crossing, |_| (), |_| (), &checks);
            assert_eq!(broken, ["exact"]);
        }
    }
}

/// The expansion that traps is for accesses outside of memory, and tells the truth of them. Of a sample each access outside
/// and inside, and each address.
#[test]
fn an_access_inside_of_memory_does_not_trap() {
    for word in WORDS {
        let bytes = word.bytes() as u64;
        let memory = crate::support::CELLS as u64 * bytes;
        for (turn, name, registers) in [
            (0, "lbu", (7, 5, 0)),
            (1, "sw", (0, 5, 6)),
            (2, "amoadd.w", (7, 5, 6)),
        ] {
            // The address after the instruction, which is the fifth.
            let to = |address| {
                let constants = [(6, 3), (5, address), (8, 1), (MTVEC, 4 + 4)];
                Sequence::new(word, name, registers, &constants)
            };
            for address in turns([memory, word.mask() - 7], turn) {
                let sequence = to(address);
                let accepted = sequence.forge(sequence.fault, |_| (), |_| (), &[]);
                assert_eq!(accepted, [""; 0], "{name} of {address:#x}");
                for register in [MEPC, MCAUSE] {
                    let row = sequence.find(|r| r.rd == register);
                    let lie = at(row, |draft| draft.cycle.rd_new += 1);
                    let check = ["constrain/write_link"];
                    let broken = sequence.forge(sequence.fault, |_| (), lie, &check);
                    assert_eq!(broken, ["write_link"]);
                }
                let row = sequence.find(|r| r.rd == MTVAL);
                let lie = at(row, |draft| output(draft, draft.cycle.out ^ 1));
                sequence.forge(sequence.fault, |_| (), lie, &["execute/read"]);
            }
            for address in turns([0, 5 * bytes, memory - bytes], turn) {
                let sequence = to(address);
                let check = ["constrain/asserts"];
                let broken = sequence.forge(sequence.fault, |_| (), |_| (), &check);
                assert_eq!(broken, ["asserts"], "{name} of {address:#x}");
                // Past the assertion.
                let shared = sequence.find(|r| r.name == "access fault");
                let past = jump(shared, shared + 2);
                let check = ["constrain/next"];
                let broken = sequence.forge(sequence.fault, |_| (), past, &check);
                assert_eq!(broken, ["next"]);
            }
        }
    }
}

#[test]
fn routines_are_run_from_their_first_row_to_their_last() {
    for word in WORDS {
        let full = if word == WordSize::W64 {
            ["ld", "sd"]
        } else {
            ["lw", "sw"]
        };
        let start = 5 * word.bytes() as u64;
        for (name, registers) in [(full[0], (7, 5, 0)), (full[1], (0, 5, 6))] {
            for address in [start, start + 3] {
                let sequence = Sequence::new(word, name, registers, &[(6, 99), (5, address)]);
                let crossing = sequence.crossing;
                let token = crossing + if name == full[0] { 1 } else { 2 };
                let routine = sequence.find(|r| r.label == sequence.rows()[token as usize].succ);
                let next = ["constrain/next"];
                if address == start {
                    // Past the assertion that the access crosses.
                    let past = jump(routine, routine + 2);
                    assert_eq!(sequence.forge(crossing, |_| (), past, &next), ["next"]);
                } else {
                    // Past the routine.
                    let past = jump(token, token + 1);
                    assert_eq!(sequence.forge(crossing, |_| (), past, &next), ["next"]);
                    // Past the effective address: what is accessed is address 0, which does not cross, and where
                    // nothing may be stored.
                    let past = jump(sequence.head - 1, crossing + 1);
                    let mut broken = sequence.forge(sequence.head, |_| (), past, &[]);
                    broken.dedup();
                    let skipped = ["next", "asserts", "protected"];
                    let stores = usize::from(name == full[1]);
                    assert_eq!(broken, skipped[..2 + stores]);
                }
            }
        }
    }
}

#[test]
fn the_outcome_of_a_conditional_store_is_computed() {
    for (word, name) in [
        (WordSize::W64, "sc.d"),
        (WordSize::W64, "sc.w"),
        (WordSize::W32, "sc.w"),
    ] {
        let address = 5 * word.bytes() as u64;
        let sequence = Sequence::new(word, name, (7, 5, 6), &[(6, 0x5566), (5, address)]);
        let compared = sequence.find(|r| r.rs1 == RESERVATION && r.table == Some(TableId::EQ));
        let cleared = sequence.find(|r| r.rd == RESERVATION);
        // Nothing is reserved: it fails, which is proven.
        assert_eq!(sequence.forge(sequence.head, |_| (), |_| (), &[]), [""; 0]);
        // It succeeds all the same: by a lie about the comparison, or about the reservation, or by
        // one from before the program's start.
        let lie = at(compared, |draft| output(draft, 1));
        sequence.forge(sequence.head, |_| (), lie, &["execute/read"]);
        let lie = at(compared, |draft| {
            (draft.cycle.rs1, draft.again) = (address, true);
        });
        sequence.forge(sequence.head, |_| (), lie, &["execute/registers"]);
        let before = |start: &mut Start| start.registers = vec![(RESERVATION.into(), address)];
        sequence.forge(sequence.head, before, |_| (), &["recall/register_values"]);
        // The reservation is kept.
        let keep = at(cleared, |draft| draft.cycle.rd_new = address);
        let broken = sequence.forge(sequence.head, |_| (), keep, &["constrain/write_link"]);
        assert_eq!(broken, ["write_link"]);
    }
}

#[test]
fn misaligned_atomics_have_no_proof() {
    for (name, rs2) in [("amoadd.w", 6), ("amoswap.w", 6), ("sc.w", 6), ("lr.w", 0)] {
        for offset in [1, 2, 3] {
            let word = WordSize::W64;
            let sequence = Sequence::new(word, name, (7, 5, rs2), &[(6, 3), (5, 40 + offset)]);
            let broken = sequence.forge(sequence.head, |_| (), |_| (), &["constrain/asserts"]);
            assert_eq!(broken, ["asserts"]);
        }
    }
    for (word, name) in [
        (WordSize::W64, "lr.d"),
        (WordSize::W64, "amoor.d"),
        (WordSize::W32, "lr.w"),
        (WordSize::W32, "sc.w"),
        (WordSize::W32, "amomax.w"),
    ] {
        let rs2 = if name.starts_with("lr") { 0 } else { 6 };
        let address = 5 * word.bytes() as u64 + 2;
        let sequence = Sequence::new(word, name, (7, 5, rs2), &[(6, 3), (5, address)]);
        let broken = sequence.forge(sequence.head, |_| (), |_| (), &["constrain/full"]);
        // The load, and the store.
        let accesses = if rs2 == 0 { 1 } else { 2 };
        assert_eq!(broken, vec!["full"; accesses]);
    }
}

#[test]
fn atomics_store_what_the_operation_gives() {
    for (word, name, store) in [
        (WordSize::W64, "amoadd.d", "store"),
        (WordSize::W64, "amoadd.w", "store_narrow"),
        (WordSize::W64, "amomin.w", "store_narrow"),
        (WordSize::W64, "amoxor.w", "store_narrow"),
        (WordSize::W32, "amomaxu.w", "store"),
    ] {
        let address = 5 * word.bytes() as u64;
        let sequence = Sequence::new(word, name, (7, 5, 6), &[(6, 3), (5, address)]);
        assert_eq!(sequence.forge(sequence.head, |_| (), |_| (), &[]), [""; 0]);
        let stores = sequence.find(|r| r.name == name && r.access.is_store());
        let loads = sequence.find(|r| r.name == name && r.access.is_active());
        let lie = at(stores, |draft| draft.cycle.cell_new += 1);
        let check = format!("constrain/{store}");
        assert_eq!(
            sequence.forge(sequence.head, |_| (), lie, &[&check]),
            [store]
        );
        // Another result of the lookup before it, and another old value.
        let lie = at(stores - 1, |draft| output(draft, draft.cycle.out ^ 1));
        sequence.forge(sequence.head, |_| (), lie, &["execute/read"]);
        let lie = at(loads, |draft| {
            (draft.cycle.cell_old, draft.again) = (draft.cycle.cell_old ^ 1, true);
        });
        sequence.forge(sequence.head, |_| (), lie, &["execute/ram"]);
    }
}

#[test]
fn traps_and_their_returns_go_where_the_registers_say() {
    for word in WORDS {
        for (name, register) in [
            ("ecall", MTVEC),
            ("ebreak", MTVEC),
            ("illegal", MTVEC),
            ("no-code", MTVEC),
            ("mret", MEPC),
        ] {
            if !by_mnemonic(name).unwrap().exists(word) {
                continue;
            }
            // The address after the instruction, which is the third.
            let target = 2 + 4;
            let sequence = Sequence::new(word, name, (0, 0, 0), &[(6, 3), (register, target)]);
            assert_eq!(sequence.forge(sequence.head, |_| (), |_| (), &[]), [""; 0]);
            let leaves = sequence.find(|r| r.name == name && r.delta == 1);
            // Two bytes further: by a step, by another register value, by another lookup.
            let past = sequence.rows().len() as u32 - 1;
            let step = jump(leaves, past);
            let broken = sequence.forge(sequence.head, |_| (), step, &["constrain/next"]);
            assert_eq!(broken, ["next"]);
            let lie = at(leaves, |draft| {
                (draft.cycle.rs1, draft.again) = (target + 2, true);
            });
            sequence.forge(sequence.head, |_| (), lie, &["execute/registers"]);
            let lie = at(leaves, |draft| {
                draft.cycle.out = target + 2;
                draft.next_row = past;
            });
            sequence.forge(sequence.head, |_| (), lie, &["execute/read"]);
            // What a trap leaves behind.
            let left = [MEPC, MCAUSE, MTVAL].into_iter();
            for register in left.filter(|_| name != "mret") {
                let row = sequence.find(|r| r.name == name && r.rd == register);
                let lie = at(row, |draft| draft.cycle.rd_new += 1);
                let check = ["constrain/write_link"];
                let broken = sequence.forge(sequence.head, |_| (), lie, &check);
                assert_eq!(broken, ["write_link"]);
            }
        }
    }
}

#[test]
fn an_instruction_is_as_long_as_it_is() {
    for word in WORDS {
        for length in [2, 4] {
            for (name, registers) in [("addi", (7, 5, 0)), ("jalr", (1, 5, 0))] {
                let i = Instruction {
                    record: by_mnemonic(name).unwrap(),
                    rd: registers.0,
                    rs1: registers.1,
                    rs2: registers.2,
                    imm: 0,
                    length,
                };
                // For the jump: to what follows.
                let next = 2 + u64::from(length);
                let sequence = Sequence::of(word, &i, &[(6, 3), (5, next)]);
                let end = sequence.rows().len() as u32 - 1;
                assert_eq!(sequence.forge(sequence.head, |_| (), |_| (), &[]), [""; 0]);
                let further = jump(sequence.head, end);
                let broken = sequence.forge(sequence.head, |_| (), further, &["constrain/next"]);
                assert_eq!(broken, ["next"]);
                if name == "jalr" {
                    // It comes back two bytes further, or less far.
                    let link = at(sequence.head, |d| d.cycle.rd_new ^= 2);
                    let check = ["constrain/write_link"];
                    let broken = sequence.forge(sequence.head, |_| (), link, &check);
                    assert_eq!(broken, ["write_link"]);
                }
            }
        }
    }
}

#[test]
fn quotients_are_what_they_are_whatever_is_advised() {
    for word in WORDS {
        let minus = |x: u64| x.wrapping_neg() & word.mask();
        for (name, n, d) in [
            ("divu", 100, 7),
            ("remu", 100, 7),
            ("div", minus(100), 7),
            ("rem", 100, minus(7)),
            ("divw", minus(100), minus(7)),
            ("remuw", 100, 7),
        ] {
            if !by_mnemonic(name).unwrap().exists(word) {
                continue;
            }
            let advised = |n, d, q: u64, checks: &[&str]| {
                let sequence = Sequence::new(word, name, (7, 5, 6), &[(5, n), (6, d)]);
                let advice = sequence.find(|r| r.hint != Hint::None);
                let tell = at(advice, move |draft| {
                    draft.cycle.index = q.into();
                    output(draft, q);
                });
                sequence.forge(sequence.head, |_| (), tell, checks)
            };
            assert_eq!(advised(n, d, 14, &[]), [""; 0], "{name}");
            // Too small: the remainder is not below the divisor.
            assert_eq!(advised(n, d, 13, &["constrain/asserts"]), ["asserts"]);
            // A product that is 2^W, which is not 0.
            let half = 1 << (word.bits() - 1);
            assert_eq!(advised(0, 2, half, &["constrain/exact"]), ["exact"]);
            // By zero any quotient will do.
            assert_eq!(advised(n, 0, half + 5, &[]), [""; 0]);
        }
    }
}
