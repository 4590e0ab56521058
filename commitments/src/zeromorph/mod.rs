//! Zeromorph: multilinear commitments over a key of powers of tau, on BN254 (about 100 bits of security).
//!
//! A column `f` of `2^l` rows is committed as the polynomial `f(X) = Σ_i f_i · X^i`, rows by number. With
//! `Φ_n(X) = 1 + X + … + X^{2^n − 1}`, a claim `f(z) = v` about the multilinear polynomial is
//!
//! ```text
//! f(X) − v·Φ_l(X) = Σ_k C_k(X) · q_k(X),   C_k(X) = X^{2^k}·Φ_{l−k−1}(X^{2^{k+1}}) − z_k·Φ_{l−k}(X^{2^k})
//! ```
//!
//! for some `q_k` of less than `2^k` coefficients: those of the quotients of `f − v = Σ_k (X_k − z_k)·q_k(X_0 … X_{k−1})`.
//!
//! **Degrees.** That the quotients are short is all of the proof: longer ones prove any value. Zeromorph shifts them to the
//! end of the key. That shows nothing here, because a key is cut from a ceremony whose further powers are known as well
//! ([`crate::kzg`]). Instead the prover commits to the sum of their reversals,
//! `d(X) = Σ_k y^k · X^{2^k − 1} · q_k(1/X)`, and shows `d(1/x) = Σ_k y^k · x^{1 − 2^k} · q_k(x)` at a random `x`. So this is an
//! equation of Laurent polynomials. Its left side has no positive exponent, whatever `d` is. On the right the coefficient of
//! `X^e` is `Σ_k y^k · (coefficient 2^k − 1 + e of q_k)`, which is zero for all `e > 0`, hence each coefficient is:
//! `q_k` has less than `2^k`. Then the right side of the first equation has less than `2^l` coefficients, so `f` has, and the
//! equation is one of multilinear polynomials: `f(z) = v`.
//!
//! **Protocol.** `x' = 1/x`.
//! 1. The prover sends commitments to `q_0 … q_{l−1}`; `y` is drawn.
//! 2. The prover sends a commitment to `d`; `x` and `γ` are drawn.
//! 3. The prover sends `s = d(x')`, and a commitment to `w = a/(X − x) + (d − s)/(X − x')`, where
//!    `a(X) = f(X) − v·Φ_l(x) − Σ_k C_k(x)·q_k(X) + γ·(Σ_k y^k·x^{1 − 2^k}·q_k(X) − s)`.
//! 4. The verifier makes the commitments `A` to `a` and `B` to `d − s` from those it has, and checks
//!    `a·(X − x') + (d − s)·(X − x) = w·(X − x)(X − x')` at `τ`:
//!    `e(W, τ²G_2) · e(−(A + B + (x + x')·W), τG_2) · e(x'·A + x·B + W, G_2) = 1`.
//!
//! At `X = x'` the last equation says `d(x') = s`, at `X = x` that `a` vanishes. `x = 0` and `x = ±1` are refused: there the
//! points are no two points. They come up with probability `3/p`, and the prover's proof is then one that nobody accepts.
//!
//! **Shorter polynomials** are followed by zeros.
//!
//! **Hiding**: points get blindings, and `s` a mask (`hiding.rs`).
//!
//! **Transcript**: `open/quotients`, `open/degrees` (`y`), `open/reversed` (`d`), `open/at` (`x`), `open/parts` (`γ`),
//! `open/sum` (`s`), `open/witness` (`w`).
//!
//! **Cost** for `T = 2^l` rows: opening multi-scalar multiplications of `5/2 · T` points (quotients `T`, `d` half of that,
//! `w` `T`), and some `8 T` multiplications; proof `l + 2` points and a scalar; verifier one multi-scalar multiplication of
//! all columns and the quotients, and three pairings as one product.
//!
//! **What it rests on**: the algebraic group model; nobody knows `τ`. Any number of its powers may be known
//! (`papers/zeromorph.md`).
//!
//! [KT23: Kohrita, Towa, ePrint 2023/917]

