//! Zeromorph that hides: what is different where all points are blinded ([`crate::hiding`]).
//!
//! One scalar is sent, `s = d(x')`. **A mask** makes it uniform: with the quotients the prover commits to a random constant `m`,
//! and the sum of reversals is
//!
//! ```text
//! d(X) = Σ_{k<l} y^k·X^{2^k − 1}·q_k(1/X) + y^l·m
//! ```
//!
//! as if `m` was one more quotient, of one coefficient, in the equation of degrees alone:
//! `a(X) = f(X) − v·Φ_l(x) − Σ_k C_k(x)·q_k(X) + γ·(Σ_k y^k·x^{1 − 2^k}·q_k(X) + y^l·m(X) − s)`.
//!
//! **Soundness.** The equation of degrees says that the coefficient of `X^e` in `Σ_k y^k·X^{1−2^k}·q_k + y^l·m` is zero for
//! `e > 0`, now a polynomial of degree `l` in `y`. So quotients are short, and so is `m`, which is a constant and nowhere else.
//!
//! **Hiding.** `m` is in `s`, behind blindings, and in nothing else; where `y ≠ 0`, `s` is uniform, whatever the rows are.
//!
//! **Transcript.** As in the clear; the commitment to `m` is the last one of `open/quotients`.

use super::{Opening, Zeromorph, read_opening, risks, verify};
use crate::columns::{self, Columns};
use crate::hiding::OverPairings;
use crate::kzg::{VerifierKey, allowed};
use crate::wire::{DecodeError, Reader};
use crate::{Combined, OpeningRisk, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use sumcheck::Point;

impl OverPairings for Zeromorph {
    fn reduce_blinded(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Vec<G1Affine>, PcsError> {
        allowed(key, claim.0)?;
        verify::reduce(script, columns::terms(parts), claim, (opening, 1))
    }

    fn risks_blinded(_key: &VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        risks(vars.saturating_add(1))
    }

    fn read_blinded(
        _key: &VerifierKey,
        vars: usize,
        _parts: &[Combined<'_, Columns, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Opening, DecodeError> {
        read_opening(vars.saturating_add(1), input)
    }
}
