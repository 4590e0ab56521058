//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::TREES;
use super::{Committed, Settle, depth};
use crate::gkr::fraction;
use crate::lookup::dense::{DenseShape, DenseVerifier, Outputs, TableClaim, Term};
use crate::lookup::exactly;
use sumcheck::{Field, Shape, Value, VerifierChannel, VerifyError};

/// Receives index and multiplicities.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: DenseShape,
) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
    let of = |vars| [Shape { vars, radix: None }];
    let index = channel.oracles("dense index", &of(shape.cycle_vars))?;
    let counts = channel.oracles("dense multiplicities", &of(shape.index_bits))?;
    let [index] = exactly("dense index", &index)?;
    let [counts] = exactly("dense multiplicities", &counts)?;
    Ok(Box::new(Committed {
        index,
        counts,
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
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let leaves = 2usize << depth(self.shape);
        channel.risk(
            &["lookup/alpha", "lookup/beta"],
            "fingerprints of lookups",
            leaves,
        );
        let (roots, claims) = fraction::verify(channel, "gkr", &TREES, depth(self.shape))?;
        let [read, entries] = exactly("fraction/roots", &roots)?;
        fraction::verify_equal(channel, "lookup/sum", read, entries)?;
        let [read, entries] = exactly("fraction/roots", &claims.leaves)?;
        let ones = [(F::one(), read.numerator)];
        let difference = channel.linear(-F::one(), &ones);
        channel.assert_zero("dense/ones", difference)?;
        let with = Settle {
            outputs,
            alpha,
            beta,
        };
        let settled = self.settle(&with, &claims.point, [read, entries], |c, x| {
            channel.linear(c, &[(-F::one(), x)])
        });
        channel.claim_eval(settled.index)?;
        channel.claim_eval(settled.counts)?;
        Ok(settled.table)
    }
}
