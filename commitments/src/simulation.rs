//! **Insecure**, for tests: proofs of a statement by nobody who has a witness, with every scheme that hides.
//!
//! A simulator has the verifier's key and the statement. What a proof consists of it learns by running the verifier on
//! anything that can be read. All items before the opening are drawn: elements, and points of known logarithms. Then it runs
//! the verifier again, and solves the last equation ([`Simulated`]): over pairings for `E`, with the logarithm of `H`; with
//! Hyrax for the point before the last challenge, to which the hash answers as it likes. Whether the statement is true shows
//! nowhere.
//!
//! Commitments in a verifier's key are not provided for.

use crate::hiding::{Blinded, Simulated, multiples};
use crate::hyrax::HidingHyrax;
use crate::pst13::Pst13;
use crate::sealed::Proof;
use crate::wire::{DecodeError, Reader, put};
use crate::zeromorph::Zeromorph;
use crate::{
    Class, Combined, Draws, Embedding, Key, OpeningRisk, Pcs, PcsError, Provenance, Script,
    SetupError, VerifyingKey, erase_hiding_verifying_key,
};
use ark_bn254::{Fr, G1Affine};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sumcheck::{Checks, Point, Shape, VerifyError};

/// Bytes of an item before the opening.
const ITEM: usize = 32;
/// Items of the first attempt, and of the last one, to run a verifier on anything.
const ITEMS: Range<usize> = 1 << 12..1 << 20;

/// What the hash answers where it is programmed.
const ANSWER: u64 = 0x5eed_0f05_7ab1_e000;

/// What a run of the verifier leaves, and what the next one knows.
#[derive(Default)]
struct Notes {
    /// Bytes of what is read.
    total: usize,
    /// Where commitments are, in bytes, and where the opening begins.
    points: Vec<Range<usize>>,
    opening: usize,
    /// Of the points that were drawn, if they were.
    logarithms: HashMap<G1Affine, Fr>,
    /// What an opening is drawn from, if it is to be solved for; and then the opening.
    draws: Option<Draws>,
    solved: Vec<u8>,
}

/// Notes that both ends of a run have.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Notes>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever makes proofs without a witness, under one key.
pub struct Simulator {
    key: Arc<dyn VerifyingKey<Fr>>,
    inventing: Arc<dyn VerifyingKey<Fr>>,
    programmed: Checks,
    programming: fn(u64) -> Checks,
    notes: Shared,
    /// Of each item of a proof whether it is a point, by the size of the statement.
    layouts: Mutex<HashMap<usize, Vec<bool>>>,
}

/// A verification of bytes, under the checks that count.
pub type Verify<'a> = dyn FnMut(&[u8], Checks) -> Result<Checks, VerifyError> + 'a;

/// What is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drawn {
    /// The statement's size: of those with one size, proofs have one layout.
    pub size: usize,
    /// The first so many items are the same in all proofs: commitments that a statement names are drawn once.
    pub named: usize,
    /// What the others follow from.
    pub seed: u64,
}

impl Simulator {
    /// With a scheme by name, and polynomials in up to so many variables.
    ///
    /// # Errors
    /// Too many variables.
    ///
    /// # Panics
    /// No scheme that hides is called that.
    pub fn new(scheme: &str, max_vars: usize) -> Result<Self, SetupError> {
        match scheme {
            "hyrax" => Self::with::<HidingHyrax>(max_vars),
            "pst13" => Self::with::<Blinded<Pst13>>(max_vars),
            "zeromorph" => Self::with::<Blinded<Zeromorph>>(max_vars),
            other => panic!("no scheme that hides is called {other}"),
        }
    }

    fn with<P: Simulated>(max_vars: usize) -> Result<Self, SetupError> {
        let key = P::simulators(max_vars)?;
        let notes = Shared::default();
        let inventing = InventingKey::<P> {
            key: key.clone(),
            notes: notes.clone(),
        };
        Ok(Simulator {
            key: erase_hiding_verifying_key::<P>(key),
            inventing: erase_hiding_verifying_key::<Inventing<P>>(inventing),
            programmed: P::programmed(ANSWER),
            programming: P::programmed,
            notes,
            layouts: Mutex::default(),
        })
    }

    /// The same, where the hash answers this.
    #[must_use]
    pub fn answering(self, answer: u64) -> Self {
        let programmed = (self.programming)(answer);
        Simulator { programmed, ..self }
    }

    /// The verifier's key.
    pub fn key(&self) -> Arc<dyn VerifyingKey<Fr>> {
        self.key.clone()
    }

    /// The same, with the same digest, for the verifications that [`Simulator::simulate`] asks for.
    pub fn inventing(&self) -> Arc<dyn VerifyingKey<Fr>> {
        self.inventing.clone()
    }

    /// What of the hash is programmed: under these checks [`Simulator::key`] accepts.
    pub fn programmed(&self) -> Checks {
        self.programmed.clone()
    }

