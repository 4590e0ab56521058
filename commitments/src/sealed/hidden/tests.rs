//! A small protocol with everything that a program may do, over channels that hide.
#![allow(clippy::unwrap_used)]

mod adopted;
mod simulator;
pub(super) mod together;

use super::*;
use crate::hiding::Blinded;
use crate::sealed::{Proof, ProverSession, SealError, Statement, VerifierSession};
use crate::tests::hiding::{Hides, with_every_hiding_scheme};
use crate::tests::random;
use crate::zeromorph::Zeromorph;
use crate::{CacheDir, Class, Draws, Registry, Setup};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use std::collections::HashSet;
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Event, Oracle, Poly, ProverChannel, VerifierChannel, VerifyError, Weights,
};

with_every_hiding_scheme!(
    honest_proofs_are_accepted,
    proofs_of_the_same_have_nothing_in_common,
    changed_proofs_are_rejected,
    every_item_is_heard_by_the_next_challenge,
    false_statements_are_refused_and_rejected,
    the_program_is_needed_and_must_be_the_same,
    nothing_is_hidden_without_randomness,
    every_class_of_draws_changes_the_proof,
    erased_keys_hide,
    provers_hear_the_verdict_of_verifiers,
);

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

    fn prove_with<P: Hides>(&self, draws: Draws, permissive: bool) -> Result<Proof, SealError> {
        let mut prover = HiddenProver::<P>::new(P::key(), &statement(), Checks::all(), draws);
        if permissive {
            ProverSession::permit_false_claims(&mut prover);
        }
        self.run(&mut prover);
        prover.finish(&mut |channel| self.verify(channel))
    }

    fn prove<P: Hides>(&self) -> Proof {
        self.prove_with::<P>(Draws::new(b"test"), false).unwrap()
    }

    pub fn check<P: Hides>(&self, proof: &[u8], checks: Checks) -> Result<Checks, VerifyError> {
        let key = Arc::new(P::verifier_key(&P::key()).clone());
        let mut verifier = HiddenVerifier::<P>::new(key, &statement(), proof, checks);
        self.verify(&mut verifier)?;
        verifier.finish()
    }
}

/// The key for a prover's check of its own proofs has the same verdicts, in the same words.
fn provers_hear_the_verdict_of_verifiers<P: Hides>() {
    let toy = Toy::new(5, 3);
    let proof = toy.prove::<P>();
    let checked = |proof: &[u8]| {
        let key = Arc::new(P::checking_key(&P::key()));
        let mut verifier = HiddenVerifier::<P>::new(key, &statement(), proof, Checks::all());
        toy.verify(&mut verifier)?;
        verifier.finish().map(|_| ())
    };
    let verified = |proof: &[u8]| toy.check::<P>(proof, Checks::all()).map(|_| ());
    assert_eq!(checked(&proof), Ok(()));
    for at in (0..proof.len()).step_by(proof.len() / 40) {
        let mut changed = proof.clone();
        changed[at] ^= 1;
        assert!(checked(&changed).is_err());
        assert_eq!(checked(&changed), verified(&changed));
        assert_eq!(checked(&proof[..at]), verified(&proof[..at]));
    }
}

pub(super) fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
}

/// Whatever the sizes: rows longer than columns, as long, and shorter.
fn honest_proofs_are_accepted<P: Hides>() {
    for vars in [0, 1, 3, 4, 5, 7, 8] {
        let toy = Toy::new(vars, 3);
        let proof = toy.prove::<P>();
        let checks = toy.check::<P>(&proof, Checks::all()).unwrap();
        let performed: Vec<&str> = checks.performed().collect();
        for name in ["toy/first", "toy/second", "close/gates", "open/proof"] {
            assert!(performed.contains(&name), "{name} of {performed:?}");
        }
        // Another witness has a proof of the same length.
        let other = Toy::new(vars, 8);
        assert_eq!(other.prove::<P>().len(), proof.len());
    }
}

/// No item of a proof is one of another proof of the same.
fn proofs_of_the_same_have_nothing_in_common<P: Hides>() {
    let toy = Toy::new(5, 3);
    let proofs = [(); 2].map(|()| toy.prove::<P>());
    let items = proofs.each_ref().map(|proof| {
        let items: HashSet<&[u8]> = proof.chunks(32).collect();
        assert_eq!(items.len() * 32, proof.len(), "an item occurs twice");
        items
    });
    assert!(items[0].is_disjoint(&items[1]));
}

/// Every item that is changed.
fn changed_proofs_are_rejected<P: Hides>() {
    let toy = Toy::new(4, 3);
    let proof = toy.prove::<P>();
    let other = toy.prove::<P>();
    let last = proof.len() - P::LAST;
    let items = (0..last).step_by(32).map(|at| at..at + 32);
    for item in items.chain(std::iter::once(last..proof.len())) {
        let mut changed = proof.clone();
        changed[item.clone()].copy_from_slice(&other[item.clone()]);
        let error = toy.check::<P>(&changed, Checks::all());
        assert_eq!(error.unwrap_err(), rejected(), "{item:?}");
    }
    let mut shifted = proof.clone();
    P::shift(&mut shifted, Fr::one());
    let error = toy.check::<P>(&shifted, Checks::all());
    assert_eq!(error.unwrap_err(), rejected());
    for length in (0..proof.len()).step_by(16) {
        toy.check::<P>(&proof[..length], Checks::all()).unwrap_err();
    }
    let longer = [proof.as_slice(), &[0]].concat();
    let error = toy.check::<P>(&longer, Checks::all());
    assert_eq!(error.unwrap_err(), VerifyError::Trailing { bytes: 1 });
}

