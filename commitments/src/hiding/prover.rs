//! What provers of schemes that hide have in common: the key with multiples of `H`, and points that get one each.

use super::HidingKey;
use crate::curve::{FixedBase, FixedBases};
use crate::draws::{Class, Draws};
use crate::{Key, PcsError, PcsKeys, Provenance};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use rayon::prelude::*;
use std::sync::OnceLock;

/// Multiples of `H` that tables are made for: a machine has some hundred columns, in several lines each.
const COMMITMENTS: usize = 1 << 12;

/// Variables of the longest short polynomial.
const SHORT_VARS: usize = 4;

/// Short polynomials that have so many elements, about, which tables are made for: messages of a proof. Most of them are
/// of two or three elements, some of ten, few of more.
fn messages_with(elements: usize) -> usize {
    match elements {
        ..=2 => 1 << 8,
        3 => 1 << 7,
        4..=9 => 1 << 5,
        _ => 1 << 4,
    }
}

/// The prover's key: that of the clear scheme, and multiples of `H`.
pub struct HidingProverKey<P: PcsKeys> {
    key: P::ProverKey,
    verifier: HidingKey<P::VerifierKey>,
    multiples: OnceLock<FixedBase>,
    /// Multiples of the points of short polynomials in so many variables.
    short: OnceLock<(usize, FixedBases)>,
}

impl<P: PcsKeys> HidingProverKey<P> {
    /// From the clear scheme's.
    pub fn new(key: P::ProverKey) -> Self {
        let verifier = HidingKey::new(P::verifier_key(&key).clone());
        Self::with(key, verifier)
    }

    /// **Insecure**: see [`HidingKey::knowing`].
    #[cfg(feature = "testing")]
    pub fn knowing(key: P::ProverKey, logarithm: Fr) -> Self {
        let verifier = HidingKey::knowing(P::verifier_key(&key).clone(), logarithm);
        Self::with(key, verifier)
    }

    fn with(key: P::ProverKey, verifier: HidingKey<P::VerifierKey>) -> Self {
        HidingProverKey {
            key,
            verifier,
            multiples: OnceLock::new(),
            short: OnceLock::new(),
        }
    }

    /// The clear scheme's.
    pub fn clear(&self) -> &P::ProverKey {
        &self.key
    }

    /// What verification needs.
    pub fn verifier_key(&self) -> &HidingKey<P::VerifierKey> {
        &self.verifier
    }

    /// Multiples of `H`.
    pub(crate) fn multiples(&self) -> &FixedBase {
        let point = self.verifier.blinding();
        made(&self.multiples, || FixedBase::new(point, COMMITMENTS))
    }

    /// Commits short polynomials in `vars` variables over these points, one for each row; the commitments and their
    /// blindings. `None` if there are no tables for them.
    pub(crate) fn commit_short(
        &self,
        (vars, bases): (usize, &[G1Affine]),
        polys: &[&[Fr]],
        (draws, class): (&mut Draws, Class),
    ) -> Option<(Vec<G1Affine>, Vec<Fr>)> {
        if vars > SHORT_VARS || polys.iter().any(|rows| rows.len() > bases.len()) {
            return None;
        }
        let (of, tables) = made(&self.short, || {
            let uses = (1..).map(messages_with);
            let bases: Vec<(G1Affine, usize)> = bases.iter().copied().zip(uses).collect();
            (vars, FixedBases::new(&bases))
        });
        if *of != vars {
            return None;
        }
        let blindings: Vec<Fr> = polys.iter().map(|_| draws.next(class)).collect();
        let multiples = self.multiples();
        let each = polys.par_iter().zip(&blindings);
        let sums = each.map(|(rows, blinding)| tables.sum(rows) + multiples.multiple(blinding));
        let sums: Vec<G1Projective> = sums.collect();
        Some((G1Projective::normalize_batch(&sums), blindings))
    }
}

