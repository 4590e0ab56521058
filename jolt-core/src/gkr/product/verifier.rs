//! The verifier of grand products.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Claims, Layer};
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError, batch};

/// Verifies the products of trees of `2^vars` leaves each. Check: `batch/layer`.
///
/// # Errors
/// What the channel finds wrong.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    vars: usize,
    trees: usize,
) -> Result<Claims<F, Value>, VerifyError> {
    let roots = channel.recv("product/roots", trees)?;
    let mut point = Point(Vec::new());
    let mut values = roots.clone();
    for _ in 0..vars {
        let lambda: F = channel.sample("product/trees");
        channel.risk(
            &["product/trees"],
            "nodes of all trees",
            trees.saturating_sub(1),
        );
        let mut power = F::one();
        let mut terms = Vec::with_capacity(values.len());
        for value in &values {
            terms.push((power, *value));
            power *= lambda;
        }
        let claim = channel.linear(F::zero(), &terms);
        let layer = Layer::new(&point, lambda, trees);
        let [reduced] = batch::verify(channel, batch, [(layer.relation.clone(), claim)])?;
        let rho: F = channel.sample("product/child");
        channel.risk(&["product/child"], "two children of a node", 1);
        (point, values) = layer.next(reduced, rho, |l, r| {
            channel.linear(F::zero(), &[(F::one() - rho, l), (rho, r)])
        });
    }
    Ok(Claims {
        roots,
        point,
        leaves: values,
    })
}
