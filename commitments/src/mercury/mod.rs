//! Mercury: multilinear commitments over a key of powers of tau, with openings of one size for all (BN254, about 100 bits).
//!
//! A column `f` of `2^l` rows is committed as the polynomial `f(X) = Σ_i f_i · X^i`. Rows are a matrix with lines of
//! `b = 2^⌈l/2⌉`, entry `j` of line `i` in row `b·i + j`, and the point is `z = (z', z'')`, `z'` for the place in a line. Let
//! `P'(X) = Σ_j eq(z', j)·X^j` and `P''(X) = Σ_i eq(z'', i)·X^i`. The claim is `f(z) = v`.
//!
//! 1. The prover sends a commitment to `h(X) = Σ_i X^i · Σ_j eq(z', j) · f_{b·i + j}`, lines folded. The claim becomes
//!    `⟨h, P''⟩ = v`, the inner product of coefficients. `α` and `γ` are drawn.
//! 2. The prover sends commitments to the quotient `q` and the remainder `g` of `f` by `X^b − α`, so that
//!    `g_j = Σ_i α^i · f_{b·i + j}`; to the quotient `r` of `h` by `X − α`; to `d(X) = X^{b−1}·g(1/X)`; and to the `s` with
//!
//!    ```text
//!    g(X)·P'(1/X) + g(1/X)·P'(X) + γ·(h(X)·P''(1/X) + h(1/X)·P''(X)) = 2·(h(α) + γ·v) + X·s(X) + s(1/X)/X
//!    ```
//!
//!    The constant terms say `⟨g, P'⟩ = h(α)`, that is, that `h` was folded from `f`, and `⟨h, P''⟩ = v`. `x` is drawn;
//!    `x' = 1/x`.
//! 3. The prover sends `h(α)`, `g(x)`, `g(x')`, `h(x)`, `h(x')`, `s(x)`. The last equation at `x` gives `s(x')`, and `d(x)` is
//!    `x^{b−1}·g(x')`. `δ` is drawn.
//! 4. The prover sends a commitment to `w = a/(X − x) + c/(X − x')`, where
//!
//!    ```text
//!    a = (f − (x^b − α)·q − g) + δ·(g − g(x)) + δ²·(s − s(x)) + δ³·(h − h(x)) + δ⁴·(d − d(x)) + δ⁵·(h − h(α) − (x − α)·r)
//!    c = (g − g(x')) + δ·(s − s(x')) + δ²·(h − h(x'))
//!    ```
//!
//!    and the verifier checks that `a` vanishes at `x` and `c` at `x'`, with three pairings as one product
//!    ([`crate::kzg`]).
//!
//! **Degrees.** Nobody may count on the key's length. `d` shows that `g` has no more than `b` coefficients: an equation of
//! Laurent polynomials, whose one side has no negative exponent, whatever `d` is. Then `g` is the remainder. `h`, `q`, `r` and
//! `s` may have any length: `P'` and `P''` are short, so that only the first coefficients of `h` count, and these are those of
//! lines `0 … 2^{l − ⌈l/2⌉}` of `f`. So a commitment to more than `2^l` coefficients has an opening: to the value of its first
//! `2^l`, as everything that is claimed about it.
//!
//! **Shorter polynomials** are followed by zeros.
//!
//! **Transcript**: `open/lines` (`h`), `open/modulus` (`α`), `open/parts` (`γ`), `open/polynomials` (`q`, `g`, `r`, `s`, `d`),
//! `open/at` (`x`), `open/values`, `open/values-parts` (`δ`), `open/witness` (`w`).
//!
//! **Cost** for `T = 2^l` rows: opening multi-scalar multiplications of `2·T` points and some `6·√T`, and `7·T`
//! multiplications; proof seven points and six scalars; verifier one multi-scalar multiplication of all columns, and three
//! pairings as one product.
//!
//! **What it rests on**: the algebraic group model; nobody knows `τ`. Any number of its powers may be known
//! (`papers/mercury.md`).
//!
//! [EG25: Eagen, Gabizon, ePrint 2025/385]

mod equation;
#[cfg(feature = "prover")]
mod open;
#[cfg(test)]
mod tests;
mod verify;

use crate::kzg::{KNOWN_POWERS, OverPowers, Terms};
use crate::wire::{DecodeError, Reader, put};
use crate::{OpeningRisk, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use equation::Values;
use sumcheck::{Label, Point};

const LINES: Label = "open/lines";
const MODULUS: Label = "open/modulus";
const PARTS: Label = "open/parts";
const POLYNOMIALS: Label = "open/polynomials";
const AT: Label = "open/at";
const VALUES: Label = "open/values";
const VALUES_PARTS: Label = "open/values-parts";
const WITNESS: Label = "open/witness";

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct Mercury;

/// Messages of an opening.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Commitment to `h`.
    lines: G1Affine,
    /// Commitments to `q`, `g`, `r`, `s`, `d`.
    polynomials: [G1Affine; 5],
    values: Values,
    /// Commitment to `w`.
    witness: G1Affine,
}

impl OverPowers for Mercury {
    const NAME: &'static str = "mercury";
    const ABOUT: &'static str = "a polynomial in one variable for each column, opened by a remainder and two inner products";
    const PAPERS: &'static [&'static str] = &["EG25", "KZG10"];
    type Opening = Opening;

    fn reduce(
        script: &mut Script<'_>,
        terms: Terms,
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        verify::reduce(script, terms, claim, opening)
    }

    fn risks(_vars: usize) -> Vec<OpeningRisk> {
        vec![
            OpeningRisk::once(MODULUS, "lines, as many as powers are known", KNOWN_POWERS),
            OpeningRisk::once(PARTS, "two inner products", 1),
            OpeningRisk::once(
                AT,
                "polynomials as long as powers are known",
                3 * KNOWN_POWERS,
            ),
            OpeningRisk::once(VALUES_PARTS, "values at two points", 5 + 2),
        ]
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        put(&opening.lines, out);
        opening.polynomials.iter().for_each(|point| put(point, out));
        let values = opening.values.to_array();
        values.iter().for_each(|value| put(value, out));
        put(&opening.witness, out);
    }

    fn read_opening(_vars: usize, input: &mut Reader<'_>) -> Result<Opening, DecodeError> {
        let lines = input.canonical("G1 point")?;
        let mut polynomials = [G1Affine::identity(); 5];
        for point in &mut polynomials {
            *point = input.canonical("G1 point")?;
        }
        let mut values = [Fr::from(0); 6];
        for value in &mut values {
            *value = input.canonical("scalar")?;
        }
        Ok(Opening {
            lines,
            polynomials,
            values: Values::from_array(values),
            witness: input.canonical("G1 point")?,
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
