//! **Insecure**, for tests: one proof that is that of two witnesses, with every scheme that hides.

use crate::hiding::{Blinded, Known, KnownKey, Trapdoor, Twins};
use crate::hyrax::HidingHyrax;
use crate::pst13::Pst13;
use crate::sealed::{Closed, HiddenProver, HiddenVerifier, Program, Proof, SealError, Statement};
use crate::zeromorph::Zeromorph;
use crate::{Class, Draws, Pcs};
use ark_bn254::Fr;
use std::sync::Arc;
use sumcheck::{Checks, ProverChannel, VerifyError};

/// What a prover does before it closes.
pub type Prove<'a> = dyn Fn(&mut dyn ProverChannel<Fr>) + 'a;

/// Proofs of two witnesses of one statement.
#[derive(Debug)]
pub struct Equivocated {
    /// Of the first witness.
    pub first: Proof,
    /// Of the second one, with draws that make it the same.
    pub second: Proof,
    /// Of the second one, with the draws of the first.
    pub unaltered: Proof,
    /// How many draws each has.
    pub draws: usize,
    /// Commitments of the first witness's proof, as a prover makes them who adds no points.
    pub twins: Twins,
}

/// Proves two witnesses of one statement with a scheme by name, the second one with draws that make its proof the first
/// one's. All proofs are verified.
///
/// # Errors
/// There is no such proof, or one is rejected.
///
/// # Panics
/// There is no such scheme, or its key is too small.
pub fn equivocate(
    (scheme, max_vars): (&str, usize),
    statement: &Statement<'_>,
    witnesses: [&Prove<'_>; 2],
    program: &mut Program<'_, Fr>,
) -> Result<Equivocated, SealError> {
    match scheme {
        "hyrax" => with::<HidingHyrax>(max_vars, statement, witnesses, program),
        "pst13" => with::<Blinded<Pst13>>(max_vars, statement, witnesses, program),
        "zeromorph" => with::<Blinded<Zeromorph>>(max_vars, statement, witnesses, program),
        other => panic!("no scheme that hides is called {other}"),
    }
}

fn with<P: Trapdoor>(
    max_vars: usize,
    statement: &Statement<'_>,
    [one, other]: [&Prove<'_>; 2],
    program: &mut Program<'_, Fr>,
) -> Result<Equivocated, SealError> {
    let own = Arc::new(P::knowing(max_vars).expect("a key of this size"));
    let key = |before| Arc::new(KnownKey::<P>::new(own.clone(), before));
    let verifier = Arc::new(P::verifier_key(&own).clone());
    let mut prove = |key: &Arc<KnownKey<P>>, prove: &Prove<'_>, before: Option<&Closed>| {
        let draws = Draws::repeatable(1, None);
        let (key, checks) = (key.clone(), Checks::all());
        let mut prover = HiddenProver::<Known<P>>::new(key, statement, checks, draws);
        prove(&mut prover);
        let (proof, closed, draws) = prover.finish_after(program, before)?;
        let accepted = verified::<P>(&verifier, (statement, &proof), program);
        accepted.map_err(SealError::Replay)?;
        Ok((proof, closed, draws))
    };
    let seen = key(None);
    let (first, closed, draws) = prove(&seen, one, None)?;
    let (mut again, mut drawn) = (Draws::repeatable(1, None), Vec::with_capacity(draws));
    drawn.resize_with(draws, || again.next(Class::Row));
    let twins = seen.seen().twins(&drawn);
    let unaltered = prove(&key(None), other, None)?.0;
    let second = prove(&key(Some(seen.seen())), other, Some(&closed))?.0;
    Ok(Equivocated {
        first,
        second,
        unaltered,
        draws,
        twins,
    })
}

/// By the scheme's own verifier.
fn verified<P: Pcs<F = Fr>>(
    key: &Arc<P::VerifierKey>,
    (statement, proof): (&Statement<'_>, &Proof),
    program: &mut Program<'_, Fr>,
) -> Result<(), VerifyError> {
    let (key, checks) = (key.clone(), Checks::all());
    let mut verifier = HiddenVerifier::<P>::new(key, statement, proof, checks);
    program(&mut verifier)?;
    verifier.finish().map(|_| ())
}