/// What is made once, by several threads at the same time if they ask at the same time. Nobody waits here for another
/// thread: what makes it takes threads of a pool, and one of them may be making something for the same key already.
pub(super) fn made<T>(once: &OnceLock<T>, make: impl Fn() -> T) -> &T {
    match once.get() {
        Some(made) => made,
        None => {
            let made = make();
            once.get_or_init(|| made)
        }
    }
}

impl<P: PcsKeys> Key for HidingProverKey<P> {
    fn max_vars(&self) -> usize {
        self.verifier.max_vars()
    }

    fn provenance(&self) -> Provenance {
        self.verifier.provenance()
    }

    fn digest(&self) -> [u8; 32] {
        self.verifier.digest()
    }
}

/// Adds a fresh multiple of `H` to every point, zeros included; the factors, in order.
pub(crate) fn blind(
    multiples: &FixedBase,
    points: Vec<&mut G1Affine>,
    (draws, class): (&mut Draws, Class),
) -> Vec<Fr> {
    let factors: Vec<Fr> = points.iter().map(|_| draws.next(class)).collect();
    let sums = points.par_iter().zip(multiples.multiples(&factors));
    let sums: Vec<G1Projective> = sums.map(|(point, multiple)| **point + multiple).collect();
    let sums = G1Projective::normalize_batch(&sums);
    points
        .into_iter()
        .zip(sums)
        .for_each(|(point, sum)| *point = sum);
    factors
}

/// Whether rows, by number, are some of a polynomial in `vars` variables, of at most `max`.
///
/// # Errors
/// Too many variables, or a row beyond the last one.
pub(crate) fn check_sparse(max: usize, vars: usize, rows: &[(usize, Fr)]) -> Result<(), PcsError> {
    if vars > max {
        return Err(PcsError::TooManyVars { vars, max });
    }
    let last = rows.iter().map(|(row, _)| *row).max();
    match last.filter(|row| row >> vars > 0) {
        None => Ok(()),
        Some(row) => Err(PcsError::WrongCount {
            what: "rows",
            found: row.saturating_add(1),
            expected: 1 << vars,
        }),
    }
}

/// The points of an opening from the sums that they are: each with a blinding of its own, if the opening is to hide.
pub struct Blinder<'a> {
    hiding: Option<(&'a FixedBase, &'a mut Draws)>,
    /// The blindings of all points so far, in order.
    pub(crate) drawn: Vec<Fr>,
}

impl<'a> Blinder<'a> {
    /// Of an opening in the clear.
    pub(crate) fn none() -> Self {
        Blinder {
            hiding: None,
            drawn: Vec::new(),
        }
    }

    /// Of one that hides.
    pub(crate) fn new(multiples: &'a FixedBase, draws: &'a mut Draws) -> Self {
        Blinder {
            hiding: Some((multiples, draws)),
            drawn: Vec::new(),
        }
    }

    /// An element that hides another one, if the opening is to hide.
    pub(crate) fn mask(&mut self) -> Option<Fr> {
        let (_, draws) = self.hiding.as_mut()?;
        Some(draws.next(Class::Opening))
    }

    /// The points.
    pub(crate) fn points(&mut self, sums: &[G1Projective]) -> Vec<G1Affine> {
        let mut points = G1Projective::normalize_batch(sums);
        if let Some((multiples, draws)) = &mut self.hiding {
            let drawn = blind(
                multiples,
                points.iter_mut().collect(),
                (draws, Class::Opening),
            );
            self.drawn.extend(drawn);
        }
        points
    }

    /// One point.
    pub(crate) fn point(&mut self, sum: G1Projective) -> G1Affine {
        self.points(&[sum]).first().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::made;
    use std::sync::OnceLock;

    /// A thread of a pool that waits for its tables' parts may take up another proof, which asks for the same tables.
    #[test]
    fn tables_that_are_being_made_can_be_asked_for() {
        let once = OnceLock::new();
        let outer = made(&once, || {
            let inner = made(&once, || vec![7]);
            assert_eq!(*inner, [7]);
            vec![8]
        });
        assert_eq!(*outer, [7], "what was made first stays");
        assert_eq!(once.get(), Some(&vec![7]));
    }
}
