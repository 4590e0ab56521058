//! Tables recombined from their subtables, and functions that are hard to tell apart.
#![allow(clippy::unwrap_used)]
use super::comparison::{Distinct, vanishes};
use super::function::Function;
use super::residue::{P, residue};
use super::search::Found;
use super::subtable::gcd;
use super::*;
use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use instruction_tables::tables::AutomatonTable;
use instruction_tables::{Automaton, Kind, WordSize, tables};
use std::sync::Arc;
use sumcheck::Point;

fn shape(word: WordSize) -> LookupShape {
    LookupShape {
        cycle_vars: 4,
        index_bits: 2 * word.bits(),
        tables: tables::all(word).iter().map(|(_, t)| *t).collect(),
    }
}

fn recombines(word: WordSize, chunk_bits: usize, rounds: usize) -> Decomposition {
    let shape = shape(word);
    let cut = Decomposition::new(&shape, chunk_bits).unwrap();
    let rng = &mut StdRng::seed_from_u64(1);
    let subtables = cut.subtables().len();
    let factors: Vec<Expr<Fr>> = (0..cut.positions() * subtables).map(Expr::Factor).collect();
    let entries = cut.entries();
    for (t, table) in shape.tables.iter().enumerate() {
        let output = |position: usize, s: usize| {
            assert!(cut.uses(t, position, s));
            factors[position * subtables + s].clone()
        };
        let expr = cut.expr(t, output);
        for _ in 0..rounds {
            // Words of few bits are as likely as long ones.
            let [x, y]: [u64; 2] = [0, 1].map(|_| {
                let shift = rng.gen_range(0..word.bits());
                (rng.r#gen::<u64>() & word.mask()) >> shift
            });
            let index = instruction_tables::interleave(x, y);
            let mut values = vec![Fr::from(77u64); cut.positions() * subtables];
            for position in 0..cut.positions() {
                let k = cut.value(index, position);
                for (s, entries) in entries.iter().enumerate() {
                    if cut.uses(t, position, s) {
                        values[position * subtables + s] = Fr::from_i128(entries[k]);
                    }
                }
            }
            let expected = Fr::from(table.entry(index));
            assert_eq!(expr.eval(&values), expected, "{} {index:x}", table.name());
        }
    }
    cut
}

#[test]
fn chunks_recombine_to_every_table() {
    for (word, chunk_bits, rounds) in [
        (WordSize::W8, 2, 40),
        (WordSize::W8, 4, 40),
        (WordSize::W8, 16, 40),
        (WordSize::W32, 8, 30),
        (WordSize::W64, 4, 10),
        (WordSize::W64, 8, 20),
    ] {
        recombines(word, chunk_bits, rounds);
    }
}

/// The shape of the machine: how many subtables there are, and how long their entries.
#[test]
fn subtables_of_the_machine_are_few_and_small() {
    let cut = recombines(WordSize::W64, 16, 20);
    for (i, subtable) in cut.subtables().iter().enumerate() {
        let entries = subtable.entries();
        assert_eq!((entries.len(), entries[0]), (1 << 16, 0));
        let longest = entries.iter().map(|e| e.unsigned_abs()).max().unwrap();
        assert!(longest >> 65 == 0, "{} {longest:x}", subtable.name());
        println!(
            "{i:3} {:5.1} bits {}",
            (longest as f64).log2(),
            subtable.name()
        );
    }
    let mut widest = 0;
    for (t, table) in shape(WordSize::W64).tables.iter().enumerate() {
        let uses: Vec<&Vec<usize>> = (0..8).map(|i| &cut.chunk(t, i).uses).collect();
        println!("{} {uses:?}", table.name());
        widest = uses.iter().map(|u| u.len()).max().unwrap().max(widest);
    }
    println!(
        "{} subtables, at most {widest} for a chunk",
        cut.subtables().len()
    );
    assert!(cut.subtables().len() <= 80 && widest <= 9);
}

#[test]
fn extensions_of_subtables_are_those_of_their_entries() {
    let rng = &mut StdRng::seed_from_u64(2);
    for (word, chunk_bits) in [(WordSize::W8, 8), (WordSize::W64, 8), (WordSize::W32, 4)] {
        let cut = Decomposition::new(&shape(word), chunk_bits).unwrap();
        let point: Vec<Fr> = (0..chunk_bits).map(|_| Fr::rand(rng)).collect();
        let eq = Point(point.iter().rev().copied().collect()).eq_table();
        for subtable in cut.subtables() {
            let terms = eq.iter().zip(subtable.entries());
            let sum: Fr = terms.map(|(e, v)| e.mul_i128(v)).sum();
            assert_eq!(subtable.evaluate(&point), sum, "{}", subtable.name());
        }
    }
}

/// The index, and at one chunk something that two points modulo `2^61 − 1` do not see.
fn dented(steps: usize, low_bits: usize, at: usize) -> AutomatonTable {
    let dent = i128::from(P);
    let automaton = Automaton::new(steps, &[1, 0, dent], &[0, 1, 1], move |i, a, b| {
        let emitted = (2 * a + b) << (2 * i);
        let here = (at >> (2 * i)) as i128 & 3 == 2 * a + b;
        let mut transitions = vec![(0, 0, 1), (0, 1, emitted), (1, 1, 1)];
        if 2 * i >= low_bits || here {
            transitions.push((2, 2, 1));
        }
        transitions
    });
    AutomatonTable::new(format!("DENTED{at}"), Kind::Single, automaton).unwrap()
}

/// Wherever the dent is, no chunk is taken for another function's.
#[test]
fn functions_are_compared_at_every_chunk() {
    let plain = Automaton::emitting(20, |i, a, b| (2 * a + b) << (2 * i));
    let plain = AutomatonTable::new("PLAIN", Kind::Single, plain).unwrap();
    let plain = plain.leak();
    for at in 0..256 {
        let table = dented(20, 8, at).leak();
        let shape = LookupShape {
            cycle_vars: 8,
            index_bits: 40,
            tables: vec![plain, table],
        };
        let cut = Decomposition::new(&shape, 8).unwrap();
        let (subtables, entries) = (cut.subtables().len(), cut.entries());
        let factors: Vec<Expr<Fr>> = (0..5 * subtables).map(Expr::Factor).collect();
        let expr = cut.expr(1, |i, s| factors[i * subtables + s].clone());
        for chunk in (0..256).step_by(17).chain([at, at ^ 1]) {
            for index in [chunk as u128, chunk as u128 | 0x5a00] {
                let values = (0..5).flat_map(|i| {
                    let k = cut.value(index, i);
                    entries.iter().map(move |own| Fr::from_i128(own[k]))
                });
                let value = expr.eval(&values.collect::<Vec<_>>());
                assert_eq!(value, Fr::from(table.entry(index)), "{at} {index:x}");
            }
        }
    }
}

#[test]
fn constants_and_multiples_are_told_exactly() {
    let function = |weight: fn(i128) -> i128| Function {
        automaton: Arc::new(Automaton::emitting(4, move |i, a, b| {
            weight((2 * a + b) << (2 * i))
        })),
        first: 0,
        steps: 4,
        row: vec![1, 0],
        column: vec![0, 1],
    };
    let (one, other) = (function(|x| x), function(|x| 7 * x));
    let are_multiples = |a: &Function, b: &Function| {
        let of = |f: &Function| Distinct::new(String::new(), f.clone());
        assert_eq!(of(a).is_multiple(b), of(b).is_multiple(a));
        of(a).is_multiple(b)
    };
    assert!(are_multiples(&one, &other));
    assert!(vanishes(&[(&function(|_| 3), 1)]));
    // Zero wherever it is looked at modulo P.
    let unseen = function(|x| x * i128::from(P));
    assert_eq!(Found::new(8).fingerprint(&unseen), P + 1);
    assert!(!vanishes(&[(&unseen, 1)]) && are_multiples(&unseen, &one));
    let bent = function(|x| x + i128::from(P) * i128::from(x == 3));
    let found = Found::new(8);
    assert_eq!(found.fingerprint(&bent), found.fingerprint(&one));
    assert!(!are_multiples(&bent, &one));
    // It changes at one chunk alone, and at none.
    let last = function(|x| i128::from(x == 3 << 6));
    assert_eq!(last.changing(), Some(3 << 6));
    assert_eq!(function(|_| 1).changing(), None);
}

#[test]
fn entries_have_no_common_divisor_and_begin_with_zero() {
    let cut = Decomposition::new(&shape(WordSize::W64), 8).unwrap();
    for subtable in cut.subtables() {
        let entries = subtable.entries();
        let largest = entries.iter().map(|e| e.unsigned_abs()).max();
        assert_eq!((entries[0], largest), (0, Some(subtable.largest())));
        let divisor = entries.iter().fold(0, |d, e| gcd(d, e.unsigned_abs()));
        let first = entries.iter().find(|e| **e != 0).unwrap();
        assert_eq!((divisor, first.signum()), (1, 1), "{}", subtable.name());
        assert_eq!(entries[subtable.pivot], *first);
    }
    for (x, expected) in [(0, 0), (-1, P - 1), (i128::from(P), 0), (i128::MIN, P - 32)] {
        assert_eq!(residue(x), expected, "{x}");
    }
    assert_eq!(residue(i128::MAX), 31);
    assert_eq!(
        (gcd(1 << 70, 3 << 68), gcd(0, 5), gcd(12, 18)),
        (1 << 68, 5, 6)
    );
}

#[test]
fn chunks_that_do_not_make_up_an_index_are_refused() {
    for bits in [0, 1, 3, 6, 18, 32] {
        assert!(Decomposition::new(&shape(WordSize::W8), bits).is_err());
    }
}

#[test]
fn operands_and_index_are_sums_over_chunks() {
    let cut = Decomposition::new(&shape(WordSize::W64), 8).unwrap();
    let index = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210u128;
    let entries = cut.entries();
    let (mut whole, mut left, mut right) = (0u128, 0u64, 0u64);
    for i in 0..cut.positions() {
        let k = cut.value(index, i);
        let entry = |s: usize| entries[s][k];
        whole += cut.weight(i) * entry(CHUNK) as u128;
        left += cut.operand_weight(i) * entry(LEFT) as u64;
        right += cut.operand_weight(i) * entry(RIGHT) as u64;
    }
    assert_eq!(whole, index);
    assert_eq!((left, right), instruction_tables::deinterleave(index));
}
