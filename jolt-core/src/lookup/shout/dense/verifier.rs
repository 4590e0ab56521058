//! The verifier.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::super::PRODUCTS;
use super::super::verifier::decompose;
use super::{Digits, Read, read, widths};
use crate::digits::products;
use crate::lookup::dense::{DenseShape, DenseVerifier, Outputs, TableClaim, Term};
use sumcheck::{Field, Shape, Value, VerifierChannel, VerifyError, batch};

/// Receives the digits of indices.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    shape: DenseShape,
) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
    let widths = widths(shape).into_iter();
    let shapes: Vec<Shape> = widths
        .map(|width| Shape {
            vars: shape.cycle_vars,
            radix: Some(1 << width),
        })
        .collect();
    let oracles = channel.oracles("dense digits", &shapes)?;
    Ok(Box::new(Digits { shape, oracles }))
}

impl<F: Field> DenseVerifier<F> for Digits {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let shape = self.shape;
        let (cycle, value) = outputs.verify_at_random(channel, shape.cycle_vars)?;
        let (relation, factors) = read(shape.index_bits);
        let [reduced] = batch::verify(channel, "execute", [(relation, value)])?;
        let read = Read::take(&factors, reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let one_hot = channel.enforced(products::ONE_HOT);
        let at = self.at(cycle, &read.table.point, challenges, one_hot);
        let drawn = ["round", "dense/point"];
        let late = decompose(channel, at, &[read.folded], self.digits(), &drawn);
        batch::verify_late(channel, "decompose", vec![late])?;
        Ok(read.table)
    }
}
