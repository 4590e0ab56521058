//! The digit kernels against the naive prover, message for message.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use jolt_core::digits::{Packed, booleanity, products};
use proptest::prelude::*;
use std::sync::Arc;
use sumcheck::{NaiveProver, Point, Poly, Relation, RoundProver};

fn point(rng: &mut StdRng, n: usize) -> Point<Fr> {
    Point((0..n).map(|_| Fr::rand(rng)).collect())
}

/// Digits of different radix, real lengths below `2^vars`, with many zeros.
fn polys(rng: &mut StdRng, vars: usize, count: usize) -> Vec<Poly<Fr>> {
    let full = 1usize << vars;
    let real = match rng.gen_range(0..3) {
        0 => full,
        _ => rng.gen_range(0..=full),
    };
    (0..count)
        .map(|i| {
            let radix = [16, 8, 2][i % 3];
            let zeros = rng.gen_range(0..4) == 0;
            let digit = |rng: &mut StdRng| match zeros {
                true => 0,
                false => rng.gen_range(0..radix) as u8,
            };
            Poly::digits(vars, radix, (0..real).map(|_| digit(rng)).collect())
        })
        .collect()
}

fn packed(polys: &[Poly<Fr>]) -> Vec<Arc<Packed>> {
    polys.iter().map(|p| Arc::new(Packed::new(p))).collect()
}

fn digit(poly: &Poly<Fr>, j: usize) -> usize {
    let sumcheck::Rows::Digits { digits, .. } = &poly.rows else {
        unreachable!()
    };
    digits.get(j).copied().unwrap_or(0).into()
}

fn same_messages(
    rng: &mut StdRng,
    relation: &Relation<Fr>,
    tables: Vec<Vec<Fr>>,
    mut fast: impl RoundProver<Fr>,
) {
    let mut naive = NaiveProver::new(relation, tables);
    let mut claim = naive.sum();
    for round in 0..relation.rounds() {
        let (slow, quick) = (naive.round(claim), fast.round(claim));
        assert_eq!(slow, quick, "round {round}");
        let x = Fr::rand(rng);
        claim = slow.eval(x);
        naive.bind(x);
        fast.bind(x);
    }
    assert_eq!(naive.finish(), fast.finish());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn booleanity_equals_the_naive_prover(seed: u64, vars in 0usize..8, count in 1usize..5, boolean: bool) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let polys = polys(rng, vars, count);
        let mut at = booleanity::At::sample(vars, || Fr::rand(rng));
        if boolean {
            at.cycle = Point::boolean(seed.into(), vars);
        }
        let relation = booleanity::relation("booleanity", &at, count);
        let mut tables = vec![Vec::new(); 2];
        for poly in &polys {
            let entry = |x: usize| Fr::from(digit(poly, x >> 4) == x & 15);
            tables.push((0..16usize << vars).map(entry).collect());
        }
        let prover = booleanity::Prover::new(&at, packed(&polys));
        same_messages(rng, &relation, tables, prover);
    }

    #[test]
    fn products_equal_the_naive_prover(seed: u64, vars in 0usize..8, groups in 1usize..4, boolean: bool) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let polys = polys(rng, vars, 4 * groups);
        let addresses: Vec<_> = polys.iter().map(|_| point(rng, 4)).collect();
        let r = match boolean {
            true => Point::boolean(seed.into(), vars),
            false => point(rng, vars),
        };
        let gamma = Fr::rand(rng);
        let relation = products::relation("products", &r, gamma, groups);
        let mut tables = vec![Vec::new()];
        for (poly, a) in polys.iter().zip(&addresses) {
            let eq = a.eq_table();
            tables.push((0..1usize << vars).map(|j| eq[digit(poly, j)]).collect());
        }
        let prover = products::Prover::new(&r, gamma, &packed(&polys), &addresses);
        same_messages(rng, &relation, tables, prover);
    }
}
