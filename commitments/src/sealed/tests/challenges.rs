//! For every challenge of the opening, claims that do not hold and cancel where it is known beforehand; for every message, a
//! change after what follows it was drawn, which passes where the transcript does not hear it. Both are rejected where
//! challenges are random and everything is heard.

use super::forgeries::{Drawn, Lie, by_hand};
use super::*;
use std::collections::BTreeSet;
use sumcheck::channel::Which;
use sumcheck::{Event, Label};

with_every_scheme!(
    every_challenge_has_false_claims_that_cancel,
    every_message_is_bound_by_being_absorbed,
);

/// The last claim, of five variables.
const LAST: usize = 5;

fn toy() -> Toy {
    Toy::sample(16, Points::PerClaim)
}

/// Rejected, and accepted with these checks.
fn is_false<P: Tested>(toy: &Toy, lie: &Lie, weakened: &Checks, what: &str) {
    is_false_of::<P>(toy, &toy.batches, lie, weakened, what);
}

fn is_false_of<P: Tested>(
    toy: &Toy,
    committed: &[Vec<Arc<Poly<Fr>>>],
    lie: &Lie,
    weakened: &Checks,
    what: &str,
) {
    let verdict = |checks: Checks| {
        let (proof, _) = by_hand::<P>(toy, committed, checks.clone(), lie);
        toy.verify_with::<P>(&statement(), &proof, checks)
            .map(|_| ())
    };
    let live = verdict(Checks::all());
    let rejected = matches!(live, Err(VerifyError::Check { .. }));
    assert!(rejected, "{what}: {live:?}");
    assert_eq!(verdict(weakened.clone()), Ok(()), "{what}");
}

/// Two claimed values are off by `ρ` times something and by less that.
fn two_claims(rho: Fr) -> Lie {
    Lie {
        shifts: vec![(LAST - 1, rho), (LAST, -Fr::one())],
        ..Lie::default()
    }
}

fn one_claim() -> Lie {
    Lie {
        shifts: vec![(LAST, Fr::one())],
        ..Lie::default()
    }
}

fn one_round(number: usize, challenge: Fr) -> Lie {
    Lie {
        round: Some((number, challenge)),
        ..one_claim()
    }
}

fn two_evaluations(sigma: Fr) -> Lie {
    Lie {
        two: Some(sigma),
        ..one_claim()
    }
}

/// What happens in the verification of an honest proof.
fn log<P: Tested>(toy: &Toy) -> Vec<Event> {
    let (proof, _) = by_hand::<P>(toy, &toy.batches, Checks::all(), &Lie::default());
    let key = Arc::new(P::verifier_key(&P::key(8)).clone());
    let mut verifier = SealedVerifier::<P>::new(key, &statement(), &proof, Checks::all());
    toy.run_verifier(&mut verifier).unwrap();
    let (_, transcript) = verifier.finish_with_transcript().unwrap();
    transcript.log().to_vec()
}

fn every_challenge_has_false_claims_that_cancel<P: Tested>() {
    let toy = toy();
    let log = log::<P>(&toy);
    let drawn: Vec<Label> = log
        .iter()
        .filter_map(|event| match event {
            Event::Squeeze(label) => Some(*label),
            Event::Absorb(..) => None,
        })
        .collect();
    for value in [1, 3] {
        let known = Fr::from(value);
        let mut round = 0;
        for label in &drawn {
            let (lie, number) = match *label {
                // The toy's own: the claims follow from it.
                "seed" => continue,
                own if P::OWN.contains(&own) => continue,
                "open/claims" => (two_claims(known), 0),
                "open/groups" => (two_evaluations(known), 0),
                reduction::CHALLENGE => {
                    round += 1;
                    (one_round(round - 1, known), round - 1)
                }
                other => panic!("the challenge {other} has no lies"),
            };
            let weakened = Checks::all().knowing(label, Which::Number(number), value);
            is_false::<P>(
                &toy,
                &lie,
                &weakened,
                &format!("{label} {number} = {value}"),
            );
        }
        assert_eq!(round, 5);
    }
}

