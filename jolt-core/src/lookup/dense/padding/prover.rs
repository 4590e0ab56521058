//! The prover.

use super::{BATCH, Term, claim, relation};
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Instance, Point, ProverChannel, ProverField, batch};

/// Proves; `rows` is the index column, and `reads` how many of its rows are reads.
pub(in super::super) fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    cycle_vars: usize,
    reads: usize,
    (terms, rows): (Vec<Term<F>>, &[u32]),
) {
    if reads >> cycle_vars > 0 {
        return;
    }
    let point = Point::sampled(cycle_vars, || channel.sample("dense/padding"));
    let (relation, index) = relation(point, reads);
    let rows = rows.iter().map(|k| u64::from(*k)).collect();
    let columns = vec![
        None,
        Some(Column::with_tail(vec![F::zero(); reads], F::one())),
        Some(Column::words(Arc::new(rows))),
    ];
    let instance = Instance {
        prover: Box::new(CycleProver::new(&relation, &[], columns)),
        relation,
        claim: F::zero(),
    };
    let [reduced] = batch::prove(channel, BATCH, [instance]);
    channel.claim_eval(claim(terms, index, reduced));
}
