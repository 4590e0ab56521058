//! **Insecure**: schemes whose logarithms are known, so that a proof is that of other polynomials, too.
//!
//! The points of the key, `H` among them, have known logarithms. A prover that has seen another one at work adds to each of
//! its draws what makes its commitments and its opening the ones that it saw. That it can, whatever its polynomials are,
//! is what hiding means: the draws are uniform, and the map between them is a bijection.

use crate::curve::FixedBase;
use crate::draws::{Class, Draws};
use crate::wire::{DecodeError, Reader, put};
use crate::{
    Combined, Embedding, HidingProver, Key, OpeningRisk, Pcs, PcsError, PcsKeys, Provenance,
    Script, columns,
};
use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{Field, Zero};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use sumcheck::{Point, Poly, Rows, Shape};

/// The logarithm of `H`.
pub(crate) fn blinding_logarithm() -> Fr {
    Fr::from(0x5eed_u64).pow([5])
}

/// Multiples of the generator.
pub(crate) fn multiples(logarithms: &[Fr]) -> Vec<G1Affine> {
    static GENERATOR: OnceLock<FixedBase> = OnceLock::new();
    let make = || FixedBase::new(G1Affine::generator(), 1 << 12);
    let tables = super::prover::made(&GENERATOR, make);
    tables.multiples(logarithms)
}

/// A scheme that hides, of which there are keys with known logarithms.
pub trait Trapdoor: HidingProver<F = Fr> {
    /// A key for polynomials in up to so many variables, with `H` of the logarithm that all of them have.
    ///
    /// # Errors
    /// Too many variables.
    fn knowing(max_vars: usize) -> Result<Self::ProverKey, crate::SetupError>;

    /// Logarithms of the points that stand for the rows of a polynomial in so many variables: for all of them, or for a line.
    fn bases(key: &Self::ProverKey, vars: usize) -> Vec<Fr>;

    /// What is added to the draws of an opening, in their order, if this is subtracted from the rows, which does not change
    /// their value, so that the opening stays what it was.
    fn changes(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        difference: &[Fr],
        point: &Point<Fr>,
        opening: &Self::Opening,
    ) -> Vec<Fr>;

    /// Commitment and opening of some rows with these draws, as they are written, from logarithms alone: a twin of the
    /// prover, which adds no points.
    fn twin(
        key: &Self::ProverKey,
        script: &mut Script<'_>,
        rows: (&[Fr], &Point<Fr>),
        draws: &[Fr],
    ) -> [Vec<u8>; 2];
}

/// What a prover committed and opened.
#[derive(Clone, Debug)]
pub struct Seen<O> {
    /// Of each batch, the number of its first draw, and the logarithms of its points without their blindings.
    batches: Vec<(usize, Vec<Fr>)>,
    opened: Option<(Vec<Fr>, O)>,
}

/// Commitments of a proof, from logarithms alone, in order.
#[derive(Clone, Debug, Default)]
pub struct Twins {
    /// As they are written.
    pub points: Vec<Vec<u8>>,
    /// What they would be without blindings.
    pub bare: Vec<Vec<u8>>,
    /// The number of each one's draw.
    pub numbers: Vec<usize>,
}

impl<O> Seen<O> {
    /// Of the points that were committed, if these were the draws.
    pub fn twins(&self, draws: &[Fr]) -> Twins {
        let each = self.batches.iter();
        let each = each.flat_map(|(first, own)| (*first..).zip(own.iter().copied()));
        let (numbers, bare): (Vec<usize>, Vec<Fr>) = each.unzip();
        let blinded = numbers.iter().zip(&bare);
        let blinded = blinded.map(|(draw, bare)| *bare + blinding_logarithm() * draws[*draw]);
        let written = |logarithms: &[Fr]| -> Vec<Vec<u8>> {
            let points = multiples(logarithms).into_iter();
            let written = points.map(|point| {
                let mut bytes = Vec::new();
                put(&point, &mut bytes);
                bytes
            });
            written.collect()
        };
        Twins {
            points: written(&blinded.collect::<Vec<Fr>>()),
            bare: written(&bare),
            numbers,
        }
    }
}

