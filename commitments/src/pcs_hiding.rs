//! What a scheme does that hides.

use crate::draws::{Class, Draws};
use crate::{Combined, PcsError, PcsKeys, Script};
use sumcheck::{Point, Poly};
use zeroize::Zeroize;

/// The prover's side of a scheme whose commitments and openings are blinded. With draws that nobody knows, every
/// commitment is uniform, and an opening can be simulated from the commitments, the point and the value.
///
/// What is kept of a batch are its blindings: none of one that belongs to a key.
pub trait HidingProver: PcsKeys<Kept: Zeroize> + Sized {
    /// Commits a batch, each commitment with a blinding of its own.
    ///
    /// # Errors
    /// Polynomials that are not well-formed, or too large for the key.
    fn commit(
        key: &Self::ProverKey,
        polys: &[&Poly<Self::F>],
        draws: (&mut Draws, Class),
    ) -> Result<(Self::Commitment, Self::Kept), PcsError>;

    /// The commitment of a polynomial that is to belong to a key: without a blinding, the same for everybody.
    ///
    /// # Errors
    /// As committing.
    fn commit_public(
        key: &Self::ProverKey,
        poly: &Poly<Self::F>,
    ) -> Result<Self::Commitment, PcsError>;

    /// Commits dense polynomials in `vars` variables, few and short: the rows of messages. The same commitments as those of
    /// [`Self::commit`], in less time.
    ///
    /// # Errors
    /// As committing.
    fn commit_short(
        key: &Self::ProverKey,
        vars: usize,
        polys: &[&[Self::F]],
        draws: (&mut Draws, Class),
    ) -> Result<(Self::Commitment, Self::Kept), PcsError> {
        commit_dense::<Self>(key, vars, polys, draws)
    }

    /// Commits one polynomial in `vars` variables with these rows, by number, and zeros.
    ///
    /// # Errors
    /// It is too large for the key.
    fn commit_sparse(
        key: &Self::ProverKey,
        vars: usize,
        rows: &[(usize, Self::F)],
        draws: (&mut Draws, Class),
    ) -> Result<(Self::Commitment, Self::Kept), PcsError>;

    /// As [`PcsProver::open`](crate::PcsProver::open); the value is public.
    ///
    /// # Errors
    /// A point of too many coordinates, or more rows than it has.
    fn open(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        rows: (Vec<Self::F>, &Point<Self::F>),
        parts: &[Combined<'_, Self::Kept, Self::F>],
        draws: &mut Draws,
    ) -> Result<(Self::F, Self::Opening), PcsError>;
}

/// Commits short polynomials as any others.
pub(crate) fn commit_dense<P: HidingProver>(
    key: &P::ProverKey,
    vars: usize,
    polys: &[&[P::F]],
    draws: (&mut Draws, Class),
) -> Result<(P::Commitment, P::Kept), PcsError> {
    let polys = polys.iter().map(|rows| Poly::dense(vars, rows.to_vec()));
    let polys: Vec<Poly<P::F>> = polys.collect();
    P::commit(key, &polys.iter().collect::<Vec<_>>(), draws)
}
