//! What proves reads of dense tables, and what these provers share.

use super::{DenseArgument, DenseShape, Outputs, TableClaim, Term};
use std::sync::Arc;
use sumcheck::kernel::eq_table;
use sumcheck::{Field, Point, Poly, ProverChannel, ProverField};

/// A lookup argument that serves dense tables, with its prover.
pub trait ProveDense<F: Field>: DenseArgument<F> {
    /// Commits what the argument needs for reads at these indices, before any challenge is drawn: the other side of
    /// [`DenseArgument::receive`]. Rows beyond them read entry 0.
    ///
    /// # Panics
    /// If the size is not supported.
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>>;
}

/// A prover that has committed.
pub trait DenseProver<F: Field>: Send {
    /// The index column, as a linear functional of committed columns.
    fn index(&self) -> Vec<Term<F>>;

    /// Proves what was read.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F>;
}

/// What only the prover has.
pub struct Rows<'a, F> {
    /// The combined table, `2^n` entries.
    pub table: &'a [F],
    /// The combined column, for the reads.
    pub out: &'a [F],
}

/// Integers as a polynomial.
pub(crate) fn integers<F: Field>(vars: usize, values: impl Iterator<Item = u64>) -> Arc<Poly<F>> {
    let values = values.map(i128::from).collect();
    Arc::new(Poly::signed(vars, values))
}

impl<F: ProverField> Outputs<F> {
    /// For arguments that start from a claim at a random point: the point, and the column's value there.
    /// Sends the committed columns' value and claims it.
    pub fn prove_at_random(
        &self,
        channel: &mut dyn ProverChannel<F>,
        cycle_vars: usize,
        rows: &[F],
    ) -> (Point<F>, F) {
        let point = Point::sampled(cycle_vars, || channel.sample("dense/point"));
        let eq = eq_table(&point);
        let value = rows.iter().zip(&eq).map(|(x, e)| *x * e).sum();
        channel.send("dense value", &[value]);
        channel.claim_eval(self.claim(&point, value));
        let padded = value + self.beyond(&point);
        (point, padded)
    }
}
