//! Laws of every table, looped over the registry.

use ark_bn254::Fr;
use ark_ff::{One, UniformRand, Zero};
use ark_std::test_rng;
use instruction_tables::{Kind, Table, WordSize, deinterleave, interleave, tables};
use proptest::prelude::*;
use sumcheck::analysis::sample;
use sumcheck::{Expr, Field, Point};

const WORDS: [WordSize; 3] = [WordSize::W8, WordSize::W32, WordSize::W64];

/// Words with structure: corners, one-hots, windows, runs of ones, small and uniform ones.
fn word_values(word: WordSize) -> BoxedStrategy<u64> {
    let (bits, mask) = (word.bits(), word.mask());
    let (sign, half) = (1u64 << (bits - 1), 1u64 << (bits / 2 - 1));
    let corners = vec![
        0,
        1,
        2,
        mask,
        mask - 1,
        sign,
        sign - 1,
        sign + 1,
        half,
        half - 1,
        2 * half - 1,
        2 * half,
        mask ^ (2 * half - 1),
    ];
    prop_oneof![
        prop::sample::select(corners),
        (0..bits).prop_map(|k| 1 << k),
        (0..bits, 0..bits).prop_map(|(i, j)| 1 << i | 1 << j),
        (0..bits / 8, 0usize..4).prop_map(move |(offset, log)| {
            let top = 8 * offset + (8 << log) - 1;
            (1 << (8 * offset)) | if top < bits { 1 << top } else { 0 }
        }),
        (0..bits).prop_map(move |k| mask >> k),
        (0..bits).prop_map(move |k| (mask << k) & mask),
        any::<u64>().prop_map(move |x| x & mask),
        any::<u64>().prop_map(move |x| x & mask & 0xff),
    ]
    .boxed()
}

fn indices(word: WordSize) -> BoxedStrategy<u128> {
    (word_values(word), word_values(word), any::<bool>())
        .prop_map(move |(x, y, pair)| {
            if pair {
                interleave(x, y)
            } else {
                u128::from(x) << word.bits() | u128::from(y)
            }
        })
        .boxed()
}

fn low(bits: usize) -> u128 {
    1u128.checked_shl(bits as u32).unwrap_or(0).wrapping_sub(1)
}

fn suffix(table: &dyn Table, step: usize, bits: u128) -> Vec<i128> {
    let mut out = vec![0; table.automaton().states()];
    table.suffix(step, bits, &mut out);
    out
}

fn automaton_suffix(table: &dyn Table, step: usize, bits: u128) -> Vec<i128> {
    let automaton = table.automaton();
    let mut out = vec![0; automaton.states()];
    automaton.suffix(step, bits, &mut out);
    out
}

/// Entry, definition, suffix formulas and output range at one index.
fn check_index(table: &dyn Table, index: u128) {
    let suffix = |step: usize, bits: u128| automaton_suffix(table, step, bits);
    check_index_with(table, index, suffix);
}

/// The same, where the automaton's suffixes are given.
fn check_index_with<S: AsRef<[i128]>>(
    table: &dyn Table,
    index: u128,
    expected: impl Fn(usize, u128) -> S,
) {
    let (name, automaton) = (table.name(), table.automaton());
    let word = WORDS
        .into_iter()
        .find(|w| 2 * w.bits() == table.index_bits());
    let word = word.expect("a table of words");
    let entry = table.entry(index);
    assert_eq!(
        i128::from(entry),
        automaton.entry(index),
        "{name} {word:?} at {index:#x}"
    );
    assert!(
        entry <= word.mask(),
        "{name} {word:?} leaves the word at {index:#x}"
    );
    if table.is_predicate() {
        assert!(entry <= 1, "{name} {word:?} is no predicate");
    }
    let (left, right) = deinterleave(index);
    assert_eq!(table.entry_pair(left, right), entry, "{name} {word:?}");
    for step in 0..=automaton.steps() {
        let bits = index & low(2 * (automaton.steps() - step));
        let out = suffix(table, step, index);
        assert_eq!(
            out,
            expected(step, bits).as_ref(),
            "{name} {word:?} suffix {step} of {index:#x}"
        );
        let bound = 1i128 << word.bits();
        assert!(
            out.iter().all(|x| (0..=bound).contains(x)),
            "{name} {word:?} suffix {step} of {index:#x} is {out:?}"
        );
    }
    // The cut at the top is the table.
    let top = suffix(table, 0, index);
    let value: i128 = automaton.start().iter().zip(&top).map(|(s, x)| s * x).sum();
    assert_eq!(value, i128::from(entry));
}