impl<O> Default for Seen<O> {
    fn default() -> Self {
        Seen {
            batches: Vec::new(),
            opened: None,
        }
    }
}

/// The key of a prover that is seen, or that has seen another one.
pub struct KnownKey<P: Trapdoor> {
    key: Arc<P::ProverKey>,
    before: Option<Seen<P::Opening>>,
    seen: Mutex<Seen<P::Opening>>,
}

impl<P: Trapdoor> KnownKey<P> {
    /// Of a prover that has seen another one, if there is one.
    pub fn new(key: Arc<P::ProverKey>, before: Option<Seen<P::Opening>>) -> Self {
        KnownKey {
            key,
            before,
            seen: Mutex::default(),
        }
    }

    /// What was seen.
    pub fn seen(&self) -> Seen<P::Opening> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }

    /// Points with these logarithms are about to get their blindings.
    fn committing(&self, draws: &mut Draws, logarithms: Vec<Fr>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.before.as_ref();
        if let Some((_, others)) = before.and_then(|before| before.batches.get(seen.batches.len()))
        {
            let each = others.iter().zip(&logarithms);
            let changes: Vec<Fr> = each.map(|(a, b)| (*a - b) / blinding_logarithm()).collect();
            draws.alter_next(&changes);
        }
        seen.batches.push((draws.made(), logarithms));
    }
}

impl<P: Trapdoor> Key for KnownKey<P> {
    fn max_vars(&self) -> usize {
        self.key.max_vars()
    }
    fn provenance(&self) -> Provenance {
        self.key.provenance()
    }
    fn digest(&self) -> [u8; 32] {
        self.key.digest()
    }
}

/// Logarithms of the points of a polynomial, in the order of their draws: of each column, its lines.
fn logarithms(bases: &[Fr], poly: &Poly<Fr>) -> Vec<Fr> {
    let lines = (1usize << poly.vars).div_ceil(bases.len());
    let mut sums = vec![Fr::zero(); columns(&poly.shape()) * lines];
    let mut add = |row: usize, column: usize, value: Fr| {
        sums[column * lines + row / bases.len()] += bases[row % bases.len()] * value;
    };
    match &poly.rows {
        Rows::Dense(values) => {
            let values = values.iter().enumerate();
            values.for_each(|(row, value)| add(row, 0, *value));
        }
        Rows::Signed(values) => {
            let values = values.iter().enumerate();
            values.for_each(|(row, value)| add(row, 0, Fr::from(*value)));
        }
        // Zero has no column.
        Rows::Digits { digits, .. } => {
            for (row, digit) in digits.iter().enumerate().filter(|(_, digit)| **digit > 0) {
                add(row, usize::from(*digit) - 1, Fr::from(1));
            }
        }
    }
    sums
}

/// The scheme, under a [`KnownKey`].
#[derive(Clone, Copy, Debug)]
pub struct Known<P>(PhantomData<P>);

impl<P: Trapdoor> Pcs for Known<P> {
    const NAME: &'static str = P::NAME;
    const EMBEDDING: Embedding = P::EMBEDDING;
    type F = Fr;
    type VerifierKey = P::VerifierKey;
    type Commitment = P::Commitment;
    type Opening = P::Opening;
    type Equation = P::Equation;
    type Sum = P::Sum;

