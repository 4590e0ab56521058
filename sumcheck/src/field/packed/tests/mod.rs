//! Every operation, over the lanes of the processor and over emulated ones, against arkworks, on random and
//! on adversarial elements.
#![allow(clippy::unwrap_used)]

mod fault;
mod instructions;
mod points;

use super::plan::Plan;
use super::*;
use crate::Expr;
use crate::field::pairs::{self, Kind, PairSums, Points, Portable, Slice};
use crate::field::{TableProducts, TableRows, eight, table_rows};
use ark_bn254::{Fq, FqConfig, Fr, FrConfig, G1Affine};
use ark_ff::{AdditiveGroup, BigInt, Field, MontConfig, One, UniformRand};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use proptest::prelude::*;

/// Elements whose *memory form* is a chosen integer: 0, 1, p − 1 and their neighbours, limbs of ones
/// and of zeros; or random ones.
fn element<T: MontConfig<4>>(rng: &mut StdRng) -> Fp4<T> {
    let p = T::MODULUS;
    let near = |mut limbs: BigInt<4>, by: u64| {
        ark_ff::BigInteger::sub_with_borrow(&mut limbs, &BigInt::from(by));
        Fp4::<T>::new_unchecked(limbs)
    };
    match rng.gen_range(0..12) {
        0 => Fp4::<T>::ZERO,
        1 => Fp4::<T>::one(),
        2 => -Fp4::<T>::one(),
        3 => Fp4::<T>::new_unchecked(BigInt::from(rng.gen_range(0u64..4))),
        4 => near(p, rng.gen_range(1..5)),
        5 => near(p, 1 << 52),
        6 => {
            let bits = rng.gen_range(1..254);
            let mut limbs = [0; 4];
            for bit in 0..bits {
                limbs[bit / 64] |= 1 << (bit % 64);
            }
            let limbs = BigInt(limbs);
            match limbs < p {
                true => Fp4::<T>::new_unchecked(limbs),
                false => near(p, 2),
            }
        }
        7 => {
            let bit = rng.gen_range(0..253);
            let mut limbs = [0; 4];
            limbs[bit / 64] |= 1 << (bit % 64);
            Fp4::<T>::new_unchecked(BigInt(limbs))
        }
        _ => Fp4::<T>::rand(rng),
    }
}

fn elements<T: MontConfig<4>>(rng: &mut StdRng, count: usize) -> Vec<Fp4<T>> {
    match rng.gen_range(0..4) {
        // All lanes alike.
        0 => vec![element(rng); count],
        _ => (0..count).map(|_| element(rng)).collect(),
    }
}

fn operations_agree<T: MontConfig<4>>(backend: Backend, seed: u64, count: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let a = elements::<T>(rng, count);
    let b = elements::<T>(rng, count);
    let x = element::<T>(rng);
    let expected: Vec<_> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    let mut product = a.clone();
    backend.mul_assign(&mut product, &b);
    assert_eq!(product, expected);
    let mut scaled = a.clone();
    backend.scale(&mut scaled, &x);
    assert_eq!(scaled, a.iter().map(|a| *a * x).collect::<Vec<_>>());
    let mut added = b.clone();
    backend.add_scaled(&mut added, &x, &a);
    let expected: Vec<_> = scaled.iter().zip(&b).map(|(a, b)| *a + b).collect();
    assert_eq!(added, expected);
    let (mut low, mut high) = (a.clone(), b.clone());
    backend.split(&mut low, &x, &mut high);
    assert_eq!(high, scaled);
    let rest: Vec<_> = a.iter().zip(&high).map(|(a, high)| *a - high).collect();
    assert_eq!(low, rest);
    let mut bound = vec![Fp4::<T>::ZERO; count / 2];
    backend.bind(&a, &x, &mut bound);
    let expected: Vec<_> = a
        .chunks_exact(2)
        .map(|pair| pair[0] + x * (pair[1] - pair[0]))
        .collect();
    assert_eq!(bound, expected);
    let expected: Fp4<T> = a.iter().zip(&b).map(|(a, b)| *a * b).sum();
    assert_eq!(backend.dot(&a, &b), expected);
}

/// A column of one kind, of `2 · pairs` rows at least.
enum Kept {
    Values(Vec<Fr>),
    Halves(Vec<u8>, Box<[Fr; 16]>),
    Sums(Vec<u8>, Vec<[Fr; 256]>),
}