#[test]
fn entries_suffixes_and_range_at_eight_bits() {
    for (_, table) in tables::all(WordSize::W8) {
        // What the automaton leaves is the same for all indices that end alike.
        let ends = |step: usize| 0..1u128 << (16 - 2 * step);
        let of_step = |step| ends(step).map(move |bits| automaton_suffix(*table, step, bits));
        let suffixes: Vec<Vec<Vec<i128>>> = (0..=8).map(|step| of_step(step).collect()).collect();
        // Of a sample one in five, which ends in all ways: 5 and 4 have no divisor in common.
        for index in (0..1u128 << 16).step_by(sample::one_in(5)) {
            check_index_with(*table, index, |step, bits| &suffixes[step][bits as usize]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(sample::count(100, 400) as u32))]

    #[test]
    fn entries_suffixes_and_range_at_32_bits(index in indices(WordSize::W32)) {
        for (_, table) in tables::all(WordSize::W32) {
            check_index(*table, index);
        }
    }

    #[test]
    fn entries_suffixes_and_range_at_64_bits(index in indices(WordSize::W64), any: u128) {
        for (_, table) in tables::all(WordSize::W64) {
            check_index(*table, index);
            check_index(*table, any);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn extension_agrees_with_entries_on_the_cube(seeds: [(u64, u64); 3]) {
        for word in WORDS {
            for (_, table) in tables::all(word) {
                for (x, y) in seeds {
                    let index = interleave(x, y) & low(table.index_bits());
                    let point = Point::<Fr>::boolean(index, table.index_bits());
                    let value = table.automaton().evaluate(&point.msb_first());
                    prop_assert_eq!(value, Fr::from(table.entry(index)), "{}", table.name());
                }
            }
        }
    }

    #[test]
    fn prefix_and_suffix_recombine_at_every_byte_cut(word in prop::sample::select(WORDS.to_vec()), seed: u128, structured in indices(WordSize::W64)) {
        for (_, table) in tables::all(word) {
            let (automaton, bits) = (table.automaton(), table.index_bits());
            for index in [seed & low(bits), structured & low(bits)] {
                let mut prefix = automaton.start().to_vec();
                for step in (0..=word.bits()).step_by(4) {
                    let suffix = suffix(*table, step, index & low(bits - 2 * step));
                    let value: i128 = prefix.iter().zip(&suffix).map(|(p, s)| p * s).sum();
                    prop_assert_eq!(value, i128::from(table.entry(index)), "{} at {}", table.name(), step);
                    if step < word.bits() {
                        let byte = (index >> (bits - 2 * step - 8)) as usize & 0xff;
                        let mut matrix = automaton.matrix(step, byte >> 6).clone();
                        for k in 1..4 {
                            matrix = matrix.times(automaton.matrix(step + k, byte >> (6 - 2 * k) & 3));
                        }
                        prefix = matrix.apply_row(&prefix);
                    }
                }
            }
        }
    }
}

#[test]
fn chunks_are_the_products_of_their_steps() {
    for word in WORDS {
        for (_, table) in tables::all(word) {
            let automaton = table.automaton();
            for first in (0..word.bits()).step_by(4) {
                let chunk = automaton.chunk(first, 4);
                assert_eq!(chunk.len(), 256);
                let (high, low) = (automaton.chunk(first, 1), automaton.chunk(first + 1, 3));
                for (value, matrix) in chunk.iter().enumerate() {
                    assert_eq!(*matrix, high[value >> 6].times(&low[value & 63]));
                }
            }
        }
        // All chunks of an eight-bit table rebuild the table.
        if word == WordSize::W8 {
            for (_, table) in tables::all(word) {
                let automaton = table.automaton();
                let (high, low) = (automaton.chunk(0, 4), automaton.chunk(4, 4));
                for index in 0..1usize << 16 {
                    let row =
                        low[index & 255].apply_row(&high[index >> 8].apply_row(automaton.start()));
                    let value: i128 = row.iter().zip(automaton.end()).map(|(x, e)| x * e).sum();
                    assert_eq!(value, i128::from(table.entry(index as u128)));
                }
            }
        }
    }
}

/// As an expression, a table is its extension.
#[test]
fn expressions_are_extensions() {
    let mut rng = test_rng();
    for word in WORDS {
        let bits: Vec<Expr<Fr>> = (0..2 * word.bits()).map(Expr::Factor).collect();
        for (_, table) in tables::all(word) {
            let point = Point((0..bits.len()).map(|_| Fr::rand(&mut rng)).collect());
            let scale = Expr::constant("2", Fr::from(2));
            let expression = table.automaton().expression(scale, &bits);
            let value = table.automaton().evaluate(&point.msb_first());
            assert_eq!(expression.eval(&point.0), value + value, "{}", table.name());
            assert!(expression.degree(&vec![1; bits.len()]) <= bits.len());
        }
    }
}

#[test]
fn extensions_are_affine_in_every_variable() {
    let mut rng = test_rng();
    for word in WORDS {
        for (_, table) in tables::all(word) {
            let mut point: Vec<Fr> = (0..table.index_bits())
                .map(|_| Fr::rand(&mut rng))
                .collect();
            for k in 0..point.len() {
                let original = point[k];
                let mut at = |x: Fr| {
                    point[k] = x;
                    table.automaton().evaluate(&point)
                };
                let (zero, one) = (at(Fr::zero()), at(Fr::one()));
                let x = Fr::rand(&mut rng);
                assert_eq!(
                    at(x),
                    zero + x * (one - zero),
                    "{} {word:?} variable {k}",
                    table.name()
                );
                point[k] = original;
            }
        }
    }
}

#[test]
fn extension_is_the_multilinear_one() {
    // At eight bits: against the sum over the cube; and prefixes bound step by step agree.
    let mut rng = test_rng();
    let point = Point((0..16).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>());
    let eq = point.eq_table();
    let msb_first = point.msb_first();
    for (_, table) in tables::all(WordSize::W8) {
        let automaton = table.automaton();
        let sum: Fr = eq
            .iter()
            .enumerate()
            .map(|(i, e)| e.mul_u64(table.entry(i as u128)))
            .sum();
        assert_eq!(automaton.evaluate(&msb_first), sum, "{}", table.name());
        let mut row: Vec<Fr> = automaton.start().iter().map(|x| Fr::from(*x)).collect();
        for step in 0..8 {
            row = automaton.advance(step, &row, msb_first[2 * step], msb_first[2 * step + 1]);
        }
        let value: Fr = row
            .iter()
            .zip(automaton.end())
            .map(|(x, e)| *x * Fr::from(*e))
            .sum();
        assert_eq!(value, sum);
    }
}

/// Rank over a 61-bit prime field: a lower bound of the rational rank, and equal to it for all but a
/// negligible fraction of primes.
fn rank(mut rows: Vec<Vec<u64>>) -> usize {
    const P: u128 = (1 << 61) - 1;
    let mul = |a: u64, b: u64| (u128::from(a) * u128::from(b) % P) as u64;
    let inverse = |a: u64| {
        let (mut result, mut base, mut exponent) = (1, a, P as u64 - 2);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = mul(result, base);
            }
            base = mul(base, base);
            exponent >>= 1;
        }
        result
    };
    let mut rank = 0;
    for column in 0..rows[0].len() {
        let Some(pivot) = (rank..rows.len()).find(|r| rows[*r][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let (done, rest) = rows.split_at_mut(rank + 1);
        let pivot = &done[rank];
        let scale = inverse(pivot[column]);
        for row in rest.iter_mut().filter(|row| row[column] != 0) {
            let factor = mul(row[column], scale);
            for (x, p) in row.iter_mut().zip(pivot) {
                *x = ((u128::from(*x) + P - u128::from(mul(factor, *p))) % P) as u64;
            }
        }
        rank += 1;
        if rank == rows.len() {
            break;
        }
    }
    rank
}

#[test]
fn automata_have_as_many_states_as_the_rank_of_their_table() {
    // No exceptions: every definition is minimal at its worst cut.
    for (_, table) in tables::all(WordSize::W8) {
        let worst = (1..8)
            .map(|step| {
                let low_bits = 16 - 2 * step;
                let matrix = (0..1u128 << (2 * step))
                    .map(|high| {
                        (0..1u128 << low_bits)
                            .map(|low| table.entry(high << low_bits | low))
                            .collect()
                    })
                    .collect();
                rank(matrix)
            })
            .max();
        assert_eq!(Some(table.automaton().states()), worst, "{}", table.name());
    }
}

#[test]
fn registry_is_consistent() {
    for word in WORDS {
        for (id, table) in tables::all(word) {
            assert_eq!(table.index_bits(), 2 * word.bits());
            assert_eq!(table.automaton().steps(), word.bits());
            assert_eq!(tables::get(word, *id).unwrap().name(), table.name());
            assert_eq!(tables::by_name(word, table.name()).unwrap().0, *id);
            assert_eq!(id.name(), table.name());
            if table.is_predicate() {
                assert_eq!(table.kind(), Kind::Pair);
            }
        }
    }
    assert_eq!(tables::all(WordSize::W64).len(), tables::COUNT);
    assert!(tables::get(WordSize::W32, tables::TableId::TRUNC32).is_none());
    assert!(tables::get(WordSize::W64, tables::TableId(200)).is_none());
}
