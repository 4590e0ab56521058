//! A small protocol with everything that a program may do, over channels that hide.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::hyrax::{HidingHyrax, HidingKey, Layout, VerifierKey};
use crate::sealed::{Proof, SealError, Statement, VerifierSession};
use crate::tests::random;
use crate::{CacheDir, Class, Draws, HidingProver, PcsKeys};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use std::collections::HashSet;
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Oracle, Poly, ProverChannel, VerifierChannel, VerifyError, Weights,
};

/// A scheme that hides, as tests see it.
pub(super) trait Tested: HidingProver<F = Fr> {
    fn key() -> Arc<Self::ProverKey>;
}

impl Tested for HidingHyrax {
    /// With lines of 32 rows, so that there are polynomials of many lines, of one, and of less.
    fn key() -> Arc<HidingKey> {
        let layout = Layout::new(8, 5).unwrap();
        Arc::new(HidingKey(VerifierKey::new(layout, CacheDir::Off)))
    }
}

/// Two columns of so many variables, a column of digits, and values that are multiplied.
#[derive(Clone)]
pub(super) struct Toy {
    vars: usize,
    columns: [Arc<Poly<Fr>>; 3],
    secret: Vec<Fr>,
    /// Added to what is sent last: a product that is wrong.
    pub lie: Fr,
    /// Added to the value of the second claim.
    pub shift: Fr,
}

pub(super) fn statement() -> Statement<'static> {
    Statement::new("hidden-test-1").with("input", b"some input")
}

impl Toy {
    pub fn new(vars: usize, seed: u64) -> Self {
        let rows = 1 << vars;
        let digits = (0..rows).map(|j| ((j as u64 * seed + seed) % 4) as u8);
        let values = (0..rows as i128).map(|j| j * j - seed as i128);
        Toy {
            vars,
            columns: [
                Arc::new(Poly::dense(vars, random(seed, rows))),
                Arc::new(Poly::signed(vars, values.collect())),
                Arc::new(Poly::digits(vars, 4, digits.collect())),
            ],
            secret: random(seed + 1, 18),
            lie: Fr::zero(),
            shift: Fr::zero(),
        }
    }

    /// What is sent: the secrets, then products of neighbours of products.
    fn products(&self) -> Vec<Fr> {
        let pairs: Vec<Fr> = self.secret.chunks(2).map(|p| p[0] * p[1]).collect();
        let mut products = vec![pairs[0] * pairs[1] + pairs[2]];
        products.push(products[0] * self.secret[17] + self.lie);
        products
    }

    fn claims<V>(&self, points: &[Point<Fr>], values: [V; 2]) -> [EvalClaim<Fr, V>; 2] {
        let digits = Weights::Digit(random(9, 4));
        let [first, second] = values;
        let terms = vec![
            (Oracle(0), Weights::One, Fr::from(3)),
            (Oracle(1), Weights::One, Fr::one()),
        ];
        [
            EvalClaim {
                terms,
                point: points[0].clone(),
                value: first,
            },
            EvalClaim {
                terms: vec![(Oracle(2), digits, Fr::from(2))],
                point: points[1].clone(),
                value: second,
            },
        ]
    }

    pub fn run(&self, channel: &mut dyn ProverChannel<Fr>) {
        channel.commit("columns", self.columns[..2].to_vec());
        channel.send("secret", &self.secret);
        channel.send("products", &self.products());
        channel.commit("digits", self.columns[2..].to_vec());
        let points = [(); 2].map(|()| Point((0..self.vars).map(|_| channel.sample("r")).collect()));
        let claims = self.claims(&points, [(), ()]);
        let values = claims.map(|claim| {
            let terms = claim.terms.iter();
            let terms = terms.map(|(o, w, f)| *f * self.columns[o.0].evaluate(w, &claim.point));
            terms.sum::<Fr>()
        });
        let values = [values[0], values[1] + self.shift];
        channel.send("values", &values);
        for claim in self.claims(&points, values) {
            channel.claim_eval(claim);
        }
    }

    pub fn verify(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        let shapes = self.columns.each_ref().map(|column| column.shape());
        channel.oracles("columns", &shapes[..2])?;
        let secret = channel.recv("secret", 18)?;
        let sent = channel.recv("products", 2)?;
        channel.oracles("digits", &shapes[2..])?;
        let pairs: Vec<_> = secret
            .chunks(2)
            .map(|pair| channel.mul(pair[0], pair[1]))
            .collect();
        let first = channel.mul(pairs[0], pairs[1]);
        let one = Fr::one();
        let difference = channel.linear(
            Fr::zero(),
            &[(one, first), (one, pairs[2]), (-one, sent[0])],
        );
        channel.assert_zero("toy/first", difference)?;
        let second = channel.mul(sent[0], secret[17]);
        let difference = channel.linear(Fr::zero(), &[(one, second), (-one, sent[1])]);
        channel.assert_zero("toy/second", difference)?;
        let points = [(); 2].map(|()| Point((0..self.vars).map(|_| channel.sample("r")).collect()));
        let values = channel.recv("values", 2)?;
        for claim in self.claims(&points, [values[0], values[1]]) {
            channel.claim_eval(claim)?;
        }
        Ok(())
    }

