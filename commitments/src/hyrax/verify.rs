//! Verifying openings: one multi-scalar multiplication.
//!
//! An opening leaves the equation
//!
//! ```text
//! Σ_i eq(z'', i)·C_i + ξ·v·U + Σ_k (y_k·L_k + y_k^{-1}·R_k) = a·(Σ_j s_j·G_j + ξ·b·U)
//! ```
//!
//! where `s_j` is the product of the `y_k` of the variables that are one in `j`. In a weighted sum of equations `G` and
//! `U` have one scalar each: the sum costs as much as one equation, and the commitments and messages of the others.

use super::{BASE, CROSS, FOLD, LAST, Lines, Opening, VerifierKey};
use crate::{Combined, Key, PcsError, Script};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ff::{Field, One, Zero};
use sumcheck::Point;

/// Points of proofs that wait for one multiplication: those of many proofs are not held all at a time.
const WAITING: usize = 1 << 17;

/// A sum of points that is to be the identity.
#[derive(Debug)]
pub struct Equation {
    /// Of the proof's own points.
    pub(super) scalars: Vec<Fr>,
    pub(super) bases: Vec<G1Affine>,
    /// Of `G_0 …`.
    pub(super) rows: Vec<Fr>,
    /// Of `U`.
    pub(super) value: Fr,
}

/// A sum of equations.
#[derive(Debug, Default)]
pub struct Sum {
    scalars: Vec<Fr>,
    bases: Vec<G1Affine>,
    /// What waits no longer.
    done: G1Projective,
    rows: Vec<Fr>,
    value: Fr,
}

impl Sum {
    pub(super) fn add(&mut self, key: &VerifierKey, weight: Fr, equation: Equation) {
        let scalars = equation.scalars.iter();
        self.scalars.extend(scalars.map(|s| weight * s));
        self.bases.extend(equation.bases);
        if self.rows.len() < equation.rows.len() {
            self.rows.resize(equation.rows.len(), Fr::zero());
        }
        let rows = self.rows.iter_mut().zip(equation.rows);
        rows.for_each(|(sum, row)| *sum += weight * row);
        self.value += weight * equation.value;
        if self.bases.len() >= WAITING {
            self.done += key.by().msm(&self.bases, &self.scalars);
            self.bases.clear();
            self.scalars.clear();
        }
    }

    pub(super) fn holds(self, key: &VerifierKey) -> bool {
        self.point(key).is_zero()
    }

    /// What is to be the identity.
    pub(crate) fn point(mut self, key: &VerifierKey) -> G1Projective {
        self.scalars.push(self.value);
        self.bases.push(key.value());
        self.scalars.extend(&self.rows);
        self.bases.extend(key.rows().iter().take(self.rows.len()));
        let rest = key.by().msm(&self.bases, &self.scalars);
        self.done + rest
    }
}

/// An opening after its rounds.
pub(super) struct Folded {
    /// `Σ_i eq(z'', i)·C_i + Σ_k (y_k·L_k + y_k^{-1}·R_k)`.
    pub scalars: Vec<Fr>,
    pub bases: Vec<G1Affine>,
    /// `ξ`.
    pub base: Fr,
    /// What is left of `b`.
    pub weight: Fr,
    /// The `y_k`, the highest variable first.
    challenges: Vec<Fr>,
}

impl Folded {
    /// Hears and asks all but the end of an opening.
    pub fn new(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Lines, Fr>],
        point: &Point<Fr>,
        cross: &[[G1Affine; 2]],
    ) -> Result<Self, PcsError> {
        let (vars, max) = (point.vars(), key.max_vars());
        if vars > max {
            return Err(PcsError::TooManyVars { vars, max });
        }
        let (low, high) = point.split_at(key.layout().low(vars));
        if cross.len() != low.vars() {
            return Err(PcsError::WrongCount {
                what: "rounds",
                found: cross.len(),
                expected: low.vars(),
            });
        }
        let base: Fr = script.sample(BASE);
        let (mut scalars, mut bases) = combined(parts, &high.eq_table())?;
        let (mut weight, mut challenges) = (Fr::one(), Vec::with_capacity(cross.len()));
        for (pair, z) in cross.iter().zip(low.0.iter().rev()) {
            script.absorb(CROSS, pair);
            let y: Fr = script.sample(FOLD);
            let inverse = y.inverse().ok_or(PcsError::Rejected)?;
            scalars.extend([y, inverse]);
            bases.extend(pair);
            weight *= Fr::one() - z + y * z;
            challenges.push(y);
        }
        Ok(Folded {
            scalars,
            bases,
            base,
            weight,
            challenges,
        })
    }

    /// `factor · s_j` for all `j`.
    pub fn products(&self, factor: Fr) -> Vec<Fr> {
        let challenges = self.challenges.iter();
        challenges.fold(vec![factor], |products, y| {
            products.iter().flat_map(|s| [*s, *y * s]).collect()
        })
    }
}

/// The equation of an opening.
pub(super) fn reduce(
    key: &VerifierKey,
    script: &mut Script<'_>,
    parts: &[Combined<'_, Lines, Fr>],
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<Equation, PcsError> {
    let folded = Folded::new(key, script, parts, point, &opening.cross)?;
    script.absorb(LAST, &opening.last);
    Ok(Equation {
        rows: folded.products(-opening.last),
        value: folded.base * (value - opening.last * folded.weight),
        scalars: folded.scalars,
        bases: folded.bases,
    })
}

/// `Σ_i weight_i · factor · C_i` over all columns, as terms.
///
/// # Errors
/// A polynomial that takes part has more lines than the point knows.
fn combined(
    parts: &[Combined<'_, Lines, Fr>],
    weights: &[Fr],
) -> Result<(Vec<Fr>, Vec<G1Affine>), PcsError> {
    let (mut scalars, mut bases) = (Vec::new(), Vec::new());
    for part in parts {
        let columns = part.batch.iter().zip(&part.factors);
        for (lines, factor) in columns.flat_map(|(columns, factors)| columns.iter().zip(factors)) {
            if lines.len() > weights.len() {
                return Err(PcsError::WrongCount {
                    what: "lines",
                    found: lines.len(),
                    expected: weights.len(),
                });
            }
            if !factor.is_zero() {
                scalars.extend(
                    weights
                        .iter()
                        .zip(lines)
                        .map(|(weight, _)| *weight * factor),
                );
                bases.extend(lines);
            }
        }
    }
    Ok((scalars, bases))
}