impl Kept {
    fn new(rng: &mut StdRng, kind: usize, pairs: usize) -> Self {
        let rows = 2 * pairs + rng.gen_range(0..3);
        let zeros = rng.gen_range(0..3) == 0;
        let bytes = |rng: &mut StdRng, count: usize| -> Vec<u8> {
            let byte = |_| if zeros { 0 } else { rng.r#gen() };
            (0..count).map(byte).collect()
        };
        match kind {
            0 => Kept::Values(elements(rng, rows)),
            1 => {
                let table = elements(rng, 16).try_into().unwrap();
                Kept::Halves(bytes(rng, rows), Box::new(table))
            }
            kind => {
                let tables = 1 << (kind - 2);
                let bytes = bytes(rng, rows * tables);
                let table = |_| elements(rng, 256).try_into().unwrap();
                Kept::Sums(bytes, (0..tables).map(table).collect())
            }
        }
    }

    fn rows(&self) -> TableRows<'_, Fr> {
        match self {
            Kept::Values(values) => TableRows::Values(values),
            Kept::Halves(bytes, table) => TableRows::Halves(bytes, table),
            Kept::Sums(bytes, tables) => TableRows::Sums(bytes, tables),
        }
    }
}

fn products_agree(backend: Backend, seed: u64, pairs: usize, groups: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let kept: Vec<Kept> = (0..4 * groups)
        .map(|i| Kept::new(rng, i.wrapping_add(seed as usize) % 5, pairs))
        .collect();
    let rows: Vec<_> = kept.iter().map(Kept::rows).collect();
    let (groups, _) = rows.as_chunks::<4>();
    let weights = elements::<FrConfig>(rng, pairs);
    let expected = table_rows::products_of_four(groups, &weights);
    assert_eq!(backend.products_of_four(groups, &weights), expected);
    // Products of tables, against the columns.
    let digits: Vec<(Vec<u8>, [Fr; 16])> = (0..4 * groups.len())
        .map(|_| {
            let bytes = (0..pairs + rng.gen_range(0..3)).map(|_| rng.r#gen());
            let bytes = bytes.collect();
            (bytes, elements(rng, 16).try_into().unwrap())
        })
        .collect();
    let columns: Vec<_> = digits
        .iter()
        .map(|(bytes, table)| TableRows::Halves(bytes, table))
        .collect();
    let tables: Vec<[Fr; 256]> = digits
        .chunks_exact(2)
        .map(|pair| std::array::from_fn(|k| pair[0].1[k >> 4] * pair[1].1[k & 15]))
        .collect();
    let halves: Vec<_> = digits
        .chunks_exact(2)
        .zip(&tables)
        .map(|(pair, table)| TableProducts {
            bytes: [&pair[0].0, &pair[1].0],
            table,
        })
        .collect();
    let expected = table_rows::products_of_four(columns.as_chunks::<4>().0, &weights);
    let halves = halves.as_chunks::<2>().0;
    assert_eq!(backend.products_of_tables(halves, &weights), expected);
    let portable = table_rows::products_of_tables(halves, &weights);
    assert_eq!(portable, expected);
}

fn squares_and_bound_rows_agree(backend: Backend, seed: u64, pairs: usize, columns: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let kept: Vec<Kept> = (0..columns)
        .map(|i| Kept::new(rng, i.wrapping_add(seed as usize) % 5, pairs))
        .collect();
    let rows: Vec<_> = kept.iter().map(Kept::rows).collect();
    let weights = elements::<FrConfig>(rng, pairs);
    let expected = table_rows::sums_of_squares(&rows, &weights);
    assert_eq!(backend.sums_of_squares(&rows, &weights), expected);
    let x = element(rng);
    for rows in rows {
        let (mut bound, mut expected) = (vec![Fr::ZERO; pairs], vec![Fr::ZERO; pairs]);
        backend.bind_table_rows(&rows, &x, &mut bound);
        let mut written = vec![Fr::ZERO; 2 * pairs];
        rows.write(&mut written);
        portable::bind(&written, &x, &mut expected);
        assert_eq!(bound, expected);
    }
}

proptest! {
    #[test]
    fn products_agree_with_arkworks(seed: u64, pairs in 0usize..60, groups in 0usize..12) {
        for backend in compared() {
            products_agree(backend, seed, pairs, groups);
        }
    }

    #[test]
    fn squares_and_bound_rows_agree_with_arkworks(
        seed: u64, pairs in 0usize..80, columns in 0usize..60,
    ) {
        for backend in compared() {
            squares_and_bound_rows_agree(backend, seed, pairs, columns);
        }
    }

    #[test]
    fn limbs_by_key_agree_with_the_portable_ones(seed: u64, count in 0usize..300, bits in 0u32..9) {
        for backend in compared() {
            limbs_by_key_agree(backend, seed, count, bits);
        }
    }

    #[test]
    fn sums_by_key_agree_with_arkworks(seed: u64, count in 0usize..300, bits in 0u32..9) {
        use super::super::{Buckets, KEYS, Reduced};
        let rng = &mut StdRng::seed_from_u64(seed);
        let values = elements::<FrConfig>(rng, count);
        let keys: Vec<u8> = (0..count).map(|_| rng.gen_range(0..1u32 << bits) as u8).collect();
        let mut sums = <Fr as crate::ProverField>::Buckets::default();
        let mut expected = Reduced::<Fr>::default();
        let mut portable = vec![Fr::ZERO; KEYS];
        for (key, value) in keys.iter().zip(&values) {
            portable[usize::from(*key)] += value;
        }
        sums.add(&keys, &values);
        expected.add(&keys, &values);
        prop_assert_eq!(&sums.sums(KEYS), &portable);
        prop_assert_eq!(&expected.sums(KEYS), &portable);
        let mut sparse = <Fr as crate::ProverField>::Buckets::default();
        sparse.add_sparse(&keys, &values);
        prop_assert_eq!(&sparse.sums(KEYS)[1..], &portable[1..]);
        // Another half as much, from elsewhere.
        let mut more = <Fr as crate::ProverField>::Buckets::default();
        more.add(&keys, &values[..count / 2]);
        expected.add(&keys[..count / 2], &values);
        sums.merge(&more);
        prop_assert_eq!(sums.sums(KEYS), expected.sums(KEYS));
    }

    #[test]
    fn both_fields_agree_with_arkworks(seed: u64, count in 0usize..200) {
        for backend in compared() {
            operations_agree::<FrConfig>(backend, seed, count);
            operations_agree::<FqConfig>(backend, seed, count);
        }
    }
}

#[test]
fn long_sums_agree_with_arkworks() {
    for backend in compared() {
        long_sums_agree(backend);
    }
}

fn long_sums_agree(backend: Backend) {
    let largest = Fq::new_unchecked({
        let mut p = FqConfig::MODULUS;
        ark_ff::BigInteger::sub_with_borrow(&mut p, &BigInt::from(1u64));
        p
    });
    let all = vec![largest; 5000];
    assert_eq!(
        backend.dot(&all, &all),
        largest.square() * Fq::from(5000u64)
    );
    operations_agree::<FrConfig>(backend, 7, 10_000);
    products_agree(backend, 8, 1000, 9);
    squares_and_bound_rows_agree(backend, 8, 1000, 60);
    let largest = -Fr::one();
    for (first, second) in [(Fr::ZERO, largest), (largest, Fr::ZERO), (largest, largest)] {
        let pairs: Vec<Fr> = (0..800).map(|i| [first, second][i % 2]).collect();
        let bytes: Vec<u8> = (0..3200).map(|i| (i / 4 % 2) as u8).collect();
        let mut table = [largest; 256];
        (table[0], table[1]) = (first, second);
        for rows in [
            TableRows::Values(pairs.as_slice()),
            TableRows::Sums(&bytes, &[table; 4]),
        ] {
            let weights = vec![largest; 400];
            let groups = [[rows; 4]; 17];
            let expected = table_rows::products_of_four(&groups, &weights);
            assert_eq!(backend.products_of_four(&groups, &weights), expected);
            let expected = table_rows::sums_of_squares(&[rows; 100], &weights);
            assert_eq!(backend.sums_of_squares(&[rows; 100], &weights), expected);
            let (mut bound, mut expected) = ([Fr::ZERO; 400], [Fr::ZERO; 400]);
            backend.bind_table_rows(&rows, &largest, &mut bound);
            table_rows::bind(&rows, &largest, &mut expected);
            assert_eq!(bound, expected);
        }
    }
}

/// A random expression of limited depth in `factors` factors.
fn expression(rng: &mut StdRng, factors: usize, depth: usize) -> Expr<ark_bn254::Fr> {
    let parts = |rng: &mut StdRng, most: usize| {
        let count = rng.gen_range(0..=most);
        (0..count)
            .map(|_| expression(rng, factors, depth - 1))
            .collect()
    };
    match rng.gen_range(0..if depth == 0 { 3 } else { 6 }) {
        0 => Expr::constant("c", element(rng)),
        1 | 2 => Expr::Factor(rng.gen_range(0..factors)),
        3 => Expr::Sum(parts(rng, 9)),
        _ => Expr::Product(parts(rng, 4)),
    }
}

fn edge<const N: usize, I: Copy>(rng: &mut StdRng, edges: [I; N], other: I) -> I {
    match rng.gen_range(0..4) {
        0 => edges[rng.gen_range(0..N)],
        _ => other,
    }
}

#[derive(Clone)]
enum Values {
    Field(Vec<ark_bn254::Fr>),
    Words(Vec<u64>),
    Signed(Vec<i128>),
    Wide(Vec<u128>),
}

impl Values {
    fn random(rng: &mut StdRng, count: usize) -> Self {
        let count = 0..count;
        match rng.gen_range(0..5) {
            0 => Values::Words(
                count
                    .map(|_| {
                        let x = rng.r#gen();
                        edge(rng, [0, 1, u64::MAX], x)
                    })
                    .collect(),
            ),
            1 => {
                let most = i128::MAX;
                Values::Signed(
                    count
                        .map(|_| {
                            let x = rng.gen_range(-most..=most);
                            edge(
                                rng,
                                [0, -1, 1, most, -most, 1 << 52, -(1 << 104), 1 << 104],
                                x,
                            )
                        })
                        .collect(),
                )
            }
            2 => Values::Wide(
                count
                    .map(|_| {
                        let x = rng.r#gen();
                        edge(rng, [0, 1, u128::MAX, 1 << 104], x)
                    })
                    .collect(),
            ),
            _ => Values::Field(elements(rng, count.end)),
        }
    }

    fn slice(&self) -> Slice<'_, ark_bn254::Fr> {
        match self {
            Values::Field(v) => Slice::Field(v),
            Values::Words(v) => Slice::Words(v),
            Values::Signed(v) => Slice::Signed(v),
            Values::Wide(v) => Slice::Wide(v),
        }
    }
}

