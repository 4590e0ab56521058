//! Several hidden proofs, decided together.

use super::*;
use crate::sealed::{Equations, Together, VerifierSession};
use sumcheck::channel::Which;

with_every_hiding_scheme!(
    hidden_proofs_are_decided_together,
    weights_hear_the_last_item,
);

/// The verdict on several proofs together, where checks of each may be weakened, and those of the weights.
pub(in crate::sealed::hidden) fn together<P: Hides>(
    proven: &[(&Toy, Proof)],
    each: &Checks,
    weights: Checks,
) -> Result<(), VerifyError> {
    let key = Arc::new(P::verifier_key(&P::key()).clone());
    let mut all = Box::new(Equations::<P>::new(key.clone(), weights));
    for (toy, proof) in proven {
        let mut verifier = HiddenVerifier::<P>::new(key.clone(), &statement(), proof, each.clone());
        toy.verify(&mut verifier)?;
        Box::new(verifier).finish_with(&mut *all)?;
    }
    Together::decide(all)
}

/// Sessions of one key are decided together, hidden ones too. Two whose last items are off by the opposite cancel if the
/// weights are known, and then alone.
fn hidden_proofs_are_decided_together<P: Hides>() {
    let toys = [1, 2, 3].map(|seed| Toy::new(5, seed));
    let mut proven = toys.each_ref().map(|toy| (toy, toy.prove::<P>()));
    let all = Checks::all();
    assert_eq!(together::<P>(&proven, &all, all.clone()), Ok(()));
    P::shift(&mut proven[0].1, Fr::one());
    P::shift(&mut proven[2].1, -Fr::one());
    for (toy, proof) in [&proven[0], &proven[2]] {
        assert_eq!(
            toy.check::<P>(proof, Checks::all()).unwrap_err(),
            rejected()
        );
    }
    let known = |value| Checks::all().knowing("together/weight", Which::All, value);
    assert_eq!(together::<P>(&proven, &all, known(1)), Ok(()));
    assert_eq!(together::<P>(&proven, &all, all.clone()), Err(rejected()));
    assert_eq!(together::<P>(&proven[..2], &all, known(1)), Err(rejected()));
}

/// The weights of proofs that are decided together.
pub(in crate::sealed::hidden) fn weights<P: Hides>(
    proven: &[(&Toy, Proof)],
    checks: &Checks,
) -> Vec<Fr> {
    let key = Arc::new(P::verifier_key(&P::key()).clone());
    let end = |(toy, proof): &(&Toy, Proof)| {
        let mut verifier =
            HiddenVerifier::<P>::new(key.clone(), &statement(), proof, checks.clone());
        toy.verify(&mut verifier).unwrap();
        VerifierSession::conclude(Box::new(verifier)).1
    };
    crate::tests::together::weights::<P>(&key, proven.iter().map(end))
}

/// Weights hear the last item: if they did not, two of them could be made to cancel under the weights that anybody knows.
fn weights_hear_the_last_item<P: Hides>() {
    let deaf = Checks::all().not_hearing(P::LABEL, Which::All);
    let toys = [1, 2].map(|seed| Toy::new(5, seed));
    for (checks, verdict) in [(deaf, Ok(())), (Checks::all(), Err(rejected()))] {
        let mut proven = toys.each_ref().map(|toy| (toy, toy.prove::<P>()));
        let weights = weights::<P>(&proven, &checks);
        P::shift(&mut proven[0].1, weights[1]);
        P::shift(&mut proven[1].1, -weights[0]);
        assert_eq!(together::<P>(&proven, &checks, Checks::all()), verdict);
    }
}
