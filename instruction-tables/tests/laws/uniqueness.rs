//! Soundness of sequences with advice: whatever the host supplies, at most one architectural outcome
//! is accepted, and it is the right one. The same at full width, for all operands, by a solver:
//! `examples/uniqueness` and `papers/uniqueness.md`.

use crate::common::{Advice, Choice, choice, corners, instruction, operands, run};
use instruction_tables::instructions::{MADE, Reads, Semantics, records};
use instruction_tables::{Hint, Inputs, Operands, Row, WordSize};
use sumcheck::analysis::sample;

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

/// Names of the records whose rows take advice, which tests here try all of.
fn advised(word: WordSize) -> impl Iterator<Item = &'static str> {
    let all = records().filter(move |r| r.exists(word) && choice(word, r) == Choice::Advice);
    all.map(|r| r.mnemonic)
}

/// Whether an instruction works on the low half-words of its operands.
fn of_half_words(name: &str) -> bool {
    name.ends_with('w')
}

/// Which records leave a choice, and of which kind: a new one must be put in its place here, and the tests
/// of that kind run over all records that have it. Those of two expansions are in `crossing_laws.rs`.
#[test]
fn no_record_with_a_choice_is_forgotten() {
    for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
        for record in records().chain(MADE).filter(|r| r.exists(word)) {
            let name = record.mnemonic;
            let expected = match record.semantics {
                Semantics::PrivateInput => Choice::Input,
                // A cell of the small machine is a byte: nothing crosses it.
                Semantics::Load { size, .. } | Semantics::Store { size }
                    if size > 1 && word != WordSize::W8 =>
                {
                    Choice::Expansion
                }
                _ if name.starts_with("div") || name.starts_with("rem") => Choice::Advice,
                _ => Choice::Nothing,
            };
            assert_eq!(choice(word, record), expected, "{name} at {word:?}");
        }
    }
    assert_eq!(advised(WordSize::W64).count(), 8);
    assert_eq!(advised(WordSize::W32).count(), 4);
}

/// A row without a free index does not depend on one: all else that it computes comes from what it reads.
#[test]
fn rows_without_a_free_index_ignore_it() {
    for word in [WordSize::W32, WordSize::W64] {
        for record in records().chain(MADE).filter(|r| r.exists(word)) {
            let mut i = instruction(record.mnemonic, (5, 6, 7));
            if matches!(record.semantics, Semantics::Csr { .. }) {
                i.imm = 0x340;
            }
            for row in i.expand(word, 0x10, 1 << 65) {
                if row.operands == Operands::Free {
                    continue;
                }
                for x in corners(word) {
                    let inputs = |free| Inputs {
                        rs1: x,
                        rs2: x >> 1,
                        cell: x ^ 0x55,
                        offset: 0,
                        free,
                    };
                    let one = row.execute(word, &inputs(0));
                    assert_eq!(one, row.execute(word, &inputs(x.into())), "{}", row.name);
                }
            }
        }
    }
}

/// Private input is any word, and changes nothing but `rd`.
#[test]
fn private_input_reaches_rd_and_nothing_else() {
    let word = WordSize::W8;
    for rd in [0, 5] {
        let rows = expansion(word, "private_input", (rd, 0, 0));
        let before = [0x33; 32].map(|r| r & word.mask());
        for free in 0..1 << 16 {
            let after = run(word, &rows, &before, 7, &Advice::Fixed(free)).unwrap();
            let mut expected = before;
            if rd != 0 {
                expected[usize::from(rd)] = free as u64 & word.mask();
            }
            assert_eq!(after.registers, expected);
            assert_eq!((after.cell, after.next_label), (7, 0x15));
        }
    }
}

#[test]
fn divisions_accept_one_outcome_for_all_advice_at_eight_bits() {
    let word = WordSize::W8;
    for name in advised(word).filter(|name| !of_half_words(name)) {
        let rows = expansion(word, name, (5, 6, 7));
        for x in operands() {
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
    for name in advised(word).filter(|name| of_half_words(name)) {
        let rows = expansion(word, name, (5, 6, 7));
        for x in operands() {
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
    for name in advised(word) {
        for registers in [
            (5, 5, 6),
            (5, 6, 5),
            (5, 6, 6),
            (5, 5, 5),
            (5, 0, 6),
            (5, 6, 0),
            (5, 5, 0),
            (5, 0, 5),
            (5, 0, 0),
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
                        (0..1 << 16).step_by(97 * sample::one_in(3)),
                    );
                }
            }
        }
    }
}

#[test]
fn divisions_accept_one_outcome_near_the_honest_one_at_full_width() {
    for word in [WordSize::W32, WordSize::W64] {
        for name in advised(word) {
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