/// Whether the packed path served.
fn pair_sums_agree(backend: Backend, seed: u64, pairs: usize) -> bool {
    let rng = &mut StdRng::seed_from_u64(seed);
    let factors = rng.gen_range(1..8);
    let summand = expression(rng, factors, 3);
    let points = Points {
        degree: rng.gen_range(0..6),
        with_one: rng.r#gen(),
    };
    let values: Vec<Values> = (0..factors)
        .map(|_| Values::random(rng, 2 * pairs))
        .collect();
    let rows: Vec<Slice<'_, _>> = values.iter().map(Values::slice).collect();
    let kinds: Vec<Kind> = rows.iter().map(Slice::kind).collect();
    let weights = elements::<FrConfig>(rng, pairs);
    let zero = vec![ark_bn254::Fr::ZERO; points.degree + 1];
    let (mut expected, mut found) = (zero.clone(), zero);
    Portable::new(&summand, points).add(&rows, &weights, &mut expected);
    backend
        .pair_sums(&summand, &kinds, points)
        .add(&rows, &weights, &mut found);
    assert_eq!(found, expected, "{summand:?} at {points:?}");
    // Other kinds than announced.
    let mut found = vec![ark_bn254::Fr::ZERO; points.degree + 1];
    let other = vec![Kind::Wide; factors];
    backend
        .pair_sums(&summand, &other, points)
        .add(&rows, &weights, &mut found);
    assert_eq!(found, expected);
    let x = element::<FrConfig>(rng);
    for rows in &rows {
        let (mut expected, mut found) = (vec![x; pairs], vec![x; pairs]);
        pairs::bind(rows, &x, &mut expected);
        backend.bind_slice(rows, &x, &mut found);
        assert_eq!(found, expected);
        let half = pairs / 2;
        let y = element::<FrConfig>(rng);
        let (mut expected, mut found) = (vec![x; half], vec![x; half]);
        pairs::bind_twice(rows, [&x, &y], &mut expected);
        backend.bind_slice_twice(rows, [&x, &y], &mut found);
        assert_eq!(found, expected);
    }
    Plan::new(&summand, &kinds, points).is_some()
}

