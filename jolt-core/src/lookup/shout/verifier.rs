//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::layout::Layout;
use super::relation::{Read, read};
use super::{ONE_HOT_AT, PRODUCTS, PRODUCTS_AND_ONE_HOT, digits};
use crate::digits::MAX_RADIX;
use crate::digits::products::{self, Grouped};
use crate::lookup::selectors::read_value;
use crate::lookup::{EXPOSED, Left, LookupShape, LookupVerifier, ReadClaim, SelectorClaim};
use sumcheck::batch::{self, Late};
use sumcheck::{Field, Label, Oracle, Relation, Shape, Value, VerifierChannel, VerifyError};

/// Receives the digits of reads.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: &LookupShape,
) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
    let layout = Layout::new(shape)?;
    let digit = Shape {
        vars: shape.cycle_vars,
        radix: Some(MAX_RADIX),
    };
    let oracles = channel.oracles("lookup digits", &vec![digit; layout.digits()])?;
    Ok(Box::new(Verifier {
        shape: shape.clone(),
        layout,
        oracles,
    }))
}

struct Verifier {
    shape: LookupShape,
    layout: Layout,
    oracles: Vec<Oracle>,
}

impl<F: Field> LookupVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let left = self.reduce_beside(channel, claim, ("", Vec::new()))?;
        batch::verify_late(channel, "decompose", left.late)?;
        Ok(left.selectors)
    }

    fn reduce_beside(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
        (_, others): (Label, Vec<(Relation<F>, Value)>),
    ) -> Result<Left<F, Value, ()>, VerifyError> {
        let gamma: F = channel.sample("lookup/read");
        channel.risk(&["lookup/read"], EXPOSED, 2);
        let sum = read_value(channel, gamma, &claim);
        let (relation, factors) = read(self.layout, &claim.point);
        let relations = std::iter::once((relation, sum)).chain(others).collect();
        let mut others = batch::verify_all(channel, "execute", relations)?;
        let [reduced] = batch::first(&mut others);
        let read = Read::take((&self.shape, self.layout), gamma, factors, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let at = read.at(challenges, channel.enforced(products::ONE_HOT));
        let digits = digits(&self.oracles);
        let late = decompose(channel, at, &read.products, digits, &["round"]);
        Ok(Left {
            selectors: read.selectors,
            others,
            late: vec![late],
        })
    }
}

/// The relation `digits`: claimed products, and that their digits, (oracle, radix) each, are one-hot at a point that
/// challenges of the labels `drawn` make.
pub(super) fn decompose<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    at: products::At<F>,
    products: &[Value],
    digits: Vec<(Oracle, usize)>,
    drawn: &[Label],
) -> Late<F, Value, ()> {
    channel.risk(&PRODUCTS, PRODUCTS_AND_ONE_HOT, at.degree());
    channel.risk(drawn, ONE_HOT_AT, at.one_hot_degree());
    let weights = at.product_weights().into_iter();
    let terms: Vec<_> = weights.zip(products.iter().copied()).collect();
    let sum = channel.linear(F::zero(), &terms);
    Grouped::new("digits", &at).late(sum, (), digits, at)
}
