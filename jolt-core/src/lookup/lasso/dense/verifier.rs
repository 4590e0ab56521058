//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::verifier::memory::verify_sets;
use super::{Challenges, Committed};
use crate::gkr::product;
use crate::lookup::dense::{DenseShape, DenseVerifier, Outputs, TableClaim, Term};
use crate::lookup::exactly;
use sumcheck::{Field, Shape, Value, VerifierChannel, VerifyError};

/// Receives index and counts of the reads, and final counts.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: DenseShape,
) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
    let of = |vars| Shape { vars, radix: None };
    let reads = channel.oracles("dense reads", &[of(shape.cycle_vars); 2])?;
    let finals = channel.oracles("dense counts", &[of(shape.index_bits)])?;
    let [finals] = exactly("dense counts", &finals)?;
    Ok(Box::new(Committed {
        reads: exactly("dense reads", &reads)?,
        finals,
        shape,
    }))
}

impl<F: Field> DenseVerifier<F> for Committed {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let with = Challenges::sample(|| channel.sample("lookup/fingerprint"));
        let rows = (1usize << self.shape.cycle_vars) + (1 << self.shape.index_bits);
        channel.risk(
            &["lookup/fingerprint"],
            "fingerprints of a memory's rows",
            2 * rows,
        );
        let reads = product::verify(channel, "reads", self.shape.cycle_vars, 2)?;
        let cells = product::verify(channel, "cells", self.shape.index_bits, 2)?;
        let accessed = exactly("reads", &reads.roots)?;
        verify_sets(channel, accessed, exactly("cells", &cells.roots)?)?;
        let one = F::one();
        let [read, written] = exactly("reads", &reads.leaves)?;
        let step = [(one, written), (-one, read)];
        let difference = channel.linear(-with.alpha.square(), &step);
        channel.assert_zero("dense/writes", difference)?;
        let leaf = |x: Value| [(one, x)];
        let claim = self.read(with, outputs, reads.point, |c| {
            channel.linear(-c, &leaf(read))
        });
        channel.claim_eval(claim)?;
        let [before, after] = exactly("cells", &cells.leaves)?;
        let counted = [(one, after), (-one, before)];
        let counted = channel.linear(F::zero(), &counted);
        let (finals, table) = self.cells(with, cells.point, counted, |c| {
            channel.linear(-c, &leaf(before))
        });
        channel.claim_eval(finals)?;
        Ok(table)
    }
}
