//! Hyrax that hides: every point has a blinding, and the inner-product argument ends with a proof of knowledge.
//!
//! One more point of the setup, `H`. A line of a column is committed as `C_i = Σ_j f(2^w · i + j)·G_j + β_i·H` with a
//! fresh `β_i`, zeros included. Opening `f(z) = v` is the argument of [`super`] with these changes:
//! - `L` and `R` of each round get blindings of their own. So `P` is `⟨a, G⟩ + ξ·⟨a, b⟩·U + β·H` after every round, with
//!   `β = Σ_i eq(z'', i)·β_i` at first, and `y·λ + y^{-1}·ρ` more after a round.
//! - At the end `P = a·B + β·H` with `B = G + ξ·b·U`, and `a` is not sent. The prover sends `S = d·B + δ·H`; `c` is drawn; the
//!   prover answers `d + c·a` and `δ + c·β`; and the check is `S + c·P = (d + c·a)·B + (δ + c·β)·H`.
//!
//! **Binding** is that of the clear argument, `H` being one more point that nobody knows a relation of. From two answers
//! to one `S` follow `a` and `β`; extraction takes two challenges at the end, and four in each round.
//!
//! **Hiding.** `L` and `R` are uniform, and so are both answers; `S` is what the last equation makes it. The simulator
//! draws all of these and solves for `S`: the hash is programmed at `c`.
//!
//! **Transcript**: `open/base`, for each round `open/cross` and `open/fold`, then `open/knowledge` (`S`), `open/answer` (`c`),
//! `open/answers`.
//!
//! **Cost** beside the clear argument: a multiple of `H` for each point, `2 w + 4` others; one point and one scalar more.

use super::verify::{Equation, Folded, Sum};
use super::{Hyrax, Lines, VerifierKey};
use crate::hiding::HidingKey;
use crate::wire::{DecodeError, Reader, put};
use crate::{Combined, Embedding, OpeningRisk, Pcs, PcsError, Script};
use ark_bn254::{Fr, G1Affine};
use ark_ff::One;
use sumcheck::{Label, Point, Shape};

pub(super) const KNOWLEDGE: Label = "open/knowledge";
pub(super) const ANSWER: Label = "open/answer";
pub(super) const ANSWERS: Label = "open/answers";

/// The scheme.
#[derive(Clone, Copy, Debug)]
pub struct HidingHyrax;

/// Messages of an inner-product argument that tells nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct HidingOpening {
    /// `L` and `R` of each round.
    pub cross: Vec<[G1Affine; 2]>,
    /// `S`.
    pub knowledge: G1Affine,
    /// `d + c·a` and `δ + c·β`.
    pub answers: [Fr; 2],
}

impl Pcs for HidingHyrax {
    const NAME: &'static str = Hyrax::NAME;
    const EMBEDDING: Embedding = Hyrax::EMBEDDING;
    type F = Fr;
    type VerifierKey = HidingKey<VerifierKey>;
    type Commitment = Lines;
    type Opening = HidingOpening;
    type Equation = Equation;
    type Sum = Sum;

    fn reduce(
        key: &HidingKey<VerifierKey>,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Lines, Fr>],
        (point, value): (&Point<Fr>, Fr),
        opening: &HidingOpening,
    ) -> Result<Equation, PcsError> {
        let mut folded = Folded::new(key.clear(), script, parts, point, &opening.cross)?;
        script.absorb(KNOWLEDGE, &opening.knowledge);
        let challenge: Fr = script.sample(ANSWER);
        script.absorb(ANSWERS, &opening.answers);
        let [answer, blinding] = opening.answers;
        folded.scalars.iter_mut().for_each(|s| *s *= challenge);
        folded.scalars.extend([Fr::one(), -blinding]);
        folded.bases.extend([opening.knowledge, key.blinding()]);
        Ok(Equation {
            rows: folded.products(-answer),
            value: folded.base * (challenge * value - answer * folded.weight),
            scalars: folded.scalars,
            bases: folded.bases,
        })
    }

    fn add(key: &HidingKey<VerifierKey>, sum: &mut Sum, weight: Fr, equation: Equation) {
        sum.add(key.clear(), weight, equation);
    }

    fn holds(key: &HidingKey<VerifierKey>, sum: Sum) -> bool {
        sum.holds(key.clear())
    }

    fn risks(key: &HidingKey<VerifierKey>, vars: usize) -> Vec<OpeningRisk> {
        let mut risks = Hyrax::risks(key.clear(), vars);
        let about = "what is left of the vector, and its blinding";
        risks.push(OpeningRisk::once(ANSWER, about, 1));
        risks
    }

    fn commitment_bytes(key: &HidingKey<VerifierKey>, shapes: &[Shape]) -> Vec<usize> {
        Hyrax::commitment_bytes(key.clear(), shapes)
    }

    fn write_commitment(commitment: &Lines, out: &mut Vec<u8>) {
        Hyrax::write_commitment(commitment, out);
    }

    fn read_commitment(
        key: &HidingKey<VerifierKey>,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Lines, DecodeError> {
        Hyrax::read_commitment(key.clear(), shapes, input)
    }

    fn write_opening(opening: &HidingOpening, out: &mut Vec<u8>) {
        let cross = opening.cross.iter().flatten();
        cross.for_each(|point| put(point, out));
        put(&opening.knowledge, out);
        put(&opening.answers, out);
    }

    fn read_opening(
        key: &HidingKey<VerifierKey>,
        vars: usize,
        _parts: &[Combined<'_, Lines, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<HidingOpening, DecodeError> {
        let mut point = || input.canonical("G1 point");
        let rounds = (0..key.clear().layout().low(vars)).map(|_| Ok([point()?, point()?]));
        let cross = rounds.collect::<Result<_, DecodeError>>()?;
        let knowledge = point()?;
        let mut scalar = || input.canonical("scalar");
        let answers = [scalar()?, scalar()?];
        Ok(HidingOpening {
            cross,
            knowledge,
            answers,
        })
    }

    fn write_verifier_key(key: &HidingKey<VerifierKey>) -> Vec<u8> {
        Hyrax::write_verifier_key(key.clear())
    }

    fn read_verifier_key(bytes: &[u8]) -> Result<HidingKey<VerifierKey>, DecodeError> {
        Hyrax::read_verifier_key(bytes).map(HidingKey::new)
    }
}
