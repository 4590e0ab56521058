//! What a prover does with a multilinear polynomial commitment scheme.

use crate::{Combined, Key, Pcs, PcsError, Script};
use rayon::prelude::*;
use sumcheck::{Point, Poly, ProverField, Rows};

/// What provers of a scheme have, whether they hide or not.
pub trait PcsKeys: Pcs<F: ProverField> {
    /// Polynomials of one batch that are committed by one call, so that no more are in memory in full at a time. A
    /// scheme that commits to a batch as a whole takes all.
    const TOGETHER: usize;
    /// What committing and opening need.
    type ProverKey: Key;
    /// What the prover keeps of a batch for its opening beside the polynomials; `()` if nothing.
    type Kept: Send + Sync + 'static;

    /// What is kept of a batch whose commitment belongs to a key.
    ///
    /// # Errors
    /// As committing.
    fn keep(key: &Self::ProverKey, polys: &[&Poly<Self::F>]) -> Result<Self::Kept, PcsError>;

    /// The verifier's key of the same setup.
    fn verifier_key(key: &Self::ProverKey) -> &Self::VerifierKey;

    /// The same for a prover that verifies its own proof: of the same results, and it may use what verifiers do without,
    /// as threads.
    fn checking_key(key: &Self::ProverKey) -> Self::VerifierKey {
        Self::verifier_key(key).clone()
    }
}

/// The prover's side of a scheme.
pub trait PcsProver: PcsKeys {
    /// Commits a batch.
    ///
    /// # Errors
    /// Polynomials that are not well-formed, or too large for the key.
    fn commit(
        key: &Self::ProverKey,
        polys: &[&Poly<Self::F>],
    ) -> Result<(Self::Commitment, Self::Kept), PcsError>;

    /// Value at `point`, and its proof, of the polynomial in `point.vars()` variables whose first rows are `rows` and
    /// whose other rows are zero: the sum of `parts`.
    ///
    /// # Errors
    /// A point of too many coordinates, or more rows than it has.
    fn open(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        rows: Vec<Self::F>,
        parts: &[Combined<'_, Self::Kept, Self::F>],
        point: &Point<Self::F>,
    ) -> Result<(Self::F, Self::Opening), PcsError>;
}

/// Whether polynomials are well-formed, and of at most `max` variables. They are plain data: nothing guarantees it.
pub(crate) fn check_polys<F>(max: usize, polys: &[&Poly<F>]) -> Result<(), PcsError> {
    for (number, poly) in polys.iter().enumerate() {
        if poly.vars > max {
            let vars = poly.vars;
            return Err(PcsError::TooManyVars { vars, max });
        }
        let found = match &poly.rows {
            Rows::Dense(values) => values.len(),
            Rows::Signed(values) => values.len(),
            Rows::Digits { radix, digits } => {
                let radix = *radix;
                let below = |digit: &u8| usize::from(*digit) < radix;
                if !(2..=256).contains(&radix) || !digits.par_iter().all(below) {
                    return Err(PcsError::BadDigits {
                        poly: number,
                        radix,
                    });
                }
                digits.len()
            }
        };
        let expected = 1 << poly.vars;
        if found > expected {
            return Err(PcsError::WrongCount {
                what: "rows",
                found,
                expected,
            });
        }
    }
    Ok(())
}
