//! The verifier of the output.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::collate::{BATCH, Entries, read, split};
use super::super::layout::Layout;
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError, batch};

/// Verifies: claims on entries by position.
pub(super) fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    layout: &Layout,
    (point, out): (Point<F>, Value),
) -> Result<Vec<Entries<F, Value>>, VerifyError> {
    let (mut point, mut states) = (point, vec![out]);
    let mut entries = Vec::with_capacity(layout.len());
    for position in (1..layout.len()).rev() {
        let rho = batch::weight(states.len(), || channel.sample("lookup/states"));
        if states.len() > 1 {
            channel.risk(&["lookup/states"], "states of the tables", states.len() - 1);
        }
        let mut power = F::one();
        let mut terms = Vec::with_capacity(states.len());
        for state in &states {
            terms.push((power, *state));
            power *= rho;
        }
        let claim = channel.linear(F::zero(), &terms);
        let (relation, factors) = read(layout, position, rho, &point);
        let [reduced] = batch::verify(channel, BATCH, [(relation, claim)])?;
        let (left, own) = split(factors, reduced);
        (point, states) = (own.point.clone(), left);
        entries.push(own);
    }
    entries.push(Entries {
        point,
        values: states,
    });
    entries.reverse();
    Ok(entries)
}
