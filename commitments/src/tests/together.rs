//! Openings by themselves that are decided together, and lies that cancel under weights that are known too early.

use crate::sealed::{Equations, Together};
use crate::{Combined, Key, Pcs, Script};
use ark_bn254::Fr;
use ark_ff::One;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::{Checks, Label, Point, Transcript, VerifyError};

/// What is claimed of one dense polynomial, and its opening.
pub(crate) struct Claimed<P: Pcs> {
    pub commitment: P::Commitment,
    pub point: Point<Fr>,
    pub value: Fr,
    pub opening: P::Opening,
}

/// What is drawn for proofs with these transcripts at their ends.
pub(crate) fn weights<P: Pcs<F = Fr>>(
    key: &P::VerifierKey,
    ends: impl IntoIterator<Item = Transcript>,
) -> Vec<Fr> {
    let mut transcript = Transcript::new("jolt-lab/together");
    transcript.absorb_bytes("scheme", P::NAME.as_bytes());
    transcript.absorb_bytes("setup", &key.digest());
    let weight = |mut end: Transcript| {
        let state: Fr = end.sample("open/together");
        transcript.absorb("proof", &state);
        transcript.sample("together/weight")
    };
    ends.into_iter().map(weight).collect()
}

/// The transcript of one of several, before its opening.
fn start(number: usize) -> Transcript {
    let mut transcript = Transcript::new("test");
    transcript.absorb_bytes("number", &number.to_le_bytes());
    transcript
}

/// The transcript of one of several at its end, and the equation that is left, if there is one.
fn reduced<P: Pcs<F = Fr>>(
    key: &P::VerifierKey,
    checks: &Checks,
    (number, claimed): (usize, &Claimed<P>),
) -> (Transcript, Option<P::Equation>) {
    let part = Combined {
        batch: &claimed.commitment,
        factors: vec![vec![Fr::one()]],
    };
    let (mut transcript, mut checks) = (start(number), checks.clone());
    let script = &mut Script::new(&mut transcript, &mut checks);
    let claim = (&claimed.point, claimed.value);
    let equation = P::reduce(key, script, &[part], claim, &claimed.opening);
    (transcript, equation.ok())
}

/// The weights of all claims, and the verdict.
fn decided<P: Pcs<F = Fr>>(
    key: &Arc<P::VerifierKey>,
    checks: &Checks,
    all: &[Claimed<P>],
) -> (Vec<Fr>, Result<(), VerifyError>) {
    let each = || {
        all.iter()
            .enumerate()
            .map(|own| reduced::<P>(key, checks, own))
    };
    let weights = weights::<P>(key, each().map(|(transcript, _)| transcript));
    let mut equations = Box::new(Equations::<P>::new(key.clone(), checks.clone()));
    for (mut transcript, equation) in each() {
        if equation.is_none() {
            return (weights, Err(rejected()));
        }
        equations.add(&mut transcript, equation);
    }
    (weights, equations.decide())
}

fn rejected() -> VerifyError {
    VerifyError::Check {
        check: "open/proof".to_owned(),
    }
}

/// So many claims, the first of a value that is off by one, with openings that `change` makes wrong once all weights are
/// known: rejected, and accepted where the weights do not hear what was changed. `make` opens what it claims, and says what
/// was drawn.
pub(crate) fn cancel_where_no_weight_hears<P: Pcs<F = Fr>, C>(
    key: P::VerifierKey,
    (label, count): (Label, usize),
    make: impl Fn(usize, &mut Script<'_>) -> (Claimed<P>, C),
    change: impl Fn(&mut [Claimed<P>], &[C], &[Fr]),
) {
    let key = Arc::new(key);
    let deaf = Checks::all().not_hearing(label, Which::All);
    for (checks, expected) in [(Checks::all(), Err(rejected())), (deaf, Ok(()))] {
        let made = (0..count).map(|number| {
            let (mut transcript, mut checks) = (start(number), checks.clone());
            make(number, &mut Script::new(&mut transcript, &mut checks))
        });
        let (mut all, drawn): (Vec<_>, Vec<_>) = made.unzip();
        assert_eq!(decided(&key, &checks, &all).1, Ok(()), "{label}: all true");
        all[0].value += Fr::one();
        let (weights, verdict) = decided(&key, &checks, &all);
        assert_eq!(verdict, Err(rejected()), "{label}: a false value");
        change(&mut all, &drawn, &weights);
        let verdict = decided(&key, &checks, &all).1;
        assert_eq!(verdict, expected, "{label}");
    }
}