fn every_message_is_bound_by_being_absorbed<P: Tested>() {
    let toy = toy();
    let log = log::<P>(&toy);
    let start = log
        .iter()
        .position(|event| matches!(event, Event::Absorb("oracles", _)));
    // What is absorbed after the last challenge binds nothing, and the scheme's own messages have their own tests.
    let end = log
        .iter()
        .rposition(|e| matches!(e, Event::Squeeze(label) if !P::OWN.contains(label)));
    let mut absorbed: BTreeSet<Label> = log[start.unwrap()..end.unwrap()]
        .iter()
        .filter_map(|event| match event {
            Event::Absorb(label, _) => Some(*label),
            Event::Squeeze(_) => None,
        })
        .collect();
    // What a mutant does not hear is not in its log.
    absorbed.extend(["value", reduction::ROUND, reduction::EVALUATIONS]);
    // What is drawn if the transcript does not hear a message, whatever it says.
    let drawn = |checks: &Checks, lie: &Lie| -> Drawn {
        by_hand::<P>(&toy, &toy.batches, checks.clone(), lie).1
    };
    let unheard = |label, number| Checks::all().not_hearing(label, number);
    for label in absorbed {
        match label {
            // Absorbed with each commitment; a shape is the verifier's own. And a constant, see `toy/hello`.
            "shape" | "hello" => {}
            "oracles" => late_commitments::<P>(&toy),
            "value" => {
                let checks = unheard(label, Which::All);
                let rho = drawn(&checks, &Lie::default()).rho;
                is_false::<P>(&toy, &two_claims(rho), &checks, label);
            }
            reduction::ROUND => {
                for number in 0..5 {
                    let checks = unheard(label, Which::Number(number));
                    let challenge = drawn(&checks, &one_claim()).rounds[number];
                    let lie = one_round(number, challenge);
                    is_false::<P>(&toy, &lie, &checks, &format!("{label} {number}"));
                }
            }
            reduction::EVALUATIONS => {
                let checks = unheard(label, Which::All);
                let sigma = drawn(&checks, &one_claim()).sigma;
                is_false::<P>(&toy, &two_evaluations(sigma), &checks, label);
            }
            other => panic!("nothing shows that {other} must be absorbed"),
        }
    }
}

/// A polynomial changes after the points at which it is claimed are known, by one that vanishes there.
fn late_commitments<P: Tested>(toy: &Toy) {
    // Oracle 1 is of field elements, and claimed at two points.
    let shapes = shapes(&toy.batches[0]);
    let sizes = P::commitment_bytes(P::verifier_key(&P::key(8)), &shapes);
    // A hash of the batch is heard with its first oracle.
    let heard = if sizes[1] == 0 { 0 } else { 1 };
    let checks = Checks::all().not_hearing("oracles", Which::Number(heard));
    let mut prover = SealedProver::<P>::new(P::key(8), &statement(), checks.clone());
    let claims = toy.send_all(&mut prover, &toy.batches, &[]);
    let of_oracle = |claim: &&EvalClaim<Fr, Fr>| claim.terms.iter().any(|t| t.0 == Oracle(1));
    let points: Vec<Vec<Fr>> = claims
        .iter()
        .filter(of_oracle)
        .map(|claim| claim.point.eq_table())
        .collect();
    let [a, b] = points.as_slice() else {
        panic!("{} points", points.len());
    };
    let cross = |i: usize, j: usize| a[i] * b[j] - a[j] * b[i];
    let vanishing = [cross(1, 2), cross(2, 0), cross(0, 1)];
    let mut committed = toy.batches.clone();
    let mut poly = Poly::clone(&committed[0][1]);
    let sumcheck::Rows::Dense(rows) = &mut poly.rows else {
        panic!("oracle 1 is dense");
    };
    rows.iter_mut().zip(vanishing).for_each(|(r, v)| *r += v);
    committed[0][1] = Arc::new(poly);
    is_false_of::<P>(toy, &committed, &Lie::default(), &checks, "oracles");
}
