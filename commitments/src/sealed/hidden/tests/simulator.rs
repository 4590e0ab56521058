//! Simulators: they have no witness, and the statement is false, too. Each draws what a proof has before its opening, and
//! runs the verifier on it.

use super::*;
use crate::hiding::{BlindedOpening, HidingKey};
use crate::hyrax::HidingHyrax;
use crate::tests::hiding::{HidesOverPairings, logarithm, with_hiding_pairings};
use crate::wire::{DecodeError, Reader, put};
use crate::{
    Columns, Combined, Key, OpeningRisk, Pairings, Pcs, PcsError, PcsKeys, Provenance, Script,
};
use ark_bn254::{G1Affine, G1Projective, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::Field;
use std::collections::HashMap;
use std::marker::PhantomData;
use sumcheck::channel::Which;

/// Elements, and which of them are sent as they are; the others are logarithms of points.
struct Invented {
    values: Vec<Fr>,
    is_scalar: Vec<bool>,
}

impl Invented {
    /// Items of 32 bytes up to the end of the last sumcheck in `vars` variables, where masks have so many points.
    fn new(items: usize, vars: usize, masks: usize) -> Self {
        let mut is_scalar = vec![false; items];
        // From the end: rounds in the clear, μ; the masks; three values.
        let rounds = items - (2 * vars + 1);
        is_scalar[rounds..].fill(true);
        is_scalar[rounds - masks - 3..rounds - masks].fill(true);
        Invented {
            values: random(100 + vars as u64, items),
            is_scalar,
        }
    }

    /// Others, about the first of these.
    fn about(mut self, named: usize, seed: u64) -> Self {
        let others = random(seed, self.values.len());
        self.values[named..].copy_from_slice(&others[named..]);
        self
    }

    /// What is sent, and the logarithms of points.
    fn written(&self) -> (Proof, HashMap<G1Affine, Fr>) {
        let (mut proof, mut logarithms) = (Vec::new(), HashMap::new());
        for (is_scalar, value) in self.is_scalar.iter().zip(&self.values) {
            let point = (G1Projective::generator() * value).into_affine();
            match is_scalar {
                true => put(value, &mut proof),
                false => put(&point, &mut proof),
            }
            logarithms.insert(point, *value);
        }
        (proof, logarithms)
    }
}

/// A scheme as its simulator runs the verifier: it reads no opening, and what is left is one.
struct Simulated<P>(PhantomData<P>);

#[derive(Clone)]
struct Knowing<K> {
    key: HidingKey<K>,
    logarithms: HashMap<G1Affine, Fr>,
}

impl<K: Key> Key for Knowing<K> {
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

impl<P: HidesOverPairings> Pcs for Simulated<P> {
    const NAME: &'static str = P::NAME;
    const EMBEDDING: Embedding = P::EMBEDDING;
    type F = Fr;
    type VerifierKey = Knowing<P::VerifierKey>;
    type Commitment = Columns;
    type Opening = ();
    type Equation = BlindedOpening<P::Opening>;
    type Sum = Pairings;

    /// Commitments have known logarithms. Points of the opening are drawn with theirs, and `E` is solved for.
    fn reduce(
        key: &Self::VerifierKey,
        script: &mut Script<'_>,
        parts: &[Combined<'_, Columns, Fr>],
        (point, value): (&Point<Fr>, Fr),
        (): &(),
    ) -> Result<Self::Equation, PcsError> {
        let (scalars, points) = crate::columns::terms(parts);
        let terms = scalars.iter().zip(&points);
        let committed: Fr = terms.map(|(s, point)| *s * key.logarithms[point]).sum();
        let (opening, paired) = P::simulate(script, point, (committed, value));
        let with = P::paired(key.key.clear());
        let terms = with.iter().zip(paired);
        let sum: G2Projective = terms.map(|(r, x)| *r * x).sum();
        let correction = (sum * logarithm().inverse().unwrap()).into_affine();
        Ok(BlindedOpening {
            opening,
            correction,
        })
    }

    fn add(_: &Self::VerifierKey, _: &mut Pairings, _: Fr, _: Self::Equation) {
        unreachable!("nothing is decided")
    }
    fn holds(_: &Self::VerifierKey, _: Pairings) -> bool {
        unreachable!("nothing is decided")
    }
    fn risks(_: &Self::VerifierKey, _: usize) -> Vec<OpeningRisk> {
        Vec::new()
    }
    fn commitment_bytes(key: &Self::VerifierKey, shapes: &[Shape]) -> Vec<usize> {
        P::commitment_bytes(key.key.clear(), shapes)
    }
    fn write_commitment(commitment: &Columns, out: &mut Vec<u8>) {
        P::write_commitment(commitment, out);
    }
    fn read_commitment(
        key: &Self::VerifierKey,
        shapes: &[Shape],
        input: &mut Reader<'_>,
    ) -> Result<Columns, DecodeError> {
        P::read_commitment(key.key.clear(), shapes, input)
    }
    fn write_opening((): &(), _: &mut Vec<u8>) {}
    fn read_opening(
        _: &Self::VerifierKey,
        _: usize,
        _: &[Combined<'_, Columns, Fr>],
        _: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        Ok(())
    }
    fn write_verifier_key(_: &Self::VerifierKey) -> Vec<u8> {
        unreachable!("it is not written")
    }
    fn read_verifier_key(_: &[u8]) -> Result<Self::VerifierKey, DecodeError> {
        unreachable!("it is not read")
    }
}

with_hiding_pairings!(openings_are_solved_for_with_the_logarithm_of_one_point);

/// No answer of the transcript's hash is chosen, and no secret of the setup is used: what is known is `η`. Of columns that
/// several proofs are about, the simulator draws the commitments once.
fn openings_are_solved_for_with_the_logarithm_of_one_point<P: HidesOverPairings>() {
    let known = P::knowing();
    let key = known.verifier_key();
    for (vars, seed) in [(1, 1), (4, 1), (5, 1), (8, 1), (8, 2)] {
        let toy = Toy::new(vars, 3);
        let length = toy.prove::<Blinded<P>>().len();
        let last_vars = vars.max(ROW_VARS);
        let end = length - 32 * P::items(last_vars) - 64;
        let invented = Invented::new(end / 32, last_vars, 2).about(2, seed);
        let (mut proof, logarithms) = invented.written();
        let knowing = Arc::new(Knowing {
            key: key.clone(),
            logarithms,
        });
        let mut verifier =
            HiddenVerifier::<Simulated<P>>::new(knowing, &statement(), &proof, Checks::all());
        toy.verify(&mut verifier).unwrap();
        let opening = verifier.reduce().unwrap().unwrap();
        Blinded::<P>::write_opening(&opening, &mut proof);
        assert_eq!(proof.len(), length);
        let verdict = |key: &HidingKey<P::VerifierKey>| {
            let key = Arc::new(key.clone());
            let mut verifier =
                HiddenVerifier::<Blinded<P>>::new(key, &statement(), &proof, Checks::all());
            toy.verify(&mut verifier)?;
            verifier.finish().map(|_| ())
        };
        assert_eq!(verdict(key), Ok(()), "{vars} variables");
        // Where nobody knows the logarithm it is no proof.
        assert_eq!(verdict(Blinded::<P>::key().verifier_key()), Err(rejected()));
    }
}

/// With Hyrax the hash answers `open/answer` as the simulator likes, who solves the last equation for the point before that
/// challenge.
#[test]
fn the_end_of_an_inner_product_argument_is_solved_for() {
    type P = HidingHyrax;
    let key = P::verifier_key(&P::key()).clone();
    let layout = key.clear().layout();
    for (vars, seed, answer) in [(1, 1, 77), (4, 1, 1), (5, 1, 3), (8, 1, 77), (8, 2, 77)] {
        let known = Checks::all().knowing("open/answer", Which::All, answer);
        let toy = Toy::new(vars, 3);
        let items = toy.prove::<P>().len() / 32;
        // At the end two answers, before them S, before that L and R of each round.
        let last_vars = vars.max(ROW_VARS);
        let opening = 2 * layout.low(last_vars) + 3;
        let masks = 2 * layout.lines(last_vars);
        let named = 2 * layout.lines(vars);
        let mut invented = Invented::new(items - opening, last_vars, masks).about(named, seed);
        invented.values.extend(random(50, opening));
        invented.is_scalar.resize(items - 2, false);
        invented.is_scalar.resize(items, true);
        let (mut proof, _) = invented.written();
        let put_before_answers = |proof: &mut Proof, point: G1Affine| {
            let mut bytes = Vec::new();
            put(&point, &mut bytes);
            let end = proof.len() - 64;
            proof[end - 32..end].copy_from_slice(&bytes);
        };
        put_before_answers(&mut proof, G1Affine::identity());
        let shared = Arc::new(key.clone());
        let mut verifier = HiddenVerifier::<P>::new(shared, &statement(), &proof, known.clone());
        toy.verify(&mut verifier).unwrap();
        let equation = verifier.reduce().unwrap().unwrap();
        let mut sum = crate::hyrax::Sum::default();
        P::add(&key, &mut sum, Fr::one(), equation);
        let point = -sum.point(key.clear());
        put_before_answers(&mut proof, point.into_affine());
        toy.check::<P>(&proof, known.clone()).unwrap();
        let error = toy.check::<P>(&proof, Checks::all());
        assert_eq!(error.err(), Some(rejected()), "{vars} variables");
    }
}