/// The challenges of a verification, whatever its verdict; and how many bytes of the proof are absorbed behind the last.
fn challenges<P: Hides>(toy: &Toy, proof: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let key = Arc::new(P::verifier_key(&P::key()).clone());
    let statement = statement().recorded();
    let mut verifier = HiddenVerifier::<P>::new(key, &statement, proof, Checks::all());
    toy.verify(&mut verifier).unwrap();
    let (_, transcript) = VerifierSession::conclude(Box::new(verifier));
    let entries = transcript.into_recording().unwrap().entries;
    let (mut drawn, mut behind) = (Vec::new(), 0);
    for (event, contents) in entries {
        match event {
            Event::Squeeze(_) => {
                drawn.push(contents);
                behind = 0;
            }
            Event::Absorb(_, bytes) => behind += bytes,
        }
    }
    (drawn, behind)
}

/// A proof with one item of another has other challenges from there on; but for what is sent behind the last challenge.
fn every_item_is_heard_by_the_next_challenge<P: Hides>() {
    let toy = Toy::new(5, 3);
    let (proof, other) = (toy.prove::<P>(), toy.prove::<P>());
    let (drawn, behind) = challenges::<P>(&toy, &proof);
    let mut deaf = Vec::new();
    for at in (0..proof.len() - P::LAST).step_by(32) {
        let mut changed = proof.clone();
        changed[at..at + 32].copy_from_slice(&other[at..at + 32]);
        if challenges::<P>(&toy, &changed).0 == drawn {
            deaf.push(at);
        }
    }
    // Lengths are absorbed with lists of points.
    let unheard = proof.len() - behind / 32 * 32..proof.len() - P::LAST;
    let unheard: Vec<usize> = unheard.step_by(32).collect();
    assert_eq!(deaf, unheard, "items that no challenge hears");
}

/// The prover names what does not hold; if it goes on, the opening does not.
fn false_statements_are_refused_and_rejected<P: Hides>() {
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
    let error = lying.prove_with::<P>(draws(), false).unwrap_err();
    let check = "toy/second".to_owned();
    assert_eq!(error, SealError::Replay(VerifyError::Check { check }));
    let error = claiming.prove_with::<P>(draws(), false).unwrap_err();
    assert_eq!(error, SealError::FalseClaim { claim: 1 });
    for toy in [lying, claiming] {
        let proof = toy.prove_with::<P>(draws(), true).unwrap();
        let error = toy.check::<P>(&proof, Checks::all()).unwrap_err();
        assert_eq!(error, rejected());
        toy.check::<P>(&proof, Checks::without("open/proof"))
            .unwrap();
    }
}

/// A proof's last step needs the program.
fn the_program_is_needed_and_must_be_the_same<P: Hides>() {
    let toy = Toy::new(4, 3);
    let draws = || Draws::new(b"test");
    let prover = || {
        let mut prover = HiddenProver::<P>::new(P::key(), &statement(), Checks::all(), draws());
        toy.run(&mut prover);
        prover
    };
    let error = ProverSession::finish(Box::new(prover())).unwrap_err();
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
fn nothing_is_hidden_without_randomness<P: Hides>() {
    let toy = Toy::new(4, 3);
    let error = toy.prove_with::<P>(Draws::none(), false);
    assert!(matches!(error.unwrap_err(), SealError::Randomness(_)));
}

/// Zeros in place of the draws of a class show in the proof: each is needed.
fn every_class_of_draws_changes_the_proof<P: Hides>() {
    let toy = Toy::new(5, 3);
    let proof = |without| {
        let draws = Draws::repeatable(7, without);
        toy.prove_with::<P>(draws, false).unwrap()
    };
    let all = proof(None);
    assert_eq!(proof(None), all, "draws can be repeated");
    for class in Class::ALL {
        let without = proof(Some(class));
        toy.check::<P>(&without, Checks::all()).unwrap();
        assert_ne!(without, all, "{class:?}");
    }
}

/// Over keys without types, whatever their setup: a proof by those that prove, and its verification.
fn erased<P: Hides>(proving: &Setup, verifying: &Setup) -> Result<Checks, VerifyError> {
    let schemes = Registry::<Fr>::builtin();
    let scheme = schemes.get(P::NAME).unwrap();
    let toy = Toy::new(5, 3);
    let keys = scheme.hiding_setup(6, proving).unwrap();
    let key = scheme.hiding_verifying_key(6, verifying).unwrap();
    assert_eq!(keys.verifying.digest(), key.digest());
    let mut prover = keys.proving.session(&statement(), Checks::all());
    toy.run(&mut *prover);
    let proof = prover
        .finish_replaying(&mut |channel| toy.verify(channel))
        .unwrap();
    let mut verifier = key.session(&statement(), &proof, Checks::all());
    toy.verify(&mut *verifier)?;
    verifier.finish()
}

fn erased_keys_hide<P: Hides>() {
    let builtin = Setup::Builtin {
        cache: CacheDir::Off,
    };
    erased::<P>(&builtin, &builtin).unwrap();
}

/// Nothing is asked of a ceremony that clear proofs do not ask of it.
#[test]
fn proofs_hide_over_a_ceremony() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/powersOfTau28_hez_final_08.ptau"
    );
    let file = Setup::File { path: path.into() };
    let key = crate::kzg::PowersFile::open(path.as_ref()).unwrap();
    let ceremony = Setup::Ceremony(*key.ceremony());
    erased::<Blinded<Zeromorph>>(&file, &ceremony).unwrap();
}