    fn prove_with<P: Tested>(&self, draws: Draws, permissive: bool) -> Result<Proof, SealError> {
        let mut prover = HiddenProver::<P>::new(P::key(), &statement(), Checks::all(), draws);
        if permissive {
            crate::ProverSession::permit_false_claims(&mut prover);
        }
        self.run(&mut prover);
        prover.finish(&mut |channel| self.verify(channel))
    }

    fn prove<P: Tested>(&self) -> Proof {
        self.prove_with::<P>(Draws::new(b"test"), false).unwrap()
    }

    pub fn check<P: Tested>(&self, proof: &[u8], checks: Checks) -> Result<Checks, VerifyError> {
        let key = Arc::new(P::verifier_key(&P::key()).clone());
        let mut verifier = HiddenVerifier::<P>::new(key, &statement(), proof, checks);
        self.verify(&mut verifier)?;
        verifier.finish()
    }
}

pub(super) fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
}

/// Whatever the sizes: rows longer than columns, as long, and shorter.
#[test]
fn honest_proofs_are_accepted() {
    for vars in [0, 1, 3, 4, 5, 7, 8] {
        let toy = Toy::new(vars, 3);
        let proof = toy.prove::<HidingHyrax>();
        let checks = toy.check::<HidingHyrax>(&proof, Checks::all()).unwrap();
        let performed: Vec<&str> = checks.performed().collect();
        for name in ["toy/first", "toy/second", "close/gates", "open/proof"] {
            assert!(performed.contains(&name), "{name} of {performed:?}");
        }
        // Another witness has a proof of the same length.
        let other = Toy::new(vars, 8);
        assert_eq!(other.prove::<HidingHyrax>().len(), proof.len());
    }
}

/// No item of a proof is one of another proof of the same.
#[test]
fn proofs_of_the_same_have_nothing_in_common() {
    let toy = Toy::new(5, 3);
    let proofs = [(); 2].map(|()| toy.prove::<HidingHyrax>());
    let items = proofs.each_ref().map(|proof| {
        let items: HashSet<&[u8]> = proof.chunks(32).collect();
        assert_eq!(items.len() * 32, proof.len(), "an item occurs twice");
        items
    });
    assert!(items[0].is_disjoint(&items[1]));
}

/// Every item that is changed.
#[test]
fn changed_proofs_are_rejected() {
    let toy = Toy::new(4, 3);
    let proof = toy.prove::<HidingHyrax>();
    let other = toy.prove::<HidingHyrax>();
    for at in (0..proof.len()).step_by(32) {
        let mut changed = proof.clone();
        changed[at..at + 32].copy_from_slice(&other[at..at + 32]);
        let error = toy.check::<HidingHyrax>(&changed, Checks::all());
        assert_eq!(error.unwrap_err(), rejected(), "item {}", at / 32);
    }
    for length in (0..proof.len()).step_by(16) {
        toy.check::<HidingHyrax>(&proof[..length], Checks::all())
            .unwrap_err();
    }
    let longer = [proof.as_slice(), &[0]].concat();
    let error = toy.check::<HidingHyrax>(&longer, Checks::all());
    assert_eq!(error.unwrap_err(), VerifyError::Trailing { bytes: 1 });
}

/// The prover names what does not hold; if it goes on, the opening does not.
#[test]
fn false_statements_are_refused_and_rejected() {
    let honest = Toy::new(5, 3);
    let lying = Toy {
        lie: Fr::one(),
        ..honest.clone()
    };
    let claiming = Toy {
        shift: Fr::one(),
        ..honest
    };
    let draws = || Draws::new(b"test");
    let error = lying.prove_with::<HidingHyrax>(draws(), false).unwrap_err();
    let check = "toy/second".to_owned();
    assert_eq!(error, SealError::Replay(VerifyError::Check { check }));
    let error = claiming
        .prove_with::<HidingHyrax>(draws(), false)
        .unwrap_err();
    assert_eq!(error, SealError::FalseClaim { claim: 1 });
    for toy in [lying, claiming] {
        let proof = toy.prove_with::<HidingHyrax>(draws(), true).unwrap();
        let error = toy.check::<HidingHyrax>(&proof, Checks::all()).unwrap_err();
        assert_eq!(error, rejected());
        toy.check::<HidingHyrax>(&proof, Checks::without("open/proof"))
            .unwrap();
    }
}

/// A proof's last step needs the program.
#[test]
fn the_program_is_needed_and_must_be_the_same() {
    let toy = Toy::new(4, 3);
    let draws = || Draws::new(b"test");
    let prover = || {
        let mut prover = HiddenProver::<HidingHyrax>::new(
            HidingHyrax::key(),
            &statement(),
            Checks::all(),
            draws(),
        );
        toy.run(&mut prover);
        prover
    };
    let error = crate::ProverSession::finish(Box::new(prover())).unwrap_err();
    assert_eq!(error, SealError::NoProgram);
    let shorter = prover().finish(&mut |channel| {
        channel.oracles("columns", &toy.columns.each_ref().map(|c| c.shape())[..2])?;
        Ok(())
    });
    assert!(shorter.unwrap_err().to_string().contains("`secret`"));
    let other = prover().finish(&mut |channel| channel.recv("secret", 18).map(|_| ()));
    assert!(other.unwrap_err().to_string().contains("`secret`"));
}

