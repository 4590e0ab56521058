//! What the verifier makes of a point of the leaves, against the leaves.
#![allow(clippy::unwrap_used)]

use super::LogupGkr;
use super::layout::{Fingerprint, Layout, OPERANDS, read_leaves, table_leaves};
use super::witness::{Witness, selectors};
use crate::gkr::fraction::Leaves;
use crate::lookup::testkit;
use crate::lookup::testkit::Case;
use crate::lookup::testkit::liars::LyingLogup;
use ark_bn254::Fr;
use ark_ff::{UniformRand, Zero};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use instruction_tables::WordSize;
use proptest::prelude::*;
use sumcheck::{Field, Point};

fn setting(word: WordSize, chunk_bits: usize) -> (Case, Layout, Witness, Fingerprint<Fr>, StdRng) {
    let case = Case::random(word, 3, 7, 5);
    let layout = Layout::new(&case.shape, chunk_bits).unwrap();
    let witness = Witness::new(&layout, case.reads.clone(), case.shape.tables.len());
    let mut rng = StdRng::seed_from_u64(9);
    let fingerprint = Fingerprint::new(&layout, Fr::rand(&mut rng), Fr::rand(&mut rng));
    (case, layout, witness, fingerprint, rng)
}

/// The extensions of both sides at a point.
fn evaluate(leaves: &Leaves<Fr>, point: &Point<Fr>) -> [Fr; 2] {
    let eq = point.eq_table();
    let real = leaves.numerators.len();
    let rest: Fr = eq[real..].iter().sum();
    let side = |values: &[Fr], tail: Fr| -> Fr {
        let terms = eq.iter().zip(values);
        terms.map(|(e, v)| *e * v).sum::<Fr>() + rest * tail
    };
    [
        side(&leaves.numerators, leaves.tail.numerator),
        side(&leaves.denominators, leaves.tail.denominator),
    ]
}

#[test]
fn claims_on_leaves_are_linear_in_columns_and_selectors() {
    for (word, chunk_bits) in [(WordSize::W8, 4), (WordSize::W32, 8), (WordSize::W64, 2)] {
        let (case, layout, witness, fingerprint, mut rng) = setting(word, chunk_bits);
        let tables = case.shape.tables.len();
        let depth = layout.depth(case.shape.cycle_vars);
        let point = Point((0..depth).map(|_| Fr::rand(&mut rng)).collect());
        let leaves = witness.read_leaves(&layout, tables, &fingerprint);
        let [numerator, denominator] = evaluate(&leaves, &point);
        let at = read_leaves(&layout, &fingerprint, case.shape.cycle_vars, &point);
        let eq = at.cycle.eq_table();
        for (zeta, expected) in [
            (Fr::zero(), numerator),
            (
                Fr::from(5u64),
                numerator + Fr::from(5u64) * (denominator - fingerprint.beta),
            ),
        ] {
            let column = witness.leaf_column(tables, &at, zeta);
            let sum: Fr = column.iter().zip(&eq).map(|(x, e)| *x * e).sum();
            assert_eq!(sum, expected);
        }
        let table = witness.table_leaves(&layout, &fingerprint);
        let [numerator, denominator] = evaluate(&table, &point);
        let at = table_leaves(&layout, &fingerprint, &point);
        assert_eq!(denominator, at.denominator);
        let eq = at.chunk.eq_table();
        let counts = witness.multiplicities.iter().zip(&at.groups);
        let counts = counts.map(|(m, g)| -> Fr {
            let terms = m.iter().zip(&eq).map(|(m, e)| e.mul_i128(*m));
            *g * terms.sum::<Fr>()
        });
        assert_eq!(numerator, counts.sum::<Fr>());
    }
}

/// Every lookup is of an entry, and every multiplicity is that of the lookups.
#[test]
fn multiplicities_count_the_lookups() {
    let (case, layout, witness, ..) = setting(WordSize::W8, 4);
    let tables = case.shape.tables.len();
    let mut expected = 0;
    for j in 0..case.reads.index.len() {
        let s = selectors(&case.reads, tables, j);
        let own = i128::from(s.table.is_some()) + i128::from(s.single);
        for i in 0..layout.positions() {
            let needs = s.table.is_some_and(|t| layout.needs_operands(t, i));
            expected += own + i128::from(s.pair) + i128::from(needs);
        }
    }
    let counted: i128 = witness.multiplicities.iter().flatten().sum();
    assert_eq!(counted, expected);
    assert!(!witness.multiplicities[OPERANDS].is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// All kernels against the naive prover, message for message.
    #[test]
    fn the_kernels_send_what_the_naive_prover_sends(
        seed: u64,
        cycle_vars in 0usize..5,
        chunk_bits in prop::sample::select(vec![2usize, 4]),
    ) {
        let case = Case::random(WordSize::W8, cycle_vars, (seed % (1 << cycle_vars)) as usize + 1, seed);
        let argument = LogupGkr::with_chunks(chunk_bits);
        let fast = testkit::prove::<Fr>(&argument, &case);
        let slow = testkit::prove::<Fr>(&LyingLogup::with_chunks(chunk_bits).slow(), &case);
        for (i, (fast, slow)) in fast.messages.iter().zip(&slow.messages).enumerate() {
            prop_assert_eq!(fast, slow, "message {}", i);
        }
        prop_assert_eq!(fast.messages.len(), slow.messages.len());
    }
}
