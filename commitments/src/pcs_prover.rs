//! What a prover does with a multilinear polynomial commitment scheme.

use crate::{Homomorphic, Key, Pcs, PcsError};
use sumcheck::{Point, Poly, ProverField, Transcript};

/// The prover's side of a scheme.
pub trait PcsProver: Pcs<F: ProverField> {
    /// What committing and opening need.
    type ProverKey: Key;
    /// Blinding of one column; `()` for a scheme that does not hide.
    type Blinding: Clone + Send + Sync + 'static;

    /// Commits polynomials, column by column. `blindings` has one entry per polynomial, and in it
    /// one per column, as has the result.
    fn commit(
        key: &Self::ProverKey,
        polys: &[&Poly<Self::F>],
        blindings: &[Vec<Self::Blinding>],
    ) -> Result<Vec<Vec<Self::Commitment>>, PcsError>;

    /// Value at `point`, and its proof, of the polynomial in `point.vars()` variables whose first
    /// rows are `rows` and whose other rows are zero.
    fn open(
        key: &Self::ProverKey,
        transcript: &mut Transcript,
        rows: Vec<Self::F>,
        blinding: &Self::Blinding,
        point: &Point<Self::F>,
    ) -> Result<(Self::F, Self::Opening), PcsError>;
}

/// The prover's side of a scheme whose commitments form a module.
pub trait HomomorphicProver: PcsProver + Homomorphic {
    /// The blinding of a combination.
    fn combine_blindings(terms: &[(Self::F, Self::Blinding)]) -> Self::Blinding;
}
