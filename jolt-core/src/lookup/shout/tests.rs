//! The read kernel against the naive prover, message for message.

use super::layout::{GROUP_BITS, Layout};
use super::{read, relation};
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{Exposed, LookupShape, Reads};
use ark_bn254::Fr;
use ark_ff::{Field as _, UniformRand, Zero};
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use instruction_tables::{WordSize, tables};
use proptest::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, NaiveProver, Point, RoundProver};

fn case(rng: &mut StdRng, cycle_vars: usize) -> (LookupShape, Reads) {
    let shape = LookupShape {
        cycle_vars,
        index_bits: 16,
        tables: tables::all(WordSize::W8).iter().map(|(_, t)| *t).collect(),
    };
    let mut reads = Reads::default();
    for _ in 0..rng.gen_range(0..=1usize << cycle_vars) {
        reads.index.push(rng.gen_range(0..1u128 << 16));
        reads.table.push(match rng.gen_range(0..4) {
            0 => Reads::NO_TABLE,
            _ => rng.gen_range(0..shape.tables.len()) as u8,
        });
        let exposed = [Exposed::Nothing, Exposed::Pair, Exposed::Single];
        reads.operands.push(exposed[rng.gen_range(0..3)]);
    }
    (shape, reads)
}

/// `V(k, j)` from entries, independently of the kernel.
fn value_table(shape: &LookupShape, reads: &Reads, gamma: Fr) -> Vec<Fr> {
    let keys = 1usize << GROUP_BITS;
    let mut values = vec![Fr::zero(); keys << shape.cycle_vars];
    for j in 0..reads.index.len() {
        let table = shape.tables.get(usize::from(reads.table[j]));
        for k in 0..keys {
            let (left, right) = instruction_tables::deinterleave(k as u128);
            let operands = match reads.operands[j] {
                Exposed::Nothing => Fr::zero(),
                Exposed::Pair => gamma * (Fr::from(left) + gamma * Fr::from(right)),
                Exposed::Single => gamma.square() * Fr::from(k as u64),
            };
            let out = table.map_or(0, |t| t.entry(k as u128));
            values[k + (j << GROUP_BITS)] = Fr::from(out) + operands;
        }
    }
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(9))]

    #[test]
    fn the_read_kernel_equals_the_naive_prover(
        seed: u64,
        cycle_vars in 0usize..4,
        chunk_bits in prop::sample::select(vec![2usize, 4, 8]),
    ) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (shape, reads) = case(rng, cycle_vars);
        let layout = Layout::new(&shape).expect("16 bits");
        let gamma = Fr::rand(rng);
        let point = Point((0..cycle_vars).map(|_| Fr::rand(rng)).collect());
        let (relation, _) = relation::read(layout, &point);
        let index = |j: usize| reads.index.get(j).copied().unwrap_or(0);
        let product = (0..1usize << (GROUP_BITS + cycle_vars))
            .map(|x| Fr::from(index(x >> GROUP_BITS) as usize == x & 0xffff))
            .collect();
        let tables = vec![Vec::new(), product, value_table(&shape, &reads, gamma)];
        let mut naive = NaiveProver::new(&relation, tables);
        let reads = Arc::new(reads);
        let mut fast = read::Prover::with_chunks(&shape, layout, reads, (&point, gamma), chunk_bits);
        let mut claim = naive.sum();
        let mut challenges = Vec::new();
        for round in 0..relation.rounds() {
            let (slow, quick) = (naive.round(claim), fast.round(claim));
            prop_assert_eq!(&slow, &quick, "round {}", round);
            let x = Fr::rand(rng);
            claim = slow.eval(x);
            naive.bind(x);
            fast.bind(x);
            challenges.push(x);
        }
        prop_assert_eq!(naive.finish(), fast.finish());
    }
}

#[test]
fn selector_weights_are_the_extensions_of_tables_and_operands() {
    let rng = &mut StdRng::seed_from_u64(3);
    let (shape, _) = case(rng, 0);
    let gamma = Fr::rand(rng);
    let point: Vec<Fr> = (0..16).map(|_| Fr::rand(rng)).collect();
    let weights = SelectorWeights::new(&shape, gamma, &point);
    let mut lsb_first = point.clone();
    lsb_first.reverse();
    let eq = Point(lsb_first).eq_table();
    for (table, weight) in shape.tables.iter().zip(&weights.tables) {
        let sum: Fr = eq
            .iter()
            .enumerate()
            .map(|(k, e)| e.mul_u64(table.entry(k as u128)))
            .sum();
        assert_eq!(sum, *weight, "{}", table.name());
    }
    for (exposed, weight) in [
        (Exposed::Pair, weights.pair),
        (Exposed::Single, weights.single),
    ] {
        let reads = Reads {
            index: vec![0],
            table: vec![Reads::NO_TABLE],
            operands: vec![exposed],
        };
        let values = value_table(&shape, &reads, gamma);
        let sum: Fr = eq.iter().zip(&values).map(|(e, v)| *e * v).sum();
        assert_eq!(sum, weight);
    }
}