    fn reduce(
        key: &P::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, P::Commitment, Fr>],
        claim: (&Point<Fr>, Fr),
        opening: &P::Opening,
    ) -> Result<P::Equation, PcsError> {
        P::reduce(key, script, parts, claim, opening)
    }
    fn add(key: &P::VerifierKey, sum: &mut P::Sum, weight: Fr, equation: P::Equation) {
        P::add(key, sum, weight, equation);
    }
    fn holds(key: &P::VerifierKey, sum: P::Sum) -> bool {
        P::holds(key, sum)
    }
    fn risks(key: &P::VerifierKey, vars: usize) -> Vec<OpeningRisk> {
        P::risks(key, vars)
    }
    fn commitment_bytes(key: &P::VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        P::commitment_bytes(key, shapes)
    }
    fn write_commitment(commitment: &P::Commitment, out: &mut Vec<u8>) {
        P::write_commitment(commitment, out);
    }
    fn read_commitment(
        key: &P::VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<P::Commitment, DecodeError> {
        P::read_commitment(key, shapes, input)
    }
    fn write_opening(opening: &P::Opening, out: &mut Vec<u8>) {
        P::write_opening(opening, out);
    }
    fn read_opening(
        key: &P::VerifierKey,
        vars: usize,
        parts: &[Combined<'_, P::Commitment, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<P::Opening, DecodeError> {
        P::read_opening(key, vars, parts, input)
    }
    fn write_verifier_key(key: &P::VerifierKey) -> Vec<u8> {
        P::write_verifier_key(key)
    }
    fn read_verifier_key(bytes: &[u8]) -> Result<P::VerifierKey, DecodeError> {
        P::read_verifier_key(bytes)
    }
}

impl<P: Trapdoor> PcsKeys for Known<P> {
    const TOGETHER: usize = P::TOGETHER;
    type ProverKey = KnownKey<P>;
    type Kept = P::Kept;

    fn keep(key: &KnownKey<P>, polys: &[&Poly<Fr>]) -> Result<P::Kept, PcsError> {
        P::keep(&key.key, polys)
    }
    fn verifier_key(key: &KnownKey<P>) -> &P::VerifierKey {
        P::verifier_key(&key.key)
    }
}

impl<P: Trapdoor> HidingProver for Known<P> {
    fn commit(
        key: &KnownKey<P>,
        polys: &[&Poly<Fr>],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(P::Commitment, P::Kept), PcsError> {
        let each = polys.iter();
        let own = each.flat_map(|poly| logarithms(&P::bases(&key.key, poly.vars), poly));
        key.committing(draws, own.collect());
        P::commit(&key.key, polys, (draws, class))
    }

    fn commit_public(key: &KnownKey<P>, poly: &Poly<Fr>) -> Result<P::Commitment, PcsError> {
        P::commit_public(&key.key, poly)
    }

    fn commit_short(
        key: &KnownKey<P>,
        vars: usize,
        polys: &[&[Fr]],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(P::Commitment, P::Kept), PcsError> {
        let bases = P::bases(&key.key, vars);
        let each = polys.iter();
        let own = each.flat_map(|rows| logarithms(&bases, &Poly::dense(vars, rows.to_vec())));
        key.committing(draws, own.collect());
        P::commit_short(&key.key, vars, polys, (draws, class))
    }

    fn commit_sparse(
        key: &KnownKey<P>,
        vars: usize,
        rows: &[(usize, Fr)],
        (draws, class): (&mut Draws, Class),
    ) -> Result<(P::Commitment, P::Kept), PcsError> {
        let mut dense = vec![Fr::zero(); 1 << vars];
        rows.iter().for_each(|(row, value)| dense[*row] += value);
        let own = logarithms(&P::bases(&key.key, vars), &Poly::dense(vars, dense));
        key.committing(draws, own);
        P::commit_sparse(&key.key, vars, rows, (draws, class))
    }

    fn open(
        key: &KnownKey<P>,
        script: &mut Script<'_>,
        (rows, point): (Vec<Fr>, &Point<Fr>),
        parts: &[Combined<'_, P::Kept, Fr>],
        draws: &mut Draws,
    ) -> Result<(Fr, P::Opening), PcsError> {
        let opened = key
            .before
            .as_ref()
            .and_then(|before| before.opened.as_ref());
        if let Some((others, opening)) = opened {
            let mut difference = others.clone();
            difference.resize(1 << point.vars(), Fr::zero());
            let each = difference.iter_mut().zip(&rows);
            each.for_each(|(difference, row)| *difference -= row);
            let changes =
                script.fork(|script| P::changes(&key.key, script, &difference, point, opening));
            draws.alter_next(&changes);
        }
        let own = rows.clone();
        let (value, opening) = P::open(&key.key, script, (rows, point), parts, draws)?;
        let mut seen = key.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.opened = Some((own, opening.clone()));
        Ok((value, opening))
    }
}
