//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::layout::{self, Fingerprint, Layout};
use super::{Committed, TREES, relation};
use crate::gkr::fraction;
use crate::lookup::selectors::read_value;
use crate::lookup::{
    EXPOSED, LookupShape, LookupVerifier, ReadClaim, SELECTORS, SelectorClaim, exactly,
};
use std::sync::Arc;
use sumcheck::{Field, Shape, Value, VerifierChannel, VerifyError, batch};

/// Receives columns and multiplicities.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: &LookupShape,
    layout: Arc<Layout>,
) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
    let of = |vars| Shape { vars, radix: None };
    let columns = vec![of(shape.cycle_vars); layout.columns()];
    let counts = vec![of(layout.cut.chunk_bits()); layout.groups.len()];
    Ok(Box::new(Committed {
        columns: channel.oracles("lookup columns", &columns)?,
        counts: channel.oracles("lookup multiplicities", &counts)?,
        shape: shape.clone(),
        layout,
    }))
}

impl<F: Field> LookupVerifier<F> for Committed {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let (layout, shape) = (&self.layout, &self.shape);
        let gamma: F = channel.sample("lookup/read");
        let [alpha, beta] = ["lookup/alpha", "lookup/beta"].map(|label| channel.sample(label));
        let fingerprint = Fingerprint::new(layout, alpha, beta);
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let leaves = 2usize << self.depth();
        let degree = leaves * fingerprint.degree();
        channel.risk(
            &["lookup/alpha", "lookup/beta"],
            "fingerprints of lookups",
            degree,
        );
        let (roots, claims) = fraction::verify(channel, "gkr", &TREES, self.depth())?;
        let [read, entries] = exactly("fraction/roots", &roots)?;
        fraction::verify_equal(channel, "lookup/sum", read, entries)?;
        let [read, entries] = exactly("fraction/roots", &claims.leaves)?;

        let table = layout::table_leaves(layout, &fingerprint, &claims.point);
        let found = [(F::one(), entries.denominator)];
        let difference = channel.linear(-table.denominator, &found);
        channel.assert_zero("lookup/table", difference)?;
        channel.claim_eval(self.counts(&table, entries.numerator))?;
        let at = layout::read_leaves(layout, &fingerprint, shape.cycle_vars, &claims.point);
        let zeta: F = channel.sample("lookup/leaves");
        channel.risk(&["lookup/leaves"], "numerator and denominator of a leaf", 1);
        let leaf = [(F::one(), read.numerator), (zeta, read.denominator)];
        let leaf = channel.linear(-zeta * beta, &leaf);
        let value = read_value(channel, gamma, &claim);
        let (relations, factors) =
            relation::execute((layout, shape), (&claim.point, gamma), &at.cycle);
        let [read, leaves] = relations;
        let relations = [(read, value), (leaves, leaf)];
        let reduced = batch::verify(channel, "execute", relations)?;
        let epsilon: F = channel.sample("lookup/selectors");
        // Of each table, of pairs and of single operands.
        let claims = shape.tables.len() + 2;
        channel.risk(&["lookup/selectors"], SELECTORS, claims - 1);
        let linear = |terms: &[(F, Value)]| channel.linear(F::zero(), terms);
        let (claims, selectors) = self.finish(&at, [zeta, epsilon], (factors, reduced), linear);
        for claim in claims {
            channel.claim_eval(claim)?;
        }
        Ok(selectors)
    }
}