    /// A proof. `verify` runs a verifier of the statement under [`Simulator::inventing`].
    ///
    /// # Errors
    /// What the verifier finds wrong with the statement alone.
    pub fn simulate(
        &self,
        Drawn { size, named, seed }: Drawn,
        verify: &mut Verify<'_>,
    ) -> Result<Proof, VerifyError> {
        let is_point = self.layout(size, verify)?;
        let mut draws = Draws::repeatable(0, None);
        let mut values: Vec<Fr> = Vec::with_capacity(is_point.len());
        for item in 0..is_point.len() {
            if item == named {
                draws = Draws::repeatable(seed, None);
            }
            values.push(draws.next(Class::Row));
        }
        let points = multiples(&values);
        let mut proof = Proof::with_capacity(ITEM * values.len());
        for ((value, point), is_point) in values.iter().zip(&points).zip(&is_point) {
            match is_point {
                true => put(point, &mut proof),
                false => put(value, &mut proof),
            }
        }
        *self.notes.lock() = Notes {
            total: proof.len(),
            logarithms: points.into_iter().zip(values).collect(),
            draws: Some(draws),
            ..Notes::default()
        };
        verify(&proof, self.programmed())?;
        proof.append(&mut self.notes.lock().solved);
        Ok(proof)
    }

    /// Of each item before the opening whether it is a point, from a verification of items that are both: the number 1 is
    /// written as the generator is.
    fn layout(&self, size: usize, verify: &mut Verify<'_>) -> Result<Vec<bool>, VerifyError> {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(layout) = layouts.get(&size) {
            return Ok(layout.clone());
        }
        let mut one = Vec::new();
        put(&Fr::from(1), &mut one);
        let mut items = ITEMS.start;
        loop {
            let proof = one.repeat(items);
            *self.notes.lock() = Notes {
                total: proof.len(),
                ..Notes::default()
            };
            match verify(&proof, self.programmed()) {
                Ok(_) => break,
                // Perhaps it was too short.
                Err(VerifyError::Malformed { .. }) if items < ITEMS.end => items *= 4,
                Err(error) => return Err(error),
            }
        }
        let notes = self.notes.lock();
        let mut is_point = vec![false; notes.opening / ITEM];
        for bytes in &notes.points {
            is_point[bytes.start / ITEM..bytes.end / ITEM].fill(true);
        }
        layouts.insert(size, is_point.clone());
        Ok(is_point)
    }
}

/// A scheme as its simulator runs the verifier: it reads no opening, and what is left is one.
#[derive(Clone, Copy, Debug)]
struct Inventing<P>(PhantomData<P>);

struct InventingKey<P: Pcs> {
    key: P::VerifierKey,
    notes: Shared,
}

impl<P: Pcs> Clone for InventingKey<P> {
    fn clone(&self) -> Self {
        InventingKey {
            key: self.key.clone(),
            notes: self.notes.clone(),
        }
    }
}

impl<P: Pcs> Key for InventingKey<P> {
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

impl<P: Simulated> Pcs for Inventing<P> {
    const NAME: &'static str = P::NAME;
    const EMBEDDING: Embedding = P::EMBEDDING;
    type F = Fr;
    type VerifierKey = InventingKey<P>;
    type Commitment = P::Commitment;
    type Opening = ();
    type Equation = ();
    type Sum = ();

    fn reduce(
        key: &InventingKey<P>,
        script: &mut Script<'_>,
        parts: &[Combined<'_, P::Commitment, Fr>],
        claim: (&Point<Fr>, Fr),
        (): &(),
    ) -> Result<(), PcsError> {
        let mut notes = key.notes.lock();
        if let Some(mut draws) = notes.draws.take() {
            let logarithm = |point: &G1Affine| notes.logarithms[point];
            let opening = P::solved(&key.key, script, (parts, claim), &logarithm, &mut draws)?;
            P::write_opening(&opening, &mut notes.solved);
        }
        Ok(())
    }

    fn add(_: &InventingKey<P>, (): &mut (), _: Fr, (): ()) {}
    fn holds(_: &InventingKey<P>, (): ()) -> bool {
        true
    }
    fn risks(key: &InventingKey<P>, vars: usize) -> Vec<OpeningRisk> {
        P::risks(&key.key, vars)
    }
    fn commitment_bytes(key: &InventingKey<P>, shapes: &[Shape]) -> Vec<usize> {
        P::commitment_bytes(&key.key, shapes)
    }
    fn write_commitment(commitment: &P::Commitment, out: &mut Vec<u8>) {
        P::write_commitment(commitment, out);
    }
    fn read_commitment(
        key: &InventingKey<P>,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<P::Commitment, DecodeError> {
        let before = input.remaining().len();
        let commitment = P::read_commitment(&key.key, shapes, input)?;
        let mut notes = key.notes.lock();
        let own = notes.total - before..notes.total - input.remaining().len();
        notes.points.push(own);
        Ok(commitment)
    }
    fn write_opening((): &(), _: &mut Vec<u8>) {}
    fn read_opening(
        key: &InventingKey<P>,
        _: usize,
        _: &[Combined<'_, P::Commitment, Fr>],
        input: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        let left = input.remaining().len();
        let mut notes = key.notes.lock();
        notes.opening = notes.total - left;
        input.take(left).map(|_| ())
    }
    fn write_verifier_key(key: &InventingKey<P>) -> Vec<u8> {
        P::write_verifier_key(&key.key)
    }
    fn read_verifier_key(bytes: &[u8]) -> Result<InventingKey<P>, DecodeError> {
        Ok(InventingKey {
            key: P::read_verifier_key(bytes)?,
            notes: Shared::default(),
        })
    }
}
