//! Hyrax with an inner-product argument: transparent, over BN254's group (about 100 bits of security).
//!
//! The setup is `2^w` points `G_0 …` and one more, `U`, hashed from a public string ([`generators`](crate::generators)): nobody knows a
//! relation between them. The rows of a column are cut into *lines* of `2^w`, and its commitment is a point for each
//! line, `C_i = Σ_j f(2^w · i + j) · G_j`.
//!
//! **Opening** of `f(z) = v` in `l` variables, `z = (z', z'')` with `w` coordinates in `z'`: with
//! `a = Σ_i eq(z'', i) · line_i` and `b = eq(z', ·)`, the claim is `⟨a, b⟩ = v`, and everybody can make
//! `C = Σ_i eq(z'', i) · C_i = ⟨a, G⟩`.
//! 1. `ξ` is drawn, and `P = C + ξ·v·U`. Left to prove is `P = ⟨a, G⟩ + ξ·⟨a, b⟩·U`.
//! 2. Each round halves the vectors, the highest variable first: the prover sends
//!    `L = ⟨a_0, G_1⟩ + ξ·⟨a_0, b_1⟩·U` and `R = ⟨a_1, G_0⟩ + ξ·⟨a_1, b_0⟩·U`, where 0 and 1 are the halves; `y` is
//!    drawn; then `a' = a_0 + y^{-1}·a_1`, `G' = G_0 + y·G_1`, `b' = b_0 + y·b_1`, and `P' = P + y·L + y^{-1}·R`.
//! 3. The prover sends the one element of `a` that is left.
//!
//! The verifier folds nothing: the last equation is one multi-scalar multiplication, of all columns' points, all messages
//! and all of `G`, whose part several openings share. `b` is a tensor, so that its last element is `Π_k ((1 − z_k) + y_k·z_k)`.
//!
//! **Shorter polynomials** are followed by zeros: they have the first points, or the first lines.
//!
//! **Transcript**: `open/base` (`ξ`); for each round `open/cross` (`L`, `R`) and `open/fold` (`y`); `open/last`.
//!
//! **Cost** for `T = 2^l` rows: proof a point for each line of each column, `2 w` points and a scalar; verifier a
//! multi-scalar multiplication of all of these and `2^w`. Prover: committing as many additions as with one line;
//! opening `T` multiplications, then in each of three rounds a multi-scalar multiplication of `2^w`
//! points, and folding them to an eighth.
//!
//! **What it rests on**: discrete logarithms in BN254's G1, and random oracles. Extraction takes four challenges in each
//! round ([`risks`](crate::Pcs::risks)).
//!
//! [WTSTW18: Wahby, Tzialla, shelat, Thaler, Walfish, ePrint 2017/1132; BCCGP16, BBBPWM18: inner products]

#[cfg(feature = "prover")]
mod cache;
#[cfg(feature = "prover")]
mod commit;
#[cfg(feature = "prover")]
mod digests;
#[cfg(feature = "prover")]
mod fold;
mod hiding;
#[cfg(feature = "prover")]
mod hiding_prover;
mod key;
#[cfg(all(feature = "testing", feature = "prover"))]
mod known;
mod layout;
#[cfg(feature = "prover")]
mod open;
#[cfg(test)]
mod tests;
mod verify;

pub use hiding::{HidingHyrax, HidingOpening};
#[cfg(feature = "prover")]
pub use hiding_prover::Blindings;
pub use key::VerifierKey;
#[cfg(all(test, feature = "testing"))]
pub(crate) use known::knowing;
pub use layout::{Layout, MAX_LINE_VARS, MAX_LINES_VARS, MAX_VARS};
#[cfg(feature = "prover")]
pub use open::Operations;
pub use verify::{Equation, Sum};

use crate::wire::{DecodeError, Reader, put};
use crate::{Combined, Embedding, OpeningRisk, Pcs, PcsError, Script, columns};
#[cfg(feature = "prover")]
use crate::{PcsKeys, PcsProver};
use ark_bn254::{Fr, G1Affine};
#[cfg(feature = "prover")]
use sumcheck::Poly;
use sumcheck::{Label, Point, Shape};

const BASE: Label = "open/base";
const CROSS: Label = "open/cross";
const FOLD: Label = "open/fold";
const LAST: Label = "open/last";

/// Bytes of a point.
const POINT: usize = 32;

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct Hyrax;