proptest! {
    #[test]
    fn sums_over_pairs_agree_with_the_portable_ones(seed: u64, pairs in 0usize..70) {
        for backend in compared() {
            pair_sums_agree(backend, seed, pairs);
        }
    }
}

#[test]
fn long_sums_over_pairs_agree() {
    for backend in compared() {
        let planned = (0..60).filter(|seed| pair_sums_agree(backend, *seed, 700));
        let planned = planned.count();
        assert!(planned > 30, "only {planned} of 60 summands have a plan");
    }
}

fn entries_agree(backend: Backend, seed: u64, rows: usize, terms: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let tables: Vec<[ark_bn254::Fr; 16]> = (0..terms)
        .map(|_| elements(rng, 16).try_into().unwrap())
        .collect();
    let digits: Vec<Vec<u8>> = (0..terms)
        .map(|_| (0..rows + 3).map(|_| rng.r#gen()).collect())
        .collect();
    let digits: Vec<&[u8]> = digits.iter().map(Vec::as_slice).collect();
    let start = elements::<FrConfig>(rng, rows);
    let mut sums = start.clone();
    backend.add_entries(&mut sums, &digits, &tables);
    for (j, (start, sum)) in start.iter().zip(&sums).enumerate() {
        let entry = |(digits, table): (&&[u8], &[_; 16])| table[usize::from(digits[j] % 16)];
        let entries = digits.iter().zip(&tables).map(entry);
        assert_eq!(*sum, *start + entries.sum::<ark_bn254::Fr>());
    }
}

proptest! {
    #[test]
    fn sums_of_entries_agree(seed: u64, rows in 0usize..100, terms in 0usize..130) {
        for backend in compared() {
            entries_agree(backend, seed, rows, terms);
        }
    }
}

#[test]
fn the_largest_entries_do_not_overflow() {
    let largest = ark_bn254::Fr::new_unchecked({
        let mut p = FrConfig::MODULUS;
        ark_ff::BigInteger::sub_with_borrow(&mut p, &BigInt::from(1u64));
        p
    });
    let digits = [5u8; 64];
    for backend in compared() {
        let mut sums = [largest; 64];
        backend.add_entries(&mut sums, &[&digits[..]; 200], &[[largest; 16]; 200]);
        assert_eq!(sums, [largest * ark_bn254::Fr::from(201u64); 64]);
    }
}

fn eights_agree(backend: Backend, seed: u64, pairs: usize) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let rows: Vec<Vec<ark_bn254::Fr>> = (0..8).map(|_| elements(rng, 2 * pairs)).collect();
    let rows: [&[ark_bn254::Fr]; 8] = std::array::from_fn(|i| rows[i].as_slice());
    let values = elements::<FrConfig>(rng, 2 * pairs);
    let weights = elements::<FrConfig>(rng, pairs);
    let expected = eight::products_of_eight(&rows, &values, &weights);
    assert_eq!(
        backend.products_of_eight(&rows, &values, &weights),
        expected
    );
}

proptest! {
    #[test]
    fn products_of_eight_agree(seed: u64, pairs in 0usize..80) {
        for backend in compared() {
            eights_agree(backend, seed, pairs);
        }
    }
}

#[test]
fn long_products_of_eight_agree() {
    let largest = -ark_bn254::Fr::one();
    for backend in compared() {
        eights_agree(backend, 1, 2000);
        for first in [largest, ark_bn254::Fr::ZERO, ark_bn254::Fr::one()] {
            let rows: Vec<_> = (0..1000).map(|i| [first, largest][i % 2]).collect();
            let weights = vec![largest; 500];
            let all = [rows.as_slice(); 8];
            let expected = eight::products_of_eight(&all, &rows, &weights);
            assert_eq!(backend.products_of_eight(&all, &rows, &weights), expected);
        }
    }
}

/// Sums by key in limbs, of which those of key 0 count only if none are left out.
fn limbs_by_key_agree(backend: Backend, seed: u64, count: usize, bits: u32) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let values = elements::<FrConfig>(rng, count);
    let keys: Vec<u8> = (0..count + 3)
        .map(|_| rng.gen_range(0..1u32 << bits) as u8)
        .collect();
    for sparse in [false, true] {
        let (mut expected, mut found) = ([[3; 8]; 256], [[3; 8]; 256]);
        portable::add_by_key(&mut expected, &keys, &values, sparse);
        backend.add_by_key(&mut found, &keys, &values, sparse);
        let from = usize::from(sparse);
        assert!(found[from..] == expected[from..]);
    }
}
