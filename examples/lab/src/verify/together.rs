//! What is left of verification once everything else is said: proofs, decided together.
//!
//! Proofs under one commitment key are one group, also of different sizes of runs or arguments, as long as the key is the
//! same; a proof without company is decided by itself. If those of a group do not hold together, each is asked alone, so that
//! a refusal names its file.

use ark_bn254::Fr;
use commitments::sealed::Together;
use sumcheck::{Checks, VerifyError};
use verdict::claim::{Claim, Open};

/// Decides all claims that are open; those that do not hold are refused.
pub(super) fn decide(claims: &mut [Claim], program: &str) {
    let open = |(number, claim): (usize, &Claim)| claim.open().is_some().then_some(number);
    let mut left: Vec<usize> = claims.iter().enumerate().filter_map(open).collect();
    while let Some(first) = left.first().copied() {
        let wanted = commitment_key(&claims[first]);
        let (group, others): (Vec<usize>, Vec<usize>) = left
            .into_iter()
            .partition(|number| commitment_key(&claims[*number]) == wanted);
        left = others;
        let proofs: Vec<&Open> = group
            .iter()
            .filter_map(|number| claims[*number].open())
            .collect();
        let verdicts = verdicts(&proofs);
        for (number, verdict) in group.into_iter().zip(verdicts) {
            claims[number].decide(verdict, program);
        }
    }
}

/// Scheme and setup.
fn commitment_key(claim: &Claim) -> Option<(&'static str, [u8; 32])> {
    let key = claim.open()?.key.commitment();
    Some((key.scheme(), key.digest()))
}

/// All of a proof but what is decided together.
fn add(open: &Open, all: &mut dyn Together<Fr>) -> Result<(), VerifyError> {
    open.key.verify_with_others(&open.proof, all).map(drop)
}

/// One for each of some proofs under one commitment key.
fn verdicts(proofs: &[&Open]) -> Vec<Result<(), VerifyError>> {
    let alone = |open: &&Open| open.key.verify(&open.proof).map(drop);
    let [first, _, ..] = proofs else {
        return proofs.iter().map(alone).collect();
    };
    let mut all = first.key.commitment().together(Checks::all());
    let so_far: Vec<Result<(), VerifyError>> =
        proofs.iter().map(|open| add(open, &mut *all)).collect();
    match all.decide() {
        Ok(()) => so_far,
        Err(_) => {
            let asked = proofs.iter().zip(so_far);
            asked
                .map(|(open, so_far)| so_far.and_then(|()| alone(open)))
                .collect()
        }
    }
}
