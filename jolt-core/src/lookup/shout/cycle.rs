//! Cycle rounds of the read relation: `Σ_j eq(r, j) · Π_g P_g(j) · V(j)` at a fixed index point.

use super::layout::{GROUP_BITS, Layout};
use super::relation::{SelectorWeights, read};
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Field, Point, RoundProver, UniPoly};

pub(super) struct Prover<F: Field>(CycleProver<F>);

impl<F: Field> Prover<F> {
    pub fn new(
        layout: Layout,
        reads: &Reads,
        cycle: &Point<F>,
        msb_first: &[F],
        weights: &SelectorWeights<F>,
    ) -> Self {
        let mut columns = vec![None];
        let mut bound = Vec::new();
        for (g, group) in msb_first.chunks_exact(GROUP_BITS).enumerate() {
            let mut point = group.to_vec();
            point.reverse();
            let (low, high) = Point(point.clone()).split_at(GROUP_BITS / 2);
            bound.push(Point(point));
            let (low, high) = (low.eq_table(), high.eq_table());
            let shift = layout.index_bits - GROUP_BITS * (g + 1);
            let product = |index: &u128| {
                let bits = (*index >> shift) as usize;
                high[(bits >> 8) & 255] * low[bits & 255]
            };
            let values = reads.index.par_iter().map(product).collect();
            columns.push(Some(Column::with_tail(values, product(&0))));
        }
        let value = |table: &u8, operands: &Exposed| {
            let table = weights.tables.get(usize::from(*table));
            let operands = match operands {
                Exposed::Nothing => F::zero(),
                Exposed::Pair => weights.pair,
                Exposed::Single => weights.single,
            };
            table.copied().unwrap_or_default() + operands
        };
        let values = reads
            .table
            .par_iter()
            .zip(&reads.operands)
            .map(|(t, o)| value(t, o))
            .collect();
        columns.push(Some(Column::field(values)));
        Prover(CycleProver::new(&read(layout, cycle), &bound, columns))
    }
}

impl<F: Field> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        self.0.round(claim)
    }

    fn bind(&mut self, challenge: F) {
        self.0.bind(challenge);
    }

    fn finish(&mut self) -> Vec<F> {
        self.0.finish()
    }
}
