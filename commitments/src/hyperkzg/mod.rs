//! HyperKZG: multilinear commitments over a key of powers of tau, opened by halving (BN254, about 100 bits of security).
//!
//! A column `f` of `2^l` rows is committed as the polynomial `f_0(X) = Σ_i f_i · X^i`. Binding the lowest variable to `z_0`
//! halves it: with `f_k(X) = e(X²) + X·o(X²)`, let `f_{k+1}(X) = (1 − z_k)·e(X) + z_k·o(X)`. The claim `f(z) = v` is that
//! `f_l` is the constant `v`, that is, for all `k < l`,
//!
//! ```text
//! 2X·f_{k+1}(X²) = X(1 − z_k)·(f_k(X) + f_k(−X)) + z_k·(f_k(X) − f_k(−X))
//! ```
//!
//! 1. The prover sends commitments to `f_1 … f_{l−1}`; `y` and `x` are drawn. The sum of all equations by powers of `y`, at
//!    `x`, is `a(x) + b(−x) = c(x²) + 2x·y^{l−1}·v`, with
//!
//!    ```text
//!    a = Σ_k y^k·(x(1 − z_k) + z_k)·f_k,   b = Σ_k y^k·(x(1 − z_k) − z_k)·f_k,   c = 2x·Σ_k y^k·f_{k+1}  (k < l − 1)
//!    ```
//! 2. The prover sends `a(x)` and `b(−x)`, which give `c(x²)`, and commitments to `w`, the quotients of `a` by `X − x` and of
//!    `b` by `X + x`, added up, and to `w'`, the quotient of `c` by `X − x²`; `ε` is drawn.
//! 3. The verifier checks `w` as [`crate::kzg`] does for two points, and `ε` times `c − c(x²) = w'·(X − x²)` with it, by
//!    three pairings as one product. `x = 0` is refused.
//!
//! **Degrees** are of no account: the equations hold for polynomials of any length, and say that `f_l`, which is `f` with
//! each `2^l` coefficients folded to one, is the constant `v`. So `v` is the value of the first `2^l`. A commitment to more
//! has an opening only if all others fold to zero.
//!
//! **Shorter polynomials** are followed by zeros. A claim without variables is one at `z_0 = 0`.
//!
//! **Transcript**: `open/folds`, `open/equations` (`y`), `open/at` (`x`), `open/values`, `open/witnesses` (`w`, `w'`),
//! `open/checks` (`ε`).
//!
//! **Cost** for `T = 2^l` rows: opening multi-scalar multiplications of `5/2 · T` points (folds `T`, `w` `T`, `w'` half of
//! that), and some `10 T` multiplications; proof `l + 1` points and two scalars; verifier one multi-scalar multiplication of
//! all columns, three of `l + 1` terms, and three pairings as one product.
//!
//! **What it rests on**: the algebraic group model; nobody knows `τ`. Any number of its powers may be known
//! (`papers/hyperkzg.md`).
//!
//! [BCHO22: Bootle, Chiesa, Hu, Orrù, ePrint 2022/420, folding; KST22: Kothapalli, Setty, Tzialla, where the name is from]

mod equation;
#[cfg(feature = "prover")]
mod open;
#[cfg(test)]
mod tests;
mod verify;

use crate::columns;
use crate::kzg::{KNOWN_POWERS, OverPowers, Terms};
use crate::wire::{DecodeError, Reader, put};
use crate::{OpeningRisk, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use sumcheck::{Label, Point};

const FOLDS: Label = "open/folds";
const EQUATIONS: Label = "open/equations";
const AT: Label = "open/at";
const VALUES: Label = "open/values";
const WITNESSES: Label = "open/witnesses";
const CHECKS: Label = "open/checks";

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct HyperKzg;

/// Messages of an opening.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Commitments to `f_1 … f_{l−1}`.
    pub folds: Vec<G1Affine>,
    /// `a(x)` and `b(−x)`.
    pub values: [Fr; 2],
    /// Commitments to `w` and `w'`.
    pub witnesses: [G1Affine; 2],
}

impl OverPowers for HyperKzg {
    const NAME: &'static str = "hyperkzg";
    const ABOUT: &'static str =
        "a polynomial in one variable for each column, opened by halving it once a variable";
    const PAPERS: &'static [&'static str] = &["BCHO22", "KST22", "KZG10"];
    type Opening = Opening;

    fn reduce(
        script: &mut Script<'_>,
        terms: Terms,
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        verify::reduce(script, terms, claim, opening)
    }

    fn risks(vars: usize) -> Vec<OpeningRisk> {
        vec![
            OpeningRisk::once(
                EQUATIONS,
                "equations of halves",
                vars.saturating_sub(1) as u128,
            ),
            OpeningRisk::once(
                AT,
                "polynomials as long as powers are known",
                2 * KNOWN_POWERS,
            ),
            OpeningRisk::once(CHECKS, "two checks", 1),
        ]
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        opening.folds.iter().for_each(|point| put(point, out));
        opening.values.iter().for_each(|value| put(value, out));
        opening.witnesses.iter().for_each(|point| put(point, out));
    }

    fn read_opening(vars: usize, input: &mut Reader<'_>) -> Result<Opening, DecodeError> {
        Ok(Opening {
            folds: columns::points(vars.saturating_sub(1), input)?,
            values: [input.canonical("scalar")?, input.canonical("scalar")?],
            witnesses: [input.canonical("G1 point")?, input.canonical("G1 point")?],
        })
    }

    #[cfg(feature = "prover")]
    fn open(
        powers: &[G1Affine],
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        point: &Point<Fr>,
    ) -> (Fr, Opening) {
        open::open(powers, script, rows, point)
    }
}
