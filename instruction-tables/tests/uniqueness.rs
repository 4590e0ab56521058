//! Soundness of sequences with advice: whatever the host supplies, at most one architectural outcome
//! is accepted, and it is the right one.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Advice, corners, instruction, run};
use instruction_tables::instructions::Reads;
use instruction_tables::{Hint, Row, WordSize};

/// Runs all advice on one pair of operands; every accepted outcome must be the semantic one, and
/// honest advice must be accepted.
fn check(
    word: WordSize,
    name: &str,
    registers: (u8, u8, u8),
    (x, y): (u64, u64),
    rows: &[Row],
    advice: impl Iterator<Item = u128>,
) {
    let i = instruction(name, registers);
    let mut before = [0; 32];
    before[usize::from(i.rs1)] = x;
    before[usize::from(i.rs2)] = y;
    let reads = Reads {
        address: 0x10,
        rs1: before[usize::from(i.rs1)],
        rs2: before[usize::from(i.rs2)],
        ..Reads::default()
    };
    let mut expected = before;
    expected[usize::from(i.rd)] = i.interpret(word, &reads).rd.unwrap();
    let honest = run(word, rows, &before, 0, &Advice::Honest(0)).unwrap();
    assert_eq!(honest.registers, expected, "{name} {x} {y}");
    for free in advice {
        if let Ok(after) = run(word, rows, &before, 0, &Advice::Fixed(free)) {
            assert_eq!(
                after.registers, expected,
                "{name} {x} {y} with advice {free}"
            );
            assert_eq!(after.next_label, honest.next_label);
        }
    }
}

fn expansion(word: WordSize, name: &str, registers: (u8, u8, u8)) -> Vec<Row> {
    let rows = instruction(name, registers).expand(word, 0x10, 1000 + (1 << word.bits()));
    assert!(
        rows.iter().any(|r| r.hint != Hint::None),
        "{name} takes advice"
    );
    rows
}

const DIVISIONS: [&str; 8] = [
    "div", "divu", "rem", "remu", "divw", "divuw", "remw", "remuw",
];

#[test]
fn divisions_accept_one_outcome_for_all_operands_and_all_advice_at_eight_bits() {
    let word = WordSize::W8;
    for name in &DIVISIONS[..4] {
        let rows = expansion(word, name, (5, 6, 7));
        for x in 0..256 {
            for y in 0..256 {
                check(word, name, (5, 6, 7), (x, y), &rows, 0..256);
            }
        }
    }
}

#[test]
fn word_divisions_accept_one_outcome_at_eight_bits() {
    // Only the low four bits of the operands count; the others are garbage.
    let word = WordSize::W8;
    for name in &DIVISIONS[4..] {
        let rows = expansion(word, name, (5, 6, 7));
        for x in 0..256 {
            for y in (0..256).filter(|y| [0, 0x30, 0x80, 0xf0].contains(&(y & 0xf0))) {
                check(word, name, (5, 6, 7), (x, y), &rows, 0..256);
            }
        }
    }
}

#[test]
fn divisions_accept_one_outcome_for_every_aliasing_and_wide_advice() {
    // Advice is an index of 2W bits: its high half must not matter.
    let word = WordSize::W8;
    for name in DIVISIONS {
        for registers in [
            (5, 5, 6),
            (5, 6, 5),
            (5, 6, 6),
            (5, 5, 5),
            (5, 0, 6),
            (5, 6, 0),
        ] {
            let rows = expansion(word, name, registers);
            for x in corners(word) {
                for y in corners(word) {
                    let y = if registers.1 == registers.2 { x } else { y };
                    let x = if registers.1 == 0 { 0 } else { x };
                    let y = if registers.2 == 0 { 0 } else { y };
                    check(
                        word,
                        name,
                        registers,
                        (x, y),
                        &rows,
                        (0..1 << 16).step_by(97),
                    );
                }
            }
        }
    }
}

#[test]
fn divisions_accept_one_outcome_near_the_honest_one_at_full_width() {
    for word in [WordSize::W32, WordSize::W64] {
        for name in DIVISIONS {
            if !instruction(name, (5, 6, 7)).record.exists(word) {
                continue;
            }
            let rows = expansion(word, name, (5, 6, 7));
            let modulus = 1u128 << word.bits();
            for x in corners(word) {
                for y in corners(word) {
                    let honest = [Hint::quotient(x, y), Hint::signed_quotient(word, x, y)];
                    let near = honest.into_iter().flat_map(|q| {
                        let q = u128::from(q);
                        // Neighbours, negations, wrapped and half-word variants.
                        [
                            q + 1,
                            q.wrapping_sub(1) % modulus,
                            (modulus - q) % modulus,
                            q ^ (modulus - 1),
                            q ^ 1 << (word.bits() - 1),
                            q ^ 1 << (word.bits() / 2),
                            q + modulus,
                        ]
                    });
                    check(word, name, (5, 6, 7), (x, y), &rows, near);
                }
            }
        }
    }
}