mod equation;
mod hiding;
#[cfg(feature = "prover")]
mod hiding_prover;
#[cfg(all(test, feature = "testing"))]
mod hiding_tests;
#[cfg(all(feature = "testing", feature = "prover"))]
mod known;
#[cfg(feature = "prover")]
mod open;
#[cfg(test)]
mod tests;
mod verify;

use crate::columns;
use crate::hiding::blinded_verifying_key;
#[cfg(feature = "prover")]
use crate::hiding::{Blinder, blinded_keys};
use crate::keys::VerifyingKey;
#[cfg(feature = "prover")]
use crate::keys_prover::Keys;
#[cfg(feature = "prover")]
use crate::kzg::Powers;
use crate::kzg::{KNOWN_POWERS, OverPowers, Terms, VerifierKey};
use crate::wire::{DecodeError, Reader, put};
use crate::{OpeningRisk, PcsError, Script, SetupError};
use ark_bn254::{Fr, G1Affine};
use std::sync::Arc;
use sumcheck::{Label, Point};

const QUOTIENTS: Label = "open/quotients";
const DEGREES: Label = "open/degrees";
const REVERSED: Label = "open/reversed";
const AT: Label = "open/at";
const PARTS: Label = "open/parts";
const SUM: Label = "open/sum";
const WITNESS: Label = "open/witness";

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct Zeromorph;

/// Messages of an opening.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Commitments to `q_0 … q_{l−1}`, and to the mask of an opening that hides.
    pub quotients: Vec<G1Affine>,
    /// Commitment to `d`.
    pub reversed: G1Affine,
    /// `s`.
    pub sum: Fr,
    /// Commitment to `w`.
    pub witness: G1Affine,
}

impl OverPowers for Zeromorph {
    const NAME: &'static str = "zeromorph";
    const ABOUT: &'static str =
        "a polynomial in one variable for each column, opened by one short quotient a variable";
    const PAPERS: &'static [&'static str] = &["KT23", "KZG10"];
    const HIDES: bool = true;
    type Opening = Opening;

    fn hiding_verifying_key(key: VerifierKey) -> Result<Arc<dyn VerifyingKey<Fr>>, SetupError> {
        Ok(blinded_verifying_key::<Zeromorph>(key))
    }

    #[cfg(feature = "prover")]
    fn hiding_keys(powers: Powers) -> Result<Keys<Fr>, SetupError> {
        Ok(blinded_keys::<Zeromorph>(powers))
    }

    fn reduce(
        script: &mut Script<'_>,
        terms: Terms,
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        verify::reduce(script, terms, claim, (opening, 0))
    }

    fn risks(vars: usize) -> Vec<OpeningRisk> {
        risks(vars)
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        opening.quotients.iter().for_each(|point| put(point, out));
        put(&opening.reversed, out);
        put(&opening.sum, out);
        put(&opening.witness, out);
    }

    fn read_opening(vars: usize, input: &mut Reader<'_>) -> Result<Opening, DecodeError> {
        read_opening(vars, input)
    }

    #[cfg(feature = "prover")]
    fn open(
        powers: &[G1Affine],
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        point: &Point<Fr>,
    ) -> (Fr, Opening) {
        let blinder = &mut Blinder::none();
        let opened = open::open(powers, script, (rows, point), Fr::from(0), blinder);
        (opened.value, opened.opening)
    }
}

/// The challenges of an opening with so many quotients, a mask among them if there is one.
fn risks(quotients: usize) -> Vec<OpeningRisk> {
    vec![
        OpeningRisk::once(
            DEGREES,
            "coefficients beyond the ends of quotients",
            quotients.saturating_sub(1) as u128,
        ),
        OpeningRisk::once(
            AT,
            "polynomials as long as powers are known",
            2 * KNOWN_POWERS,
        ),
        OpeningRisk::once(PARTS, "value and degrees", 1),
    ]
}

/// With so many quotients, a mask among them.
fn read_opening(quotients: usize, input: &mut Reader<'_>) -> Result<Opening, DecodeError> {
    Ok(Opening {
        quotients: columns::points(quotients, input)?,
        reversed: input.canonical("G1 point")?,
        sum: input.canonical("scalar")?,
        witness: input.canonical("G1 point")?,
    })
}
