//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod collate;
pub(super) mod memory;
mod settle;

use super::layout::{Challenges, Layout};
use super::settle::Inputs;
use crate::lookup::{LookupVerifier, ReadClaim, SelectorClaim};
use sumcheck::{Field, Oracle, Shape, Value, VerifierChannel, VerifyError};

/// Receives columns and final counts.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    layout: Layout,
) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
    let integers = |vars: usize, count: usize| vec![Shape { vars, radix: None }; count];
    let columns = integers(layout.cycle_vars, layout.first_column(layout.len()));
    let pieces = (0..layout.len()).map(|i| layout.pieces(i)).sum();
    let finals = integers(layout.piece_vars(), pieces);
    Ok(Box::new(Verifier {
        oracles: [
            channel.oracles("lookup columns", &columns)?,
            channel.oracles("lookup counts", &finals)?,
        ],
        layout,
    }))
}

struct Verifier {
    layout: Layout,
    oracles: [Vec<Oracle>; 2],
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let layout = &self.layout;
        let [columns, finals] = &self.oracles;
        let challenges = Challenges::sample(layout, || channel.sample("lookup/fingerprint"));
        let rows = (1usize << layout.cycle_vars) + (1 << layout.cell_vars);
        let degree = rows * challenges.degree();
        channel.risk(
            &["lookup/fingerprint"],
            "fingerprints of a memory's rows",
            degree,
        );
        let accesses = memory::verify(channel, layout, &challenges, finals)?;
        let start = (claim.point.clone(), claim.out);
        let entries = collate::verify(channel, layout, start)?;
        let inputs = Inputs {
            layout,
            memory: &challenges,
            oracles: columns,
            claim,
            accesses,
            entries,
        };
        settle::verify(channel, inputs)
    }
}