/// The points of a batch: of each polynomial, of each column, one for each line.
pub type Lines = Vec<Vec<Vec<G1Affine>>>;

/// Messages of an inner-product argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// `L` and `R` of each round.
    pub cross: Vec<[G1Affine; 2]>,
    /// What is left of `a`.
    pub last: Fr,
}

impl Pcs for Hyrax {
    const NAME: &'static str = "hyrax";
    const EMBEDDING: Embedding = Embedding::Pad;
    type F = Fr;
    type VerifierKey = VerifierKey;
    type Commitment = Lines;
    type Opening = Opening;
    type Equation = Equation;
    type Sum = Sum;

    fn reduce(
        key: &VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Lines, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &Opening,
    ) -> Result<Equation, PcsError> {
        verify::reduce(key, script, parts, claim, opening)
    }

    fn add(key: &VerifierKey, sum: &mut Sum, weight: Fr, equation: Equation) {
        sum.add(key, weight, equation);
    }

    fn holds(key: &VerifierKey, sum: Sum) -> bool {
        sum.holds(key)
    }

    fn risks(key: &VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        let rounds = key.layout().low(vars);
        vec![
            OpeningRisk::once(BASE, "vector and value", 1),
            OpeningRisk {
                challenge: FOLD,
                count: rounds,
                about: "halves of the vectors",
                degree: 3 * rounds as u128,
                bits: None,
            },
        ]
    }

    fn commitment_bytes(key: &VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        let lines = |shape: &Shape| columns(shape) * key.layout().lines(shape.vars);
        shapes.iter().map(|shape| POINT * lines(shape)).collect()
    }

    fn write_commitment(commitment: &Lines, out: &mut Vec<u8>) {
        let points = commitment.iter().flatten().flatten();
        points.for_each(|point| put(point, out));
    }

    fn read_commitment(
        key: &VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Lines, DecodeError> {
        let lines = |shape: &Shape| key.layout().lines(shape.vars);
        let count = shapes.iter().map(|shape| columns(shape) * lines(shape));
        let mut points = key.by().points(count.sum(), input)?.into_iter();
        let mut column = |lines: usize| points.by_ref().take(lines).collect();
        let polynomial = |shape: &Shape| {
            let columns = 0..columns(shape);
            columns.map(|_| column(lines(shape))).collect()
        };
        Ok(shapes.iter().map(polynomial).collect())
    }

    fn write_opening(opening: &Opening, out: &mut Vec<u8>) {
        let cross = opening.cross.iter().flatten();
        cross.for_each(|point| put(point, out));
        put(&opening.last, out);
    }

    fn read_opening(
        key: &VerifierKey,
        vars: usize,
        _parts: &[Combined<'_, Lines, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<Opening, DecodeError> {
        let mut point = || input.canonical("G1 point");
        let rounds = (0..key.layout().low(vars)).map(|_| Ok([point()?, point()?]));
        let cross = rounds.collect::<Result<_, DecodeError>>()?;
        let last = input.canonical("scalar")?;
        Ok(Opening { cross, last })
    }

    fn write_verifier_key(key: &VerifierKey) -> Vec<u8> {
        key.to_bytes()
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<VerifierKey, DecodeError> {
        VerifierKey::from_bytes(bytes)
    }
}

#[cfg(feature = "prover")]
impl PcsKeys for Hyrax {
    const TOGETHER: usize = 16;
    type ProverKey = VerifierKey;
    type Kept = ();

    fn keep(_key: &VerifierKey, _polys: &[&Poly<Fr>]) -> Result<(), PcsError> {
        Ok(())
    }

    fn verifier_key(key: &VerifierKey) -> &VerifierKey {
        key
    }

    fn checking_key(key: &VerifierKey) -> VerifierKey {
        key.checking()
    }
}

#[cfg(feature = "prover")]
impl PcsProver for Hyrax {
    fn commit(key: &VerifierKey, polys: &[&Poly<Fr>]) -> Result<(Lines, ()), PcsError> {
        Ok((commit::commit(key, polys)?, ()))
    }

    fn open(
        key: &VerifierKey,
        script: &mut Script<'_>,
        rows: Vec<Fr>,
        _parts: &[Combined<'_, (), Fr>],
        point: &Point<Fr>,
    ) -> Result<(Fr, Opening), PcsError> {
        open::open(key, script, &rows, point)
    }
}
