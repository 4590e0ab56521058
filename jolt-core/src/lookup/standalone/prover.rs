//! The prover.

use super::{Columns, OUT, claim_out};
use crate::lookup::{LookupProver, LookupShape, ProveLookup, ReadClaim, Reads, SelectorClaim};
use std::sync::Arc;
use sumcheck::{Field, Oracle, Point, Poly, ProverChannel};

/// Proves what the reads return.
///
/// # Panics
/// If the argument does not support the shape, or the reads do not fit it.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveLookup<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
) {
    let columns = Columns::of(shape, &reads);
    prove_columns(channel, argument, shape, reads, &columns, &columns.out);
}

/// Claims that the reads return these columns, and commits an output column, true or not.
pub fn prove_columns<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveLookup<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    columns: &Columns,
    committed: &[u64],
) {
    commit(channel, argument, shape, reads, committed).prove(channel, columns);
}

/// Reads that are committed, and not yet proven.
pub struct Committed<F: Field> {
    prover: Box<dyn LookupProver<F>>,
    cycle_vars: usize,
    out: Oracle,
}

/// Commits reads and the column that they return: first message of the prover.
///
/// # Panics
/// If the argument does not support the shape, or the reads do not fit it.
pub fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveLookup<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    out: &[u64],
) -> Committed<F> {
    let prover = argument.commit(channel, shape, reads);
    let out = out.iter().map(|x| i128::from(*x)).collect();
    let poly = Arc::new(Poly::signed(shape.cycle_vars, out));
    Committed {
        prover,
        cycle_vars: shape.cycle_vars,
        out: channel.commit(OUT, vec![poly])[0],
    }
}

impl<F: Field> Committed<F> {
    /// The oracle of what the reads return.
    pub fn out(&self) -> Oracle {
        self.out
    }

    /// Proves that the reads return these columns.
    pub fn prove(self, channel: &mut dyn ProverChannel<F>, columns: &Columns) {
        let point = Point::sampled(self.cycle_vars, || channel.sample("lookup/point"));
        let [out, left, right] = columns.evaluate(&point);
        channel.send("lookup claims", &[out, left, right]);
        let claim = ReadClaim {
            point: point.clone(),
            out,
            left,
            right,
        };
        // The verifier evaluates public selectors itself: nothing to prove about them.
        let SelectorClaim { .. } = self.prover.reduce(channel, claim);
        channel.claim_eval(claim_out(self.out, &point, out));
    }
}
