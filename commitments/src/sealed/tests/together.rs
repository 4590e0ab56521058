//! Several proofs that are decided together.

use super::*;
use crate::sealed::Equations;
use crate::tests::{open, random};
use crate::{Combined, Script};
use sumcheck::Transcript;

with_every_scheme!(
    proofs_are_decided_together,
    a_false_one_among_them_is_rejected,
    keys_do_not_mix,
    weights_follow_all_proofs,
    #[cfg(feature = "testing")]
    lies_that_cancel_are_rejected,
);

/// No proofs yet.
fn none<P: Tested>(vars: usize, checks: Checks) -> Box<Equations<P>> {
    let key = Arc::new(P::verifier_key(&P::key(vars)).clone());
    Box::new(Equations::new(key, checks))
}

fn add<P: Tested>(toy: &Toy, proof: &[u8], to: &mut Equations<P>) -> Result<Checks, VerifyError> {
    let key = Arc::new(P::verifier_key(&P::key(8)).clone());
    let mut verifier = SealedVerifier::<P>::new(key, &statement(), proof, Checks::all());
    toy.run_verifier(&mut verifier)?;
    verifier.finish_with(to)
}

/// Statements of one opening and of several, and each with its proof.
fn proven<P: Tested>() -> Vec<(Toy, Proof)> {
    let toys = [Points::One, Points::PerClaim, Points::One];
    let toys = (0..)
        .zip(toys)
        .map(|(seed, points)| Toy::sample(seed, points));
    toys.map(|toy| (toy.clone(), toy.prove::<P>())).collect()
}

fn proofs_are_decided_together<P: Tested>() {
    let proven = proven::<P>();
    for count in 0..=proven.len() {
        let mut all = none::<P>(8, Checks::all());
        for (toy, proof) in &proven[..count] {
            let checks = add(toy, proof, &mut all).unwrap();
            let alone = toy.verify::<P>(proof).unwrap();
            assert!(checks.performed().eq(alone.performed()));
        }
        assert_eq!(all.proofs(), count);
        all.decide().unwrap();
    }
}

/// A proof with its last claimed value, which stands before the opening, replaced by another.
fn with_another_value<P: Tested>(toy: &Toy, proof: &[u8]) -> Proof {
    let mut prover = toy.prover::<P>();
    toy.run_prover(&mut prover, Fr::zero());
    let (end, mut changed) = (prover.writing.bytes.len(), proof.to_vec());
    changed[end - 32..end].copy_from_slice(&encode(&Fr::from(77u64)));
    changed
}

/// Wherever it stands.
fn a_false_one_among_them_is_rejected<P: Tested>() {
    let mut proven = proven::<P>();
    let (toy, proof) = &mut proven[0];
    *proof = with_another_value::<P>(toy, proof);
    let rejected = VerifyError::Check {
        check: "open/proof".to_owned(),
    };
    assert_eq!(toy.verify::<P>(proof).unwrap_err(), rejected);
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0]] {
        let mut all = none::<P>(8, Checks::all());
        for number in order {
            let (toy, proof) = &proven[number];
            add(toy, proof, &mut all).unwrap();
        }
        assert_eq!(all.decide().unwrap_err(), rejected);
    }
    // What is wrong with a proof by itself is said at once.
    let mut all = none::<P>(8, Checks::all());
    let (toy, proof) = &proven[1];
    let longer = [proof.as_slice(), &[0]].concat();
    let error = add(toy, &longer, &mut all).unwrap_err();
    assert_eq!(error, VerifyError::Trailing { bytes: 1 });
    assert_eq!(all.proofs(), 0);
}

fn keys_do_not_mix<P: Tested>() {
    let (toy, proof) = &proven::<P>()[0];
    let error = add(toy, proof, &mut none::<P>(7, Checks::all())).unwrap_err();
    assert!(error.to_string().contains("one commitment key"), "{error}");
}

/// The equation of a claim of a value that is false by `by`, with the opening of the true one.
fn off_by<P: Tested>(by: Fr) -> P::Equation {
    let key = P::key(8);
    let (poly, point) = (Poly::dense(5, random(1, 32)), Point(random(2, 5)));
    let (commitment, _) = P::commit(&key, &[&poly]).unwrap();
    let (value, opening) = open::<P>(&key, &random(1, 32), &point);
    let part = Combined {
        batch: &commitment,
        factors: vec![vec![Fr::one()]],
    };
    let (mut transcript, mut checks) = (Transcript::new("test"), Checks::all());
    let script = &mut Script::new(&mut transcript, &mut checks);
    let claim = (&point, value + by);
    P::reduce(P::verifier_key(&key), script, &[part], claim, &opening).unwrap()
}

/// A transcript of a proof, as it ends.
fn end(of: &str) -> Transcript {
    let mut transcript = Transcript::new("end");
    transcript.absorb_bytes("proof", of.as_bytes());
    transcript
}

/// The verdict on two values that are false by so much, in proofs whose transcripts end like this.
fn verdict<P: Tested>(checks: Checks, lies: [Fr; 2], ends: [&str; 2]) -> Result<(), VerifyError> {
    let mut all = none::<P>(8, checks);
    for (by, of) in lies.into_iter().zip(ends) {
        all.add(&mut end(of), Some(off_by::<P>(by)));
    }
    all.decide()
}

/// Accepted where all weights are one, and equations can cancel. Equal proofs have different weights, too.
#[cfg(feature = "testing")]
fn lies_that_cancel_are_rejected<P: Tested>() {
    use sumcheck::channel::Which;
    let lies = [Fr::one(), -Fr::one()];
    for ends in [["a", "b"], ["a", "a"]] {
        let known = Checks::all().knowing("together/weight", Which::All, 1);
        assert_eq!(verdict::<P>(known, lies, ends).is_ok(), !P::HASHED);
        verdict::<P>(Checks::all(), lies, ends).unwrap_err();
    }
}

/// Lies that cancel under the weights of two proofs, which anybody can compute, are rejected in any others.
fn weights_follow_all_proofs<P: Tested>() {
    let mut transcript = Transcript::new("jolt-lab/together");
    transcript.absorb_bytes("scheme", P::NAME.as_bytes());
    transcript.absorb_bytes("setup", &P::verifier_key(&P::key(8)).digest());
    let [first, second] = ["a", "b"].map(|of| {
        let state: Fr = end(of).sample("open/together");
        transcript.absorb("proof", &state);
        transcript.sample::<Fr>("together/weight")
    });
    let lies = [Fr::one(), -first / second];
    let cancel = verdict::<P>(Checks::all(), lies, ["a", "b"]);
    assert_eq!(cancel.is_ok(), !P::HASHED);
    for ends in [["c", "b"], ["a", "c"], ["b", "a"]] {
        verdict::<P>(Checks::all(), lies, ends).unwrap_err();
    }
}
