//! The prover's part that arguments share.

use super::Outputs;
use sumcheck::kernel::eq_table;
use sumcheck::{Point, ProverChannel, ProverField};

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