/// Without randomness nothing is committed, and there is no proof.
#[test]
fn nothing_is_hidden_without_randomness() {
    let toy = Toy::new(4, 3);
    let error = toy.prove_with::<HidingHyrax>(Draws::none(), false);
    assert!(matches!(error.unwrap_err(), SealError::Randomness(_)));
}

/// Zeros in place of the draws of a class show in the proof: each is needed.
#[test]
fn every_class_of_draws_changes_the_proof() {
    let toy = Toy::new(5, 3);
    let proof = |without| {
        let draws = Draws::repeatable(7, without);
        toy.prove_with::<HidingHyrax>(draws, false).unwrap()
    };
    let all = proof(None);
    assert_eq!(proof(None), all, "draws can be repeated");
    for class in Class::ALL {
        let without = proof(Some(class));
        toy.check::<HidingHyrax>(&without, Checks::all()).unwrap();
        assert_ne!(without, all, "{class:?}");
    }
}

/// Sessions of one key are decided together, hidden ones too.
#[test]
fn hidden_proofs_are_decided_together() {
    let key = Arc::new(HidingHyrax::verifier_key(&HidingHyrax::key()).clone());
    let mut all = Box::new(crate::sealed::Equations::<HidingHyrax>::new(
        key.clone(),
        Checks::all(),
    ));
    for seed in 1..4 {
        let toy = Toy::new(5, seed);
        let proof = toy.prove::<HidingHyrax>();
        let mut verifier =
            HiddenVerifier::<HidingHyrax>::new(key.clone(), &statement(), &proof, Checks::all());
        toy.verify(&mut verifier).unwrap();
        Box::new(verifier).finish_with(&mut *all).unwrap();
    }
    crate::sealed::Together::decide(all).unwrap();
}

/// The simulator: it has no witness, and the hash answers `open/answer` as it likes. It draws every point and every scalar
/// of a proof, and solves the last equation for the point before that challenge. The statement is false, too.
#[cfg(feature = "testing")]
#[test]
fn proofs_are_simulated() {
    use ark_bn254::G1Projective;
    use ark_ec::{CurveGroup, PrimeGroup};
    use sumcheck::channel::Which;
    let known = Checks::all().knowing("open/answer", Which::All, 77);
    let key = HidingHyrax::verifier_key(&HidingHyrax::key()).clone();
    for vars in [1, 4, 5, 8] {
        let toy = Toy::new(vars, 3);
        let length = toy.prove::<HidingHyrax>().len() / 32;
        // From the end: two answers, S, L and R of each round; rounds in the clear, μ; the masks; three values.
        let last_vars = vars.max(ROW_VARS);
        let rounds = key.0.layout().low(last_vars);
        let masks = 2 * key.0.layout().lines(last_vars);
        let mut is_scalar = vec![false; length];
        let mut end = length;
        let mut before = |count: usize, scalar: bool| {
            is_scalar[end - count..end].fill(scalar);
            end -= count;
            end
        };
        before(2, true);
        let solved = before(1, false);
        before(2 * rounds, false);
        before(2 * last_vars + 1, true);
        before(masks, false);
        before(3, true);
        let drawn = random(100 + vars as u64, length);
        let mut proof = Vec::new();
        for (is_scalar, value) in is_scalar.iter().zip(drawn) {
            match is_scalar {
                true => crate::wire::put(&value, &mut proof),
                false => {
                    let point = (G1Projective::generator() * value).into_affine();
                    crate::wire::put(&point, &mut proof);
                }
            }
        }
        let place = 32 * solved..32 * solved + 32;
        let put = |proof: &mut Proof, point: ark_bn254::G1Affine| {
            let mut bytes = Vec::new();
            crate::wire::put(&point, &mut bytes);
            proof[place.clone()].copy_from_slice(&bytes);
        };
        put(&mut proof, ark_bn254::G1Affine::identity());
        let shared = Arc::new(key.clone());
        let mut verifier =
            HiddenVerifier::<HidingHyrax>::new(shared, &statement(), &proof, known.clone());
        toy.verify(&mut verifier).unwrap();
        let equation = verifier.reduce().unwrap().unwrap();
        let mut sum = crate::hyrax::Sum::default();
        <HidingHyrax as crate::Pcs>::add(&key, &mut sum, Fr::one(), equation);
        let point = -sum.point(&key.0);
        put(&mut proof, point.into_affine());
        toy.check::<HidingHyrax>(&proof, known.clone()).unwrap();
        let error = toy.check::<HidingHyrax>(&proof, Checks::all()).unwrap_err();
        assert_eq!(error, rejected(), "{vars} variables");
    }
}
