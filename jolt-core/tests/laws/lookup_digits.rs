//! The digit kernels against the naive prover, message for message.

use ark_bn254::Fr;
use ark_ff::UniformRand;
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use jolt_core::digits::{self, Packed, booleanity, products};
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
        let relation = booleanity::Boolean::new("booleanity", &at, count).relation;
        let mut tables = vec![Vec::new(); 2];
        for poly in &polys {
            let entry = |x: usize| Fr::from(digit(poly, x >> 4) == x & 15);
            tables.push((0..16usize << vars).map(entry).collect());
        }
        let prover = booleanity::Prover::new(&at, packed(&polys));
        same_messages(rng, &relation, tables, prover);
    }

    #[test]
    fn products_and_one_hotness_equal_the_naive_prover(
        seed: u64, vars in 0usize..9, groups in 1usize..9, boolean: bool, one_hot: bool,
    ) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let polys = polys(rng, vars, 4 * groups);
        let addresses: Vec<_> = polys.iter().map(|_| point(rng, 4)).collect();
        let r = match boolean {
            true => Point::boolean(seed.into(), vars),
            false => point(rng, vars),
        };
        let challenges = [Fr::rand(rng), Fr::rand(rng)];
        let at = products::At::new(r, addresses, products::GROUP, challenges, one_hot);
        let relation = products::Grouped::new("digits", &at).relation;
        let matrices: Vec<Vec<Fr>> = polys
            .iter()
            .map(|poly| digits::one_hot(vars, (0..1 << vars).map(|j| digit(poly, j) as u8)))
            .collect();
        let prover = products::Prover::new(&at, &packed(&polys));
        same_messages(rng, &relation, at.tables(&matrices), prover);
    }

    // The row values of matrices of any entries, whose columns sum to one: the difference between squares and
    // diagonal is zero where they are one-hot, and nowhere else.
    #[test]
    fn squares_are_on_the_diagonal_of_one_hot_rows_only(
        seed: u64, ones in proptest::collection::vec(0usize..16, 0..4), field: bool,
    ) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let mut row = vec![Fr::from(0u8); 16];
        for k in &ones {
            row[*k] += Fr::from(1u8);
        }
        if field {
            row[seed as usize % 16] = Fr::rand(rng);
        }
        row[0] = Fr::from(1u8) - row[1..].iter().sum::<Fr>();
        let is_one_hot = row.iter().all(|x| *x == Fr::from(0u8) || *x == Fr::from(1u8));
        let challenges = [Fr::rand(rng), Fr::rand(rng)];
        let at = products::At::new(point(rng, 0), vec![point(rng, 4)], 1, challenges, true);
        let tables = at.tables(&[row]);
        let (opened, diagonal) = (tables[1][0], tables[2][0]);
        prop_assert_eq!(opened * opened == diagonal, is_one_hot);
    }
}
