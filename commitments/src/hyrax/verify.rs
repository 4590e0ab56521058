//! Verifying an opening: one multi-scalar multiplication.

use super::{BASE, CROSS, FOLD, LAST, Lines, Opening, VerifierKey};
use crate::curve::msm_portable;
use crate::{Combined, Key, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ff::{Field, One, Zero};
use sumcheck::Point;

/// Checks `Σ_i eq(z'', i)·C_i + ξ·v·U + Σ_k (y_k·L_k + y_k^{-1}·R_k) = a·(Σ_j s_j·G_j + ξ·b·U)`, where `s_j` is the product
/// of the `y_k` of the variables that are one in `j`.
pub(super) fn verify(
    key: &VerifierKey,
    script: &mut Script<'_>,
    parts: &[Combined<'_, Lines, Fr>],
    (point, value): (&Point<Fr>, Fr),
    opening: &Opening,
) -> Result<(), PcsError> {
    let (vars, max) = (point.vars(), key.max_vars());
    if vars > max {
        return Err(PcsError::TooManyVars { vars, max });
    }
    let (low, high) = point.split_at(key.layout().low(vars));
    if opening.cross.len() != low.vars() {
        return Err(PcsError::WrongCount {
            what: "rounds",
            found: opening.cross.len(),
            expected: low.vars(),
        });
    }
    let xi: Fr = script.sample(BASE);
    let (mut scalars, mut bases) = combined(parts, &high.eq_table())?;
    // What is left of `b`, and the products `s_j`, the highest variable first.
    let mut last_weight = Fr::one();
    let mut products = vec![opening.last];
    for (pair, z) in opening.cross.iter().zip(low.0.iter().rev()) {
        script.absorb(CROSS, pair);
        let y: Fr = script.sample(FOLD);
        let inverse = y.inverse().ok_or(PcsError::Rejected)?;
        scalars.extend([y, inverse]);
        bases.extend(pair);
        last_weight *= Fr::one() - z + y * z;
        products = products.iter().flat_map(|s| [*s, y * s]).collect();
    }
    script.absorb(LAST, &opening.last);
    scalars.push(xi * (value - opening.last * last_weight));
    bases.push(key.value());
    scalars.extend(products.iter().map(|s| -*s));
    bases.extend(key.rows().iter().take(products.len()));
    match msm_portable(&bases, &scalars).is_zero() {
        true => Ok(()),
        false => Err(PcsError::Rejected),
    }
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
